import { foldBreaks, isBlank, isBreak, readBreak } from './characters.ts'
import type { ReadContent } from './read-plain.ts'
import type { YamlReader } from './yaml-reader.ts'

const SINGLE_RUN = /[^'\n\r\x85\u2028\u2029]*/y
const DOUBLE_RUN = /[^"\\\n\r\x85\u2028\u2029]*/y

/** What a backslash and one character stand for (libyaml; `\/` is not among them). */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
])

/** Digits behind the escapes that give a code point. */
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/** Reads the quoted scalar at the reader's position; `end` is behind the closing quote. */
export function readQuoted(reader: YamlReader): ReadContent {
  const quote = reader.text.charAt(reader.pos)
  const opened = reader.pos
  reader.newline = false
  reader.keyAllowed = false
  reader.pos += 1
  const parts: string[] = []
  for (;;) {
    parts.push(readRun(reader, quote === '"' ? DOUBLE_RUN : SINGLE_RUN))
    if (reader.isAtEnd()) throw reader.fail('a quoted value that is never closed', opened)
    const character = reader.text.charAt(reader.pos)
    if (character === quote) {
      reader.pos += 1
      if (quote === '"' || reader.text.charAt(reader.pos) !== "'") break
      reader.pos += 1
      parts.push("'")
    } else if (character === '\\') parts.push(readEscape(reader))
    else parts.push(readFold(reader, parts, ''))
  }
  reader.newline = false
  return { value: parts.length === 1 ? (parts[0] ?? '') : parts.join(''), end: reader.pos }
}

function readRun(reader: YamlReader, run: RegExp): string {
  run.lastIndex = reader.pos
  run.test(reader.text)
  const from = reader.pos
  reader.pos = run.lastIndex
  return reader.text.slice(from, reader.pos)
}

/** The line breaks here and the blanks around them; the blanks before them are taken from the last of `parts`. */
function readFold(reader: YamlReader, parts: string[], escaped: string): string {
  if (escaped === '') parts.push((parts.pop() ?? '').replace(/[ \t]+$/, ''))
  let first = escaped
  let rest = ''
  for (;;) {
    const code = reader.code()
    if (isBreak(code)) {
      if (first === '') first = readBreak(code)
      else rest += readBreak(code)
      reader.breakLine()
      if (reader.atDocumentMark()) throw reader.fail('a document mark inside of a quoted value')
    } else if (isBlank(code)) reader.pos += 1
    else return escaped === '' ? foldBreaks(first, rest) : rest
  }
}

function readEscape(reader: YamlReader): string {
  const sign = reader.text.charAt(reader.pos + 1)
  if (isBreak(sign.charCodeAt(0))) {
    reader.pos += 1
    reader.breakLine()
    if (reader.atDocumentMark()) throw reader.fail('a document mark inside of a quoted value')
    return readFold(reader, [], 'escaped')
  }
  const digits = HEX_ESCAPES.get(sign)
  if (digits !== undefined) return readCodePoint(reader, digits)
  const value = ESCAPES.get(sign)
  if (value === undefined) throw reader.fail('an escape sequence that YAML does not know')
  reader.pos += 2
  return value
}

function readCodePoint(reader: YamlReader, digits: number): string {
  const text = reader.text.slice(reader.pos + 2, reader.pos + 2 + digits)
  if (text.length !== digits || !/^[0-9A-Fa-f]*$/.test(text)) throw reader.fail('an escape sequence without its digits')
  const value = Number.parseInt(text, 16)
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    throw reader.fail('an escape sequence that stands for no character')
  }
  reader.pos += 2 + digits
  return String.fromCodePoint(value)
}
