import type { ParsedText } from '../format.ts'
import type { CommentNode, TreeNode } from '../tree.ts'

/** The comments of a text by the index of the line that each begins on. */
export type LineComments = ReadonlyMap<number, string>

/** Finds all comments of a text. */
export function lineComments(parsed: ParsedText): LineComments {
  const found = new Map<number, string>()
  for (const root of parsed.documents) collect(root, parsed, found)
  return found
}

/** The comments that begin on some lines, in order. */
export function commentsOn(comments: LineComments, start: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, offset) => comments.get(start + offset) ?? []).flat()
}

function collect(node: TreeNode | CommentNode, parsed: ParsedText, found: Map<number, string>): void {
  if (node.kind === 'comment') {
    const line = parsed.position(node.span.start).line - 1
    found.set(line, `${found.get(line) ?? ''}#${node.text}`)
    return
  }
  const below = node.kind === 'map' ? node.items : node.kind === 'list' ? node.elements : []
  for (const child of below) collect(child.kind === 'item' ? child.value : child, parsed, found)
}
