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

const readSingle: ValueReader = (text, start) => {
  const read = readBetween("'")(text, start)
  return read === undefined || /[\r\n]|\\$/.test(read.value) ? undefined : read
}

/** Of double quotes only what no version expands, runs or unescapes in another order: `\"`, and no other backslash and no `$`. */
const readDouble: ValueReader = (text, start) => {
  const pattern = /"([^"\\$\r\n]*(?:\\"[^"\\$\r\n]*)*)"\n/y
  pattern.lastIndex = start
  const inner = pattern.exec(text)?.[1]
  return inner === undefined ? undefined : { value: inner.replaceAll('\\"', '"'), next: pattern.lastIndex }
}

/** The gem dotenv, versions 2 and 3 (`parser.rb`), which differ in values of several lines. */
export const ruby: DotenvDialect = {
  name: 'ruby',
  summary: 'the gem dotenv, versions 2 and 3',
  notations: (value) => [...(isPlain(value) ? [value] : []), quoted(value, "'"), quoted(escaped(value, /"/g), '"')],
  read: linesReader(firstOf(readSingle, readDouble, readPlainLine)),
  limits: [
    { ...LIMITS.lineBreak, reason: 'it has more than one line, which versions 2 and 3 of the gem read differently' },
    LIMITS.lastBackslash,
    {
      fits: (value) => value.includes("'"),
      reason: 'it has a single quote beside $ or a backslash, which mean something in all other notations',
    },
  ],
}
