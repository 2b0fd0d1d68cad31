import { SecretsError } from '../../core/errors.ts'
import { invalidAt } from '../format-error.ts'
import { breakLength, DASH, HASH, isBreak, isBreakOrEnd, isSpaceOrEnd, SPACE, TAB } from './characters.ts'

/** A comment that was read and not yet given to a container. */
export interface RawComment {
  readonly start: number
  readonly end: number
  /** Columns from 0. */
  readonly column: number
  /** Whether something other than a comment stands before it on its line. */
  readonly inline: boolean
}

/**
 * A position in a YAML text, and what libyaml's scanner remembers at it. Every reading function moves `pos`
 * forward only.
 */
export class YamlReader {
  readonly text: string
  pos = 0
  /** Offset of the first character of the line. */
  lineStart = 0
  /** Whether an implicit key, a `-` or a `?` may stand here (libyaml's `simple_key_allowed`). */
  keyAllowed = true
  /** Flow collections around this position. */
  flowDepth = 0
  /** Whether there is a line break between the end of the last token and `pos`. */
  newline = true
  /** Comments read since they were last taken. */
  pending: RawComment[] = []

  constructor(text: string) {
    this.text = text
  }

  /** Column from 0. */
  get column(): number {
    return this.pos - this.lineStart
  }

  isAtEnd(): boolean {
    return this.pos >= this.text.length
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead)
  }

  fail(message: string, offset: number = this.pos, hint?: string): SecretsError {
    return invalidAt(this.text, offset, message, hint)
  }

  /** `newline`, as a call: it changes under the eyes of whoever reads on. */
  isInNewLine(): boolean {
    return this.newline
  }

  /** Goes back to where `from` was taken. */
  goBack(from: Pick<YamlReader, 'pos' | 'lineStart' | 'keyAllowed' | 'newline'>): void {
    this.pos = from.pos
    this.lineStart = from.lineStart
    this.keyAllowed = from.keyAllowed
    this.newline = from.newline
  }

  /** The comments read so far, which are no longer pending. */
  takeComments(): RawComment[] {
    const taken = this.pending
    if (taken.length > 0) this.pending = []
    return taken
  }

  /** Moves behind the blanks, comments and line breaks before the next token. */
  skipToToken(): void {
    for (;;) {
      let code = this.text.charCodeAt(this.pos)
      while (code === SPACE || (code === TAB && (this.flowDepth > 0 || !this.keyAllowed))) {
        this.pos += 1
        code = this.text.charCodeAt(this.pos)
      }
      if (code === HASH) this.#comment()
      else if (isBreak(code)) this.#line()
      else return
    }
  }

  /** Moves behind the comment that begins here, which counts as one behind a token of its line. */
  skipComment(): void {
    if (this.code() === HASH) this.#comment()
  }

  /** Moves behind the line break at `pos`. */
  breakLine(): void {
    this.pos += breakLength(this.text, this.pos)
    this.lineStart = this.pos
    this.newline = true
  }

  /** Whether `---` or `...` stands alone at the beginning of this line, and here. */
  atDocumentMark(): boolean {
    if (this.pos !== this.lineStart) return false
    const first = this.text.charCodeAt(this.pos)
    if (first !== DASH && first !== 46) return false
    return this.code(1) === first && this.code(2) === first && isSpaceOrEnd(this.code(3))
  }

  /** Whether a `-`, `?` or `:` with a blank behind it stands here. */
  atSign(code: number): boolean {
    return this.code() === code && isSpaceOrEnd(this.code(1))
  }

  /** Whether the document ends here: a `---` or `...`, a directive, or the end of the text. */
  atDocumentEnd(): boolean {
    return this.isAtEnd() || this.atDocumentMark() || (this.code() === 37 && this.column === 0)
  }

  #line(): void {
    this.breakLine()
    if (this.flowDepth === 0) this.keyAllowed = true
  }

  #comment(): void {
    const start = this.pos
    while (!isBreakOrEnd(this.text.charCodeAt(this.pos))) this.pos += 1
    this.pending.push({ start, end: this.pos, column: start - this.lineStart, inline: !this.newline })
  }
}

/** The error for nesting beyond what is read. */
export function tooDeep(reader: YamlReader, limit: number): SecretsError {
  const place = reader.fail('').place
  return new SecretsError('LIMIT_EXCEEDED', `maps and lists nested more than ${limit} deep`, { place })
}
