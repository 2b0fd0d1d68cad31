import {
  type DotenvDialect,
  escaped,
  firstOf,
  isPlain,
  LIMITS,
  linesReader,
  quoted,
  readPlainLine,
  type ValueReader,
} from './dialect.ts'

/** A quote ends the value unless a backslash stands before it, even one that is escaped itself; quotes at both ends of the value go too. */
function readQuoted(quote: string, unescape: (inner: string) => string): ValueReader {
  return (text, start) => {
    if (text[start] !== quote) return undefined
    let end = start
    do end = text.indexOf(quote, end + 1)
    while (end !== -1 && text[end - 1] === '\\')
    if (end === -1 || text[end + 1] !== '\n') return undefined
    const inner = text.slice(start, end).replace(new RegExp(`^${quote}+|${quote}+$`, 'g'), '')
    return { value: unescape(inner), next: end + 2 }
  }
}

/** Line ends first, then every other backslash, then variables. */
function unescapeDouble(inner: string): string {
  const ends = new Map([
    ['\\n', '\n'],
    ['\\r', '\r'],
  ])
  const lines = inner.replace(/\\[^\n]/g, (pair) => ends.get(pair) ?? pair)
  return expanded(lines.replace(/\\([^$])/g, '$1'))
}

/** Variables of the file itself; one that is not there is empty, as all are here. */
function expanded(text: string): string {
  return text.replace(/(\\)?\$(\()?\{?([A-Z0-9_]+)?\}?/g, (whole, hidden, parenthesis, name) => {
    if (hidden !== undefined || parenthesis !== undefined) return whole.slice(1)
    return name === undefined ? whole : ''
  })
}

const readLines = linesReader(
  firstOf(
    readQuoted("'", (inner) => inner),
    readQuoted('"', unescapeDouble),
    readPlainLine,
  ),
)

/** godotenv (`joho/godotenv`, `parser.go`); `\r\n` is a line break before all else. */
export const go: DotenvDialect = {
  name: 'go',
  summary: 'godotenv',
  notations: (value) => [
    ...(isPlain(value) ? [value] : []),
    quoted(value, "'"),
    quoted(escaped(value, /[\\"$]/g, true), '"'),
  ],
  read: (text) => (text.includes('\r') ? undefined : readLines(text)),
  limits: [
    LIMITS.lastBackslash,
    {
      fits: (value) => value.endsWith('"'),
      reason: 'it ends with a double quote, which godotenv takes off, and single quotes do not hold it',
    },
  ],
}
