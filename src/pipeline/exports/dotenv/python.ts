import {
  type DotenvDialect,
  escaped,
  firstOf,
  isPlain,
  linesReader,
  quoted,
  readPlainLine,
  type ValueReader,
} from './dialect.ts'

const SINGLE: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
])
const DOUBLE: ReadonlyMap<string, string> = new Map([...SINGLE, ['"', '"'], ['n', '\n'], ['r', '\r'], ['t', '\t']])
/** What it interpolates, in quotes of every kind; a default may stand behind `:-`. */
const VARIABLE = /\$\{[^}:]*(?::-[^}]*)?\}/

/** A backslash before anything but an escape is one. */
function readQuoted(quote: string, escapes: ReadonlyMap<string, string>): ValueReader {
  const pattern = new RegExp(`${quote}([^${quote}\\\\]*(?:\\\\[^][^${quote}\\\\]*)*)${quote}\\n`, 'y')
  return (text, start) => {
    pattern.lastIndex = start
    const inner = pattern.exec(text)?.[1]
    if (inner === undefined) return undefined
    const value = inner.replace(/\\([^])/g, (whole, sign: string) => escapes.get(sign) ?? whole)
    return { value, next: pattern.lastIndex }
  }
}

const readLines = linesReader(firstOf(readQuoted("'", SINGLE), readQuoted('"', DOUBLE), readPlainLine))

function readFile(text: string): ReadonlyMap<string, string> | undefined {
  // Python takes a carriage return for a line break while it reads the file.
  const values = text.includes('\r') ? undefined : readLines(text)
  return [...(values?.values() ?? [])].some((value) => VARIABLE.test(value)) ? undefined : values
}

/** python-dotenv (`parser.py`, `variables.py`), which interpolates `${NAME}` after all escapes, unless its caller says no. */
export const python: DotenvDialect = {
  name: 'python',
  summary: 'python-dotenv',
  notations: (value) => [
    ...(isPlain(value) ? [value] : []),
    ...(value.includes('\\') ? [] : [quoted(value, "'")]),
    quoted(escaped(value, /[\\"]/g, true), '"'),
  ],
  read: readFile,
  limits: [
    {
      fits: (value) => VARIABLE.test(value),
      reason: 'it has ${…}, which python-dotenv interpolates in every notation',
    },
  ],
}
