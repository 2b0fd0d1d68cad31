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

/** In double quotes `\n` is a line break, and nothing else is an escape. */
const readDouble: ValueReader = (text, start) => {
  const read = readBetween('"')(text, start)
  return read === undefined ? undefined : { ...read, value: read.value.replaceAll('\\n', '\n') }
}

const readLines = linesReader(firstOf(readBetween("'"), readDouble, readBetween('`'), readPlainLine))

/** `node --env-file` and `util.parseEnv` (`src/node_dotenv.cc`): quotes of three kinds, no escapes, carriage returns are dropped. */
export const node: DotenvDialect = {
  name: 'node',
  summary: 'node --env-file and util.parseEnv',
  notations: (value) => [...(isPlain(value) ? [value] : []), ...["'", '`', '"'].map((quote) => quoted(value, quote))],
  read: (text) => (text.includes('\r') ? undefined : readLines(text)),
  limits: [
    LIMITS.carriageReturn,
    LIMITS.allQuotes,
    {
      fits: (value) => value.includes("'") && value.includes('`'),
      reason: 'it has a single quote, a backtick and \\n, which double quotes take for a line break',
    },
  ],
}
