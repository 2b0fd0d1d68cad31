/**
 * The character classes of the YAML reader that sops uses (libyaml's: YAML 1.1 line breaks, with NEL, LS and PS).
 * Codes are UTF-16 code units; `NaN`, what `charCodeAt` gives behind the end, belongs to no class but the end.
 */

export const TAB = 9
const LF = 10
const CR = 13
export const SPACE = 32
export const COLON = 58
export const DASH = 45
export const HASH = 35
export const QUESTION = 63
export const COMMA = 44

/** Space or tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** A line break, or the first unit of one. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === 0x85 || code === 0x2028 || code === 0x2029
}

/** Blank, line break or end of the text. */
export function isSpaceOrEnd(code: number): boolean {
  return isBlank(code) || isBreak(code) || Number.isNaN(code)
}

/** Whether only blanks and line breaks stand between two offsets. */
export function isSpace(text: string, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset += 1) if (!isSpaceOrEnd(text.charCodeAt(offset))) return false
  return true
}

/** Line break or end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code)
}

/** Units of the line break at `offset`: 2 for CR LF. */
export function breakLength(text: string, offset: number): number {
  return text.charCodeAt(offset) === CR && text.charCodeAt(offset + 1) === LF ? 2 : 1
}

/** What a line break is read as: LS and PS stay, every other is a line feed. */
export function readBreak(code: number): string {
  if (code === 0x2028) return '\u2028'
  return code === 0x2029 ? '\u2029' : '\n'
}

/** What stands for line breaks between two words: the first is a space where no other follows (YAML 1.1, 5.1.5). */
export function foldBreaks(first: string, rest: string): string {
  if (first !== '\n') return first + rest
  return rest === '' ? ' ' : rest
}

/** `,[]{}`: what ends a plain scalar inside a flow collection, as does `?`. */
export function isFlowSign(code: number): boolean {
  return code === COMMA || code === 91 || code === 93 || code === 123 || code === 125
}

/** What the reader refuses anywhere: control characters, and surrogates that are not a pair. */
const REFUSED =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Offset of the first character that YAML refuses; -1 where there is none. */
export function refusedCharacter(text: string): number {
  return text.search(REFUSED)
}
