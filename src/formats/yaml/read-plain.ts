import {
  COLON,
  foldBreaks,
  HASH,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isFlowSign,
  isSpaceOrEnd,
  QUESTION,
  readBreak,
  TAB,
} from './characters.ts'
import type { YamlReader } from './yaml-reader.ts'

/** A scalar's content as it was read; `end` is the offset behind its last character. */
export interface ReadContent {
  readonly value: string
  readonly end: number
}

/**
 * Reads the plain scalar at the reader's position. Lines that go on with it are indented by at least `indent`
 * columns. Leaves the reader behind the blanks and line breaks that follow, as libyaml does.
 */
export function readPlain(reader: YamlReader, indent: number): ReadContent {
  const { text } = reader
  const start = reader.pos
  reader.newline = false
  reader.keyAllowed = false
  let end = skipWords(reader, start)
  if (!isBreak(text.charCodeAt(reader.pos))) return { value: text.slice(start, end), end }
  const parts = [text.slice(start, end)]
  while (isBreak(reader.code())) {
    const folded = readBreaks(reader, indent)
    if (!continues(reader, indent)) break
    const from = reader.pos
    const wordsEnd = skipWords(reader, from)
    if (wordsEnd === from) break
    end = wordsEnd
    reader.newline = false
    reader.keyAllowed = false
    parts.push(folded, text.slice(from, end))
  }
  if (reader.isInNewLine() && reader.flowDepth === 0) reader.keyAllowed = true
  return { value: parts.length === 1 ? text.slice(start, end) : parts.join(''), end }
}

/** Moves behind the words of one line and the blanks after them; gives the end of the last word. */
function skipWords(reader: YamlReader, start: number): number {
  const { text } = reader
  let end = start
  for (;;) {
    const wordEnd = skipWord(text, reader.pos, reader.flowDepth > 0)
    if (wordEnd === reader.pos) return end
    end = wordEnd
    let next = wordEnd
    while (isBlank(text.charCodeAt(next))) next += 1
    reader.pos = next
    if (next === wordEnd || isBreakOrEnd(text.charCodeAt(next)) || text.charCodeAt(next) === HASH) return end
  }
}

function skipWord(text: string, start: number, inFlow: boolean): number {
  let end = start
  for (;;) {
    const code = text.charCodeAt(end)
    if (isSpaceOrEnd(code)) return end
    if (code === COLON && isSpaceOrEnd(text.charCodeAt(end + 1))) return end
    if (inFlow && (code === QUESTION || isFlowSign(code))) return end
    end += 1
  }
}

function readBreaks(reader: YamlReader, indent: number): string {
  let first = ''
  let rest = ''
  for (;;) {
    const code = reader.code()
    if (isBreak(code)) {
      if (first === '') first = readBreak(code)
      else rest += readBreak(code)
      reader.breakLine()
    } else if (isBlank(code)) {
      if (code === TAB && reader.column < indent) throw reader.fail('a tab character in the indentation')
      reader.pos += 1
    } else return foldBreaks(first, rest)
  }
}

function continues(reader: YamlReader, indent: number): boolean {
  if (reader.isAtEnd() || reader.code() === HASH || reader.atDocumentMark()) return false
  return reader.flowDepth > 0 || reader.column >= indent
}
