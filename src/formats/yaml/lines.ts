import type { Edit } from '../../core/tree.ts'
import { breakLength, HASH, isBreak, isBreakOrEnd, SPACE } from './characters.ts'
import type { AnyShape, LeafShape } from './yaml-shape.ts'

/** Offset of the first character of the line that `offset` is in. */
export function lineStartOf(text: string, offset: number): number {
  let start = offset
  while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start -= 1
  return start === 0 && text.startsWith('\uFEFF') ? 1 : start
}

/** Offset of the line break, or the end of the text, behind `offset`. */
export function lineEndOf(text: string, offset: number): number {
  let end = offset
  while (!isBreakOrEnd(text.charCodeAt(end))) end += 1
  return end
}

/** Offset of the next line; the end of the text where there is none. */
export function nextLineOf(text: string, offset: number): number {
  const end = lineEndOf(text, offset)
  return end >= text.length ? end : end + breakLength(text, end)
}

/** Whether only spaces stand before `offset` in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  const start = lineStartOf(text, offset)
  for (let at = start; at < offset; at += 1) if (text.charCodeAt(at) !== SPACE) return false
  return true
}

/** Whether something (a comment) stands behind `offset` in its line. */
export function hasTail(text: string, offset: number): boolean {
  return text.slice(offset, lineEndOf(text, offset)).trim() !== ''
}

/**
 * A blank, where a comment begins right at `offset`, behind a quote or a sign: go-yaml reads one there, and would take
 * it for the end of a plain value.
 */
export function apartFromComment(text: string, offset: number): string {
  return text.charCodeAt(offset) === HASH && !isBreak(text.charCodeAt(offset - 1)) ? ' ' : ''
}

/** The range of whole lines from that of `start` to that of `end`; at the end of the text with the break before. */
function wholeLines(text: string, start: number, end: number): { start: number; end: number } {
  const first = lineStartOf(text, start)
  const next = nextLineOf(text, end)
  if (next < text.length || isBreak(text.charCodeAt(next - 1))) return { start: first, end: next }
  if (first === 0) return { start: 0, end: next }
  return { start: first - (text.startsWith('\r\n', first - 2) ? 2 : 1), end: next }
}

/** The leaf that a node ends in, where it is written as a literal or folded block. */
function lastBlock(node: AnyShape): LeafShape | undefined {
  if (node.kind === 'alias') return undefined
  if (node.kind === 'scalar') return node.details?.block === undefined ? undefined : node
  if (node.shape.style !== 'block') return undefined
  const last =
    node.kind === 'list'
      ? node.elements.findLast((element) => element.kind !== 'comment')
      : node.all.findLast((item) => item.kind === 'item')?.value
  return last === undefined ? undefined : lastBlock(last)
}

/** The block scalar at the very end of the text that would get another value from a line break behind it. */
export function unterminatedLeaf(node: AnyShape): LeafShape | undefined {
  const leaf = lastBlock(node)
  return leaf?.details?.block?.unterminated === true ? leaf : undefined
}

/**
 * The lines to remove for what stands from `start` to `end`. A block scalar in the node before keeps its value: the
 * line break behind it stays, and no blank lines come to follow it that it would count.
 */
export function removedLines(
  text: string,
  range: { readonly start: number; readonly end: number },
  before: AnyShape | undefined,
): { start: number; end: number } {
  const lines = wholeLines(text, range.start, range.end)
  const block = before === undefined ? undefined : lastBlock(before)?.details?.block
  if (block === undefined) return lines
  const start = lineStartOf(text, range.start)
  if (!/^[|>]\d?\+/.test(block.header)) return { start, end: lines.end }
  const blank = /(?:[ \t]*(?:\r\n|\n|\r))*/y
  blank.lastIndex = lines.end
  blank.test(text)
  return { start, end: Math.max(lines.end, blank.lastIndex) }
}

/**
 * The edit that lets a line break follow `leaf`, which has none: its header says that none counts. Undefined where
 * the value ends in a line break, which such a header would take away.
 */
export function terminate(leaf: LeafShape): Edit | undefined {
  const block = leaf.details?.block
  if (block === undefined || String(leaf.scalar.canonical).endsWith('\n')) return undefined
  const signs = /^[|>][-+\d]*/.exec(block.header)?.[0] ?? ''
  const { headerStart } = block
  return { start: headerStart, end: headerStart + signs.length, text: `${signs.replace(/[-+]/g, '')}-` }
}
