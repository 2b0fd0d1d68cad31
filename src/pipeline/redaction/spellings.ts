import { LETTERS, spellingOf } from './spelling-table.ts'

/**
 * The ways in which programs spell one character of a text when they quote it: every rule here is a function of the character
 * alone, so that quotings within quotings (JSON within JSON within a shell's quotes) need no list of their own.
 */

/** Where spellings of a character end in a text, and whether the text ends in the middle of one. */
export interface Ends {
  readonly at: number[]
  cut: boolean
}

/** No line of a log is indented further than this, for our purposes: bytes. */
const MAX_INDENT = 48

/** Backslashes in a row: JSON within JSON within JSON within JSON needs eight for one. */
const MAX_BACKSLASHES = 8

/** Bytes of the longest spelling of a character, see `addSpellings`; of a line break, with its indentation. */
export const LONGEST_SPELLING = 20
export const LONGEST_BREAK: number = MAX_INDENT + 4

/** Letters, digits and the low line are written as they are by everything that quotes. */
export function isWordSign(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  )
}

/**
 * What `addSpellings` would find where `byte` stands for `unit`, judged by the two alone: the byte is the unit, and nothing else can be
 * meant (`LITERAL`); it is not, and begins no spelling of it (`NONE`); or it has to be looked at (`OPEN`).
 */
export function glance(unit: number, byte: number): number {
  if (unit === byte) return unit < 0x80 && MANY_SPELLINGS[unit] === 0 ? LITERAL : OPEN
  if (isWordSign(unit)) return NONE
  if (unit < 0x21 || unit > 0x7f || BEGINS_SPELLING[byte] === 1) return OPEN
  return NONE
}

export const NONE = 0
export const LITERAL = 1
const OPEN = 2

/** What spellings other than the plainest begin with, by whichever sign is meant; `M` where it is above ASCII. */
export const BEGINS_MANY: Uint8Array = Buffer.from('\\%&^`\'"$M')

/** Signs one of whose other spellings begins with themselves. */
const MANY_SPELLINGS: Uint8Array = marked('\\%&\'"$^`\n\r')

/** With these, spellings of other signs begin; with the last two, base64 for URLs. */
const BEGINS_SPELLING: Uint8Array = marked('\\%&^`-_')

function marked(signs: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of Buffer.from(signs, 'latin1')) table[byte] = 1
  return table
}

/**
 * Adds where a spelling of the code point `unit` that begins at `at` ends: itself, behind backslashes (`\"`, `\\\"`, `\n`, `\x22`,
 * `\u0022`, `\u{22}`, `\U00000022`, `\042`; UTF-8 byte by byte, UTF-16 in pairs), percent-encoded once or twice, as a form's plus
 * sign, as an entity of HTML or XML, doubled, behind a backtick or a caret, in a shell's quotes that end for it. A line break may
 * also be indented after, be a blank, or be left out: `echo $PEM` and `tr -d '\n'` do that.
 */
export function addSpellings(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  addLiteral(text, at, unit, ends)
  if (isWordSign(unit)) return
  const first = text[at]
  if (first === BACKSLASH) addBackslashed(text, at, unit, ends)
  else if (first === PERCENT) addPercent(text, at, unit, ends)
  else if (first === AMPERSAND) addEntity(text, at, unit, ends)
  else if (first === BACKTICK || first === CARET) addPrefixed(text, at, unit, ends)
  addQuoted(text, at, unit, ends)
  if (unit === LINE_FEED) addBreak(text, at, ends)
  else if (unit === CARRIAGE_RETURN) ends.at.push(at)
}

/** Adds where white space, or a line break in a quoted form, that begins at `at` ends: what stands in the middle of a re-wrapped text. */
export function addSeparator(text: Uint8Array, at: number, ends: Ends): void {
  const first = text[at]
  if (first === undefined) return
  if (isBlank(first) || first === LINE_FEED || first === CARRIAGE_RETURN) {
    const limit = at + LONGEST_BREAK
    let end = at
    while (end < limit && isWhite(text[end])) end += 1
    if (end === text.length) ends.cut = true
    ends.at.push(end)
    return
  }
  if (first !== BACKSLASH && first !== PERCENT && first !== AMPERSAND) return
  const found: Ends = { at: [], cut: false }
  addSpellings(text, at, LINE_FEED, found)
  const behind = found.at.filter((end) => end > at)
  ends.at.push(...behind)
  if (found.cut) ends.cut = true
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const BACKSLASH = 0x5c
const PERCENT = 0x25
const AMPERSAND = 0x26
const BACKTICK = 0x60
const CARET = 0x5e
const SPACE = 0x20

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x09
}

