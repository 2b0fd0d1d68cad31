import { breakLength, HASH, isBlank, isBreak, isBreakOrEnd, readBreak, SPACE, TAB } from './characters.ts'
import type { YamlReader } from './yaml-reader.ts'

/** A literal or folded block as it was read. */
export interface BlockScalar {
  readonly value: string
  /** From the sign to the end of the header's line, a comment included. */
  readonly header: string
  readonly headerStart: number
  /** Whether the header says how far the content is indented. */
  readonly explicit: boolean
  /** Columns of the content's indentation; the least possible where there is no content. */
  readonly indent: number
  /** Behind the last line that belongs to the value, without its break; blank lines only where they count. */
  readonly end: number
  /** Blank lines behind `end` which the value does not count. */
  readonly blankAfter: number
  /** Whether the text ends within the scalar, without a line break. */
  readonly unterminated: boolean
}

type Chomping = 'strip' | 'clip' | 'keep'

interface Header {
  readonly folded: boolean
  readonly chomping: Chomping
  /** 0 where the header does not say. */
  readonly digit: number
  readonly text: string
}

/** Reads the block scalar at the reader's position, whose container is indented by `parent` columns (-1: none). */
export function readBlockScalar(reader: YamlReader, parent: number): BlockScalar {
  reader.newline = false
  const headerStart = reader.pos
  const header = readHeader(reader)
  if (!reader.isAtEnd()) reader.breakLine()
  const known = header.digit === 0 ? 0 : Math.max(parent, 0) + header.digit
  const scanner = new ContentScanner(reader, header, { known, least: Math.max(parent + 1, 1) })
  const content = scanner.read()
  reader.keyAllowed = true
  reader.newline = true
  return { ...content, header: header.text, headerStart, explicit: header.digit !== 0 }
}

function readHeader(reader: YamlReader): Header {
  const start = reader.pos
  const match = /[|>](?:([+-])(\d?)|(\d)([+-]?))?/y
  match.lastIndex = start
  const [all = '', sign = '', digit = '', digitFirst = '', signAfter = ''] = match.exec(reader.text) ?? []
  reader.pos += all.length
  if (`${digit}${digitFirst}` === '0') throw reader.fail('an indentation of 0 in the header of a block')
  while (isBlank(reader.code())) reader.pos += 1
  if (reader.code() === HASH) reader.skipComment()
  if (!isBreakOrEnd(reader.code())) throw reader.fail('something else behind the header of a block')
  return {
    folded: all.startsWith('>'),
    chomping: chompingOf(sign + signAfter),
    digit: Number(digit + digitFirst),
    text: reader.text.slice(start, reader.pos),
  }
}

function chompingOf(sign: string): Chomping {
  if (sign === '') return 'clip'
  return sign === '+' ? 'keep' : 'strip'
}

interface Indentation {
  /** Columns, 0 where they are to be found. */
  readonly known: number
  readonly least: number
}

class ContentScanner {
  readonly #reader: YamlReader
  readonly #header: Header
  readonly #headerEnd: number
  readonly #parts: string[] = []
  #indent: number
  readonly #least: number
  /** Line breaks since the last line with content, and their number. */
  #breaks = ''
  #blankLines = 0

  constructor(reader: YamlReader, header: Header, indentation: Indentation) {
    this.#reader = reader
    this.#header = header
    this.#headerEnd = reader.pos
    this.#indent = indentation.known
    this.#least = indentation.least
  }

  read(): Omit<BlockScalar, 'header' | 'headerStart' | 'explicit'> {
    const reader = this.#reader
    this.#skipBlankLines()
    let leadingBreak = ''
    let wasIndented = false
    let end = -1
    while (reader.column === this.#indent && !reader.isAtEnd()) {
      const isIndented = isBlank(reader.code())
      this.#join(leadingBreak, wasIndented || isIndented)
      wasIndented = isIndented
      const from = reader.pos
      while (!isBreakOrEnd(reader.code())) reader.pos += 1
      end = reader.pos
      this.#parts.push(reader.text.slice(from, end))
      leadingBreak = reader.isAtEnd() ? '' : readBreak(reader.code())
      if (!reader.isAtEnd()) reader.breakLine()
      this.#skipBlankLines()
    }
    return this.#chomped(leadingBreak, end)
  }

  #join(leadingBreak: string, indented: boolean): void {
    if (this.#header.folded && leadingBreak === '\n' && !indented)
      this.#parts.push(this.#breaks === '' ? ' ' : this.#breaks)
    else this.#parts.push(leadingBreak, this.#breaks)
  }

  #chomped(leadingBreak: string, contentEnd: number): Omit<BlockScalar, 'header' | 'headerStart' | 'explicit'> {
    const { chomping } = this.#header
    const { text, pos } = this.#reader
    if (chomping !== 'strip') this.#parts.push(leadingBreak)
    if (chomping === 'keep') this.#parts.push(this.#breaks)
    const counted = chomping === 'keep' && this.#blankLines > 0
    const contentOrHeader = contentEnd === -1 ? this.#headerEnd - this.#headerBreak() : contentEnd
    return {
      value: this.#parts.join(''),
      indent: this.#indent,
      end: counted ? this.#endOfBlankLines() : contentOrHeader,
      blankAfter: counted ? 0 : this.#blankLines,
      unterminated: pos >= text.length && !isBreak(text.charCodeAt(text.length - 1)),
    }
  }

  #headerBreak(): number {
    const { text } = this.#reader
    const end = this.#headerEnd
    if (!isBreak(text.charCodeAt(end - 1))) return 0
    return end >= 2 && breakLength(text, end - 2) === 2 ? 2 : 1
  }

  /** Behind the last blank line, without its break. */
  #endOfBlankLines(): number {
    const { text, lineStart } = this.#reader
    return lineStart - (lineStart >= 2 && breakLength(text, lineStart - 2) === 2 ? 2 : 1)
  }

  /** Eats indentation and blank lines, and finds out the indentation where it is not known. */
  #skipBlankLines(): void {
    const reader = this.#reader
    this.#breaks = ''
    this.#blankLines = 0
    let deepest = 0
    for (;;) {
      while ((this.#indent === 0 || reader.column < this.#indent) && reader.code() === SPACE) reader.pos += 1
      deepest = Math.max(deepest, reader.column)
      if ((this.#indent === 0 || reader.column < this.#indent) && reader.code() === TAB) {
        throw reader.fail('a tab character in the indentation')
      }
      if (!isBreak(reader.code())) break
      this.#breaks += readBreak(reader.code())
      this.#blankLines += 1
      reader.breakLine()
    }
    if (this.#indent === 0) this.#indent = Math.max(deepest, this.#least)
  }
}
