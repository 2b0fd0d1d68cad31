/**
 * Which container a comment belongs to, as yaml.v3 attaches comments and sops puts them into its tree
 * (sops-format 9.5). A document reads as if its metadata followed its last line.
 */
import { breakLength, isBlank, isBreak } from './characters.ts'
import type { RawComment } from './yaml-reader.ts'

/** What is known where a block collection ends. */
export interface BlockEnd {
  readonly text: string
  /** Columns of the collection that ends. */
  readonly indent: number
  /** Column of the next token; that of the root's keys at the end of a document. */
  readonly next: number
  /** Where the last value ends. */
  readonly lastEnd: number
}

/** How many of the `comments` behind the last value of a block collection belong to it. */
export function ownComments(comments: readonly RawComment[], end: BlockEnd): number {
  if (end.indent === end.next) return footComments(comments, end)
  let count = 0
  while (count < comments.length && belongs(comments[count], end, count)) count += 1
  return count
}

function belongs(comment: RawComment | undefined, end: BlockEnd, index: number): boolean {
  if (comment === undefined) return false
  if (comment.column >= end.indent || comment.column < end.next) return true
  return index === 0 && comment.column > end.next
}

/** Of a list that is not indented: lines directly below its last element, with an empty line behind them. */
function footComments(comments: readonly RawComment[], end: BlockEnd): number {
  let previous = end.lastEnd
  let count = 0
  for (const comment of comments) {
    const lines = linesBetween(end.text, previous, comment.start)
    if (count > 0 && lines > 1) return count
    if (lines !== 1 || comment.column !== end.indent) return 0
    previous = comment.end
    count += 1
  }
  return emptyLineFollows(end.text, previous) ? count : 0
}

function linesBetween(text: string, start: number, end: number): number {
  let lines = 0
  for (let offset = start; offset < end && lines < 2; offset += 1) {
    if (isBreak(text.charCodeAt(offset))) {
      lines += breakLength(text, offset) === 2 ? 0 : 1
    }
  }
  return lines
}

function emptyLineFollows(text: string, offset: number): boolean {
  const line = /(?:\r\n|\n|\r)[ \t]*/y
  line.lastIndex = offset
  if (!line.test(text)) return false
  if (line.lastIndex < text.length) return isBreak(text.charCodeAt(line.lastIndex))
  return isBlank(text.charCodeAt(text.length - 1))
}
