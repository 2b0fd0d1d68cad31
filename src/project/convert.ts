import type { Format } from '../core/format.ts'
import { plainMap } from '../core/plain-value.ts'
import { stringScalar } from '../core/scalar.ts'
import { decodeText, readPlain } from '../core/sealed-text.ts'
import type { PlainValue, TreeNode } from '../core/tree.ts'

/** A content in another format. */
export interface Converted {
  readonly content: Uint8Array
  /** How many comments the new text does not have: a conversion carries values alone. */
  readonly droppedComments: number
}

/**
 * Writes the values of a plain content in another format; the very same content for the same format. Throws
 * `FORMAT_INVALID` with the path of what the other format cannot carry.
 */
export function convertPlain(content: Uint8Array, from: Format, to: Format): Converted {
  if (from.name === to.name) return { content, droppedComments: 0 }
  const documents = from.plainContent === undefined ? readPlain(from, content).parsed.documents : []
  const text = to.render(from.plainContent === undefined ? documents.map(plainMap) : [frame(content)])
  return { content: Buffer.from(text, 'utf8'), droppedComments: sum(documents.map(commentsIn)) }
}

/** The one entry that sops gives the content of a binary file in any other format (`BinaryStore`). */
function frame(content: Uint8Array): PlainValue {
  return { kind: 'map', entries: [['data', stringScalar(decodeText(content))]] }
}

function commentsIn(node: TreeNode): number {
  if (node.kind === 'map') return sum(node.items.map((item) => (item.kind === 'comment' ? 1 : commentsIn(item.value))))
  if (node.kind === 'list') return sum(node.elements.map((one) => (one.kind === 'comment' ? 1 : commentsIn(one))))
  return 0
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
