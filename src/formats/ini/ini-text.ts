import type { Span } from '../../core/tree.ts'

const HASH = 35
const SEMICOLON = 59

/** What Go's `unicode.IsSpace` takes for a blank, which is not quite what `\s` matches. */
const BLANK = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** Whether the character at `offset` is a blank; false outside of the text. */
export function isBlankAt(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset)
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13)
  return code >= 0x85 && BLANK.test(text[offset] ?? '')
}

/** `span` without the blanks at both ends; an empty one is left at its start. */
export function trimSpan(text: string, { start, end }: Span): Span {
  let first = start
  while (first < end && isBlankAt(text, first)) first += 1
  if (first === end) return { start, end: start }
  let last = end
  while (isBlankAt(text, last - 1)) last -= 1
  return { start: first, end: last }
}

/** Where the line after the one at `offset` begins; the end of the text after the last one. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

/** Offset of the first `#` or `;` in `span`; undefined without one. */
export function commentSign(text: string, { start, end }: Span): number | undefined {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code === HASH || code === SEMICOLON) return at
  }
  return undefined
}

/** The line break of the text, by its first line. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const end = text.indexOf('\n')
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n'
}
