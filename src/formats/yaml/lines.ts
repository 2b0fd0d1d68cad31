import { breakLength, isBreak, isBreakOrEnd, SPACE } from './characters.ts'
import type { AnyShape } from './yaml-shape.ts'

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

/** The range of whole lines from that of `start` to that of `end`; at the end of the text with the break before. */
export function wholeLines(text: string, start: number, end: number): { start: number; end: number } {
  const first = lineStartOf(text, start)
  const next = nextLineOf(text, end)
  if (next < text.length || isBreak(text.charCodeAt(next - 1))) return { start: first, end: next }
  if (first === 0) return { start: 0, end: next }
  return { start: first - (text.startsWith('\r\n', first - 2) ? 2 : 1), end: next }
}

/** Whether a block scalar at the very end would get another value from a line break behind it. */
export function endsUnterminated(node: AnyShape): boolean {
  if (node.kind === 'alias') return false
  if (node.kind === 'scalar') return node.details?.block?.unterminated === true
  if (node.shape.style !== 'block') return false
  const last =
    node.kind === 'list'
      ? node.elements.findLast((element) => element.kind !== 'comment')
      : node.all.findLast((item) => item.kind === 'item')?.value
  return last !== undefined && endsUnterminated(last)
}