function isWhite(byte: number | undefined): boolean {
  return isBlank(byte) || byte === LINE_FEED || byte === CARRIAGE_RETURN
}

/** Whether `expected` stands at `at`, letters in either case: its end, or -1; notes where the text ends before it does. */
function endOf(text: Uint8Array, at: number, expected: string, ends: Ends): number {
  for (let index = 0; index < expected.length; index += 1) {
    const byte = text[at + index]
    if (byte === undefined) {
      if (index > 0) ends.cut = true
      return -1
    }
    const wanted = expected.charCodeAt(index)
    if (byte !== wanted && (!isLetter(wanted) || (byte ^ wanted) !== 0x20)) return -1
  }
  return at + expected.length
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
}

function addLiteral(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  if (unit < 0x80) {
    if (text[at] === unit) ends.at.push(at + 1)
    return
  }
  const { literal } = spellingOf(unit)
  for (let index = 0; index < literal.length; index += 1) {
    const byte = text[at + index]
    if (byte === undefined) {
      if (index > 0) ends.cut = true
      return
    }
    if (byte !== literal.charCodeAt(index)) return
  }
  ends.at.push(at + literal.length)
}

function addBackslashed(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  let count = 1
  while (count < MAX_BACKSLASHES && text[at + count] === BACKSLASH) count += 1
  if (at + count >= text.length) ends.cut = true
  if (unit === BACKSLASH) for (const length of [2, 4, 8]) if (length <= count) ends.at.push(at + length)
  addLiteral(text, at + count, unit, ends)
  for (const parts of spellingOf(unit).escapes) {
    const end = endOfParts(text, { at, count, parts }, ends)
    if (end !== -1) ends.at.push(end)
  }
}

interface Parts {
  readonly at: number
  /** Backslashes before each. */
  readonly count: number
  readonly parts: readonly string[]
}

function endOfParts(text: Uint8Array, { at, count, parts }: Parts, ends: Ends): number {
  let end = at
  for (const part of parts) {
    for (let index = 0; index < count; index += 1, end += 1) {
      if (end === text.length && end !== at) ends.cut = true
      if (text[end] !== BACKSLASH) return -1
    }
    if (end === text.length) ends.cut = true
    end = endOf(text, end, part, ends)
    if (end === -1) return -1
  }
  return end
}

function addPercent(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  addAll(text, at, spellingOf(unit).percents, ends)
}

function addEntity(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  addAll(text, at, spellingOf(unit).entities, ends)
}

function addAll(text: Uint8Array, at: number, spellings: readonly string[], ends: Ends): void {
  for (const spelling of spellings) {
    const end = endOf(text, at, spelling, ends)
    if (end !== -1) ends.at.push(end)
  }
}

function addPrefixed(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  if (at + 1 >= text.length) ends.cut = true
  addLiteral(text, at + 1, unit, ends)
  const letters = LETTERS[String.fromCodePoint(unit)] ?? []
  if (text[at] === BACKTICK)
    for (const letter of letters) if (text[at + 1] === letter.charCodeAt(0)) ends.at.push(at + 2)
}

function addQuoted(text: Uint8Array, at: number, unit: number, ends: Ends): void {
  addAll(text, at, spellingOf(unit).quoted, ends)
}

function addBreak(text: Uint8Array, at: number, ends: Ends): void {
  let end = at
  if (text[end] === CARRIAGE_RETURN) end += 1
  if (end === text.length) ends.cut = true
  if (text[end] === LINE_FEED) {
    end += 1
    if (end > at + 1) ends.at.push(end)
    const limit = end + MAX_INDENT
    while (end < limit && isBlank(text[end])) end += 1
    if (end === text.length) ends.cut = true
    ends.at.push(end)
  } else if (isBlank(text[at])) {
    ends.at.push(at + 1)
  }
  ends.at.push(at)
}
