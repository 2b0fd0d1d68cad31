/** What one reader of dotenv files makes of them; the rules are those of its source, told with the reader. */
export interface DotenvDialect {
  /** After `--dialect`. */
  readonly name: string
  readonly summary: string
  /** Ways to write a value behind `NAME=`, those first that are easiest to read. Not all of them have to be right: each is read back. */
  readonly notations: (value: string) => readonly string[]
  /** The model of the reader: variables of a file, undefined for what the model does not know for certain. */
  readonly read: (text: string) => ReadonlyMap<string, string> | undefined
  /** What it cannot hold, for messages: the first that fits a value without a notation. */
  readonly limits: readonly Limit[]
}

/** Values that a reader cannot be given, and why, as the end of a sentence. */
export interface Limit {
  readonly fits: (value: string) => boolean
  readonly reason: string
}

/** What stands behind `NAME=`. */
interface ReadValue {
  readonly value: string
  /** Where the next line begins. */
  readonly next: number
}

/** Reads what stands at `start` of `text`; undefined for what is not known for certain. */
export type ValueReader = (text: string, start: number) => ReadValue | undefined

/** A reader of files of lines `NAME=value`, with nothing between them. */
export function linesReader(readValue: ValueReader): DotenvDialect['read'] {
  return (text) => {
    const values = new Map<string, string>()
    const name = /([A-Za-z_][A-Za-z0-9_]*)=/y
    let position = 0
    while (position < text.length) {
      name.lastIndex = position
      const found = name.exec(text)
      const read = found === null ? undefined : readValue(text, name.lastIndex)
      if (read === undefined) return undefined
      values.set(found?.[1] ?? '', read.value)
      position = read.next
    }
    return values
  }
}

/** Signs that mean themselves to every reader, in a value without quotes; zsh expands `=` at the beginning and behind a colon. */
const PLAIN = /^(?!=|.*:=)[A-Za-z0-9_@%+,./:=-]*$/
/** The same with letters and digits of all scripts. */
const PLAIN_WORDS = /^(?!=|.*:=)[\p{L}\p{M}\p{N}_@%+,./:=-]*$/u

/** A value that needs no notation at all, and is not empty. */
export function isPlain(value: string): boolean {
  return value !== '' && PLAIN.test(value)
}

/** Reads a line without quotes whose signs mean themselves. */
export const readPlainLine: ValueReader = (text, start) => {
  const end = text.indexOf('\n', start)
  const value = text.slice(start, end)
  return end === -1 || !PLAIN_WORDS.test(value) ? undefined : { value, next: end + 1 }
}

/** Reads what stands between two quotes of one kind, without escapes, to the end of the line. */
export function readBetween(quote: string): ValueReader {
  return (text, start) => {
    if (text[start] !== quote) return undefined
    const end = text.indexOf(quote, start + 1)
    if (end === -1 || text[end + 1] !== '\n') return undefined
    return { value: text.slice(start + 1, end), next: end + 2 }
  }
}

/** The first of several readers that knows what stands there. */
export function firstOf(...readers: readonly ValueReader[]): ValueReader {
  return (text, start) => {
    for (const reader of readers) {
      const read = reader(text, start)
      if (read !== undefined) return read
    }
    return undefined
  }
}

/** A value between quotes, as it is. */
export function quoted(value: string, quote: string): string {
  return `${quote}${value}${quote}`
}

/** A value with a backslash before each of the signs, and `\n` and `\r` for line ends where that is wanted. */
export function escaped(value: string, signs: RegExp, lineEnds = false): string {
  const text = value.replace(signs, '\\$&')
  return lineEnds ? text.replaceAll('\n', '\\n').replaceAll('\r', '\\r') : text
}

/** Limits that many readers share. */
export const LIMITS: Readonly<Record<'carriageReturn' | 'lineBreak' | 'allQuotes' | 'lastBackslash', Limit>> = {
  carriageReturn: { fits: (value) => value.includes('\r'), reason: 'it has a carriage return, which the reader loses' },
  lineBreak: { fits: (value) => /[\r\n]/.test(value), reason: 'it has more than one line' },
  allQuotes: {
    fits: (value) => ["'", '"', '`'].every((quote) => value.includes(quote)),
    reason: 'it has all kinds of quotes, and the reader knows no escapes',
  },
  lastBackslash: {
    fits: (value) => value.endsWith('\\'),
    reason: 'it ends with a backslash, which would hide the quote',
  },
}
