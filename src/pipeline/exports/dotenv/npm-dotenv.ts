import {
  type DotenvDialect,
  escaped,
  firstOf,
  isPlain,
  LIMITS,
  linesReader,
  quoted,
  readBetween,
  readPlainLine,
  type ValueReader,
} from './dialect.ts'

/** A backslash before the last quote hides it where a later line has a quote of that kind. */
function readRaw(quote: string): ValueReader {
  return (text, start) => {
    const read = readBetween(quote)(text, start)
    return read?.value.endsWith('\\') === true ? undefined : read
  }
}

/** `\n` and `\r` are line ends in double quotes, and nothing else is an escape. */
const readDouble: ValueReader = (text, start) => {
  const read = readRaw('"')(text, start)
  if (read === undefined) return undefined
  return { ...read, value: read.value.replaceAll('\\n', '\n').replaceAll('\\r', '\r') }
}

/** A line without quotes: cut at `#`, and its outer blanks are taken off. */
const readLine: ValueReader = (text, start) => {
  const end = text.indexOf('\n', start)
  const value = text.slice(start, end)
  if (end === -1 || value === '' || /[#\u2028\u2029]|^["'`]/.test(value) || value !== value.trim()) return undefined
  return { value, next: end + 1 }
}

const readLines = linesReader(firstOf(readRaw("'"), readRaw('`'), readDouble, readLine, readPlainLine))

/** The package dotenv of npm (`lib/main.js`): quotes of three kinds, carriage returns become line breaks before all else. */
export const npmDotenv: DotenvDialect = {
  name: 'npm',
  summary: 'the package dotenv of npm',
  notations: (value) => [
    ...(isPlain(value) ? [value] : []),
    ...["'", '`', '"'].map((quote) => quoted(value, quote)),
    quoted(escaped(value, /(?!)/g, true), '"'),
    ...(/[\r\n]/.test(value) ? [] : [value]),
  ],
  read: (text) => (text.includes('\r') ? undefined : readLines(text)),
  limits: [
    {
      fits: (value) => value.includes('\r'),
      reason: 'it has a carriage return, which only double quotes hold, and those no double quote and no \\n or \\r',
    },
    LIMITS.allQuotes,
    LIMITS.lastBackslash,
  ],
}
