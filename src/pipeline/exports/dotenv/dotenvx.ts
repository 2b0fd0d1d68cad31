import {
  type DotenvDialect,
  firstOf,
  isPlain,
  LIMITS,
  linesReader,
  quoted,
  readBetween,
  readPlainLine,
  type ValueReader,
} from './dialect.ts'

/** Of what stands in double quotes, only that which it could not expand, run or unescape. */
const readDouble: ValueReader = (text, start) => {
  const read = readBetween('"')(text, start)
  return read === undefined || /[\\$`]/.test(read.value) ? undefined : read
}

/** A backslash before the last quote would hide it. */
const readSingle: ValueReader = (text, start) => {
  const read = readBetween("'")(text, start)
  return read?.value.endsWith('\\') === true ? undefined : read
}

const readLines = linesReader(firstOf(readSingle, readDouble, readPlainLine))

function readFile(text: string): ReadonlyMap<string, string> | undefined {
  const values = text.includes('\r') ? undefined : readLines(text)
  return [...(values?.values() ?? [])].some(isCiphertext) ? undefined : values
}

/** It would be decrypted. */
function isCiphertext(value: string): boolean {
  return /^\s*encrypted:/.test(value)
}

/** dotenvx: single quotes are literal; elsewhere variables are expanded and commands run. */
export const dotenvx: DotenvDialect = {
  name: 'dotenvx',
  summary: 'dotenvx run and get',
  notations: (value) => [...(isPlain(value) ? [value] : []), quoted(value, "'"), quoted(value, '"')],
  read: readFile,
  limits: [
    { fits: isCiphertext, reason: 'it begins with encrypted:, and dotenvx would decrypt it' },
    LIMITS.carriageReturn,
    LIMITS.lastBackslash,
    {
      fits: (value) => value.includes("'"),
      reason: 'it has a single quote beside signs that dotenvx expands anywhere else',
    },
  ],
}
