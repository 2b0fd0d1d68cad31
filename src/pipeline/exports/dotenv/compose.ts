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

/** Escapes that double quotes have; an octal one and `\$` are further ones, which this model takes no part in. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['$', '$'],
  ['\\', '\\'],
])

/** Between quotes a backslash hides the quote; two of them are two. */
function readQuoted(quote: string, unescape: (text: string) => string | undefined): ValueReader {
  return (text, start) => {
    if (text[start] !== quote) return undefined
    let inner = ''
    for (let position = start + 1; position < text.length; position++) {
      const sign = text[position] ?? ''
      if (sign === quote) return ended(text, position, unescape(inner))
      const next = text[position + 1] ?? ''
      if (sign !== '\\') inner += sign
      else {
        inner += next === quote ? quote : sign + next
        position++
      }
    }
    return undefined
  }
}

function ended(text: string, quote: number, value: string | undefined): ReturnType<ValueReader> {
  return text[quote + 1] === '\n' && value !== undefined ? { value, next: quote + 2 } : undefined
}

/** After the quotes are gone. A `$` that nothing hides begins a variable. */
function unescapeDouble(inner: string): string | undefined {
  const parts = inner.match(/\\[^]|[^\\$]+|[\\$]/g) ?? []
  const meanings = parts.map((part) => (/^[\\$]/.test(part) ? ESCAPES.get(part.slice(1)) : part))
  return meanings.includes(undefined) ? undefined : meanings.join('')
}

/** `env_file` and `--env-file` of docker compose (compose-go, `dotenv`): interpolates what stands in double quotes, and without any. */
export const compose: DotenvDialect = {
  name: 'compose',
  summary: 'docker compose: env_file and --env-file',
  notations: (value) => [
    ...(isPlain(value) ? [value] : []),
    quoted(value, "'"),
    quoted(escaped(value, /[\\"$]/g, true), '"'),
  ],
  read: linesReader(
    firstOf(
      readQuoted("'", (inner) => inner),
      readQuoted('"', unescapeDouble),
      readPlainLine,
    ),
  ),
  limits: [LIMITS.lastBackslash],
}
