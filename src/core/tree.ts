import type { Scalar } from './scalar.ts'

/**
 * What every format shows of a text: an ordered tree of entries and comments, each with its place in the
 * text and the ability to spell a new content for that place. The tree is in sops's walk order (documents
 * in file order, items in order, a comment in the container and at the position where sops's own parser
 * would put it), because the MAC and the comment selectors depend on it.
 *
 * Nodes are read-only views of one text. An edit never touches the tree: it yields `Edit`s, and
 * `applyEdits` makes the new text, which is parsed again where more is to be done.
 */

/** Half-open range of UTF-16 code units of the text that was parsed. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Replacement of one range of the text. An insertion has `start === end`. */
export interface Edit extends Span {
  readonly text: string
}

/** Keys and list indices from the root of one document. */
export type Path = readonly (string | number)[]

/** A leaf with a value. */
export interface ScalarNode {
  readonly kind: 'scalar'
  /** All that an encryption of this value replaces: for YAML with its standard tag and its quotes, without an anchor. */
  readonly span: Span
  readonly scalar: Scalar
  /**
   * Text for `span` with which this place reads as `scalar`, in this node's notation (quotes, block style,
   * indentation) where that notation can carry the value, else in the plainest that can.
   * Depends only on what stays in the text when the value is encrypted, so that
   * `spell` of a decrypted value gives what stood there before it was encrypted in the ordinary case.
   */
  spell(scalar: Scalar): string
  /** Text for `span` with which this place reads as the string `token` (an `ENC[…]`, one line, no special characters). */
  spellToken(token: string): string
}

/** A comment: one line in most formats. Never part of the MAC. */
export interface CommentNode {
  readonly kind: 'comment'
  /** From the comment sign to the end of its text, without the line break. */
  readonly span: Span
  /** Without the comment sign; leading blanks belong to it (INI: stripped as sops strips them). */
  readonly text: string
  /** Text for `span` that reads back as this comment text, with the same comment sign. */
  spell(text: string): string
  /** Text for `span` that sops reads as a comment whose text is `token`. */
  spellToken(token: string): string
}

/** An item of a map. */
export interface MapItem {
  readonly kind: 'item'
  /** As the AAD and the selectors see it: decoded, unquoted (dotenv: verbatim up to the `=`). */
  readonly key: string
  readonly keySpan: Span
  readonly value: TreeNode
}

/** A value to be spelled anew with its whole subtree: for `set`, for metadata, for merges. */
export type PlainValue =
  | Scalar
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, PlainValue])[] }
  | { readonly kind: 'list'; readonly elements: readonly PlainValue[] }

/** An ordered map. `items` holds comments at their place in sops's walk order. */
export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  readonly items: readonly (MapItem | CommentNode)[]
  /** Edits that add an entry behind all others (before the metadata, in the text's own style of indentation). */
  append(key: string, value: PlainValue): readonly Edit[]
  /** Edits that put another value, of any shape, in the place of the item's value. */
  replace(item: MapItem, value: PlainValue): readonly Edit[]
  /** Edits that remove the item with its line, leaving valid text (an emptied block map becomes `{}`). */
  remove(item: MapItem): readonly Edit[]
}

/** A list. `elements` holds comments at their place in sops's walk order. */
export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly elements: readonly (TreeNode | CommentNode)[]
  /** Edits that insert an element before the `index`th real (non-comment) element; `index` = their number appends. */
  insert(index: number, value: PlainValue): readonly Edit[]
  /** Edits that put another value, of any shape, in the place of `element`. */
  replace(element: TreeNode, value: PlainValue): readonly Edit[]
  remove(element: TreeNode): readonly Edit[]
  /**
   * The edit that turns an element that decrypted to a comment (sops 3 writes list comments as elements)
   * into a comment line; where the format has no comments, the edit that removes it.
   */
  elementAsComment(element: ScalarNode, text: string): Edit
}

/** An alias or another reference to a part of the same text; sops reads an independent copy in its place. */
export interface AliasNode {
  readonly kind: 'alias'
  readonly span: Span
  readonly target: MapNode | ListNode | ScalarNode
  /** Edit that puts a written-out copy in the place of the alias. */
  expand(value: PlainValue): Edit
}

export type TreeNode = ScalarNode | MapNode | ListNode | AliasNode

/** Whether a plain value is a leaf. */
export function isScalar(value: PlainValue): value is Scalar {
  return !('kind' in value)
}

/** Applies edits that do not overlap; insertions at one place keep their order. Linear in text and edits. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let position = 0
  for (const edit of inOrder(edits)) {
    if (edit.start < position) throw new Error('overlapping edits')
    parts.push(text.slice(position, edit.start), edit.text)
    position = edit.end
  }
  parts.push(text.slice(position))
  return parts.join('')
}

/** Edits mostly come in the order of the text; sorting is stable, so insertions at one place keep theirs. */
function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const isBehind = (edit: Edit, index: number): boolean => {
    const before = edits[index - 1]
    return before === undefined || before.start < edit.start || (before.start === edit.start && before.end <= edit.end)
  }
  return edits.every(isBehind) ? edits : [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
}
