import type { ExportFormat } from '../export-format.ts'
import { flatFormat, type NamedText } from '../flat-format.ts'

/** Names that nushell keeps for itself ("automatic environment variables"). */
const RESERVED = /^(?:PWD|FILE_PWD|CURRENT_FILE|NU_VERSION|LAST_EXIT_CODE|SHLVL|CMD_DURATION_MS|ENV_CONVERSIONS)$/
const LINE = /^ {2}([A-Za-z_]\w*): "([^"\\]*(?:\\.[^"\\]*)*)"$/
/** What could not be seen, or would end the line. */
const NEEDS_ESCAPE = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g

/** A file for `source` in nushell: a record of texts in double quotes, whose escapes are those of JSON and `\u{…}` (its book, "Working with Strings"). */
export const format: ExportFormat = flatFormat({
  name: 'nushell',
  summary: 'a file for source in nushell',
  write: (values) => ['load-env {', ...values.map(line), '}', ''].join('\n'),
  read,
  limit: ({ name }) => (RESERVED.test(name) ? 'nushell keeps this name for itself' : undefined),
})

function line({ name, text }: NamedText): string {
  return `  ${name}: "${text.replace(NEEDS_ESCAPE, escaped)}"`
}

function escaped(sign: string): string {
  if (sign === '"' || sign === '\\') return `\\${sign}`
  return sign === '\n' ? '\\n' : `\\u{${sign.charCodeAt(0).toString(16)}}`
}

function read(text: string): ReadonlyMap<string, string> | undefined {
  const lines = text.split('\n')
  if (lines.shift() !== 'load-env {' || lines.pop() !== '' || lines.pop() !== '}') return undefined
  const values = new Map<string, string>()
  for (const each of lines) {
    const [, name, string] = LINE.exec(each) ?? []
    if (name === undefined || string === undefined) return undefined
    values.set(name, unescaped(string))
  }
  return values
}

function unescaped(inner: string): string {
  return inner.replace(/\\u\{([0-9a-f]+)\}|\\([^])/g, (_whole, code: string | undefined, sign: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return sign === 'n' ? '\n' : sign
  })
}
