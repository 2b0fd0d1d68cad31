import type { Path } from '../../../core/tree.ts'
import { valueText } from '../../choice/value-text.ts'
import type { ExportEntry, ExportFormat } from '../export-format.ts'
import { flattened } from '../flattened.ts'
import { textProblem } from '../text-problem.ts'

/** The named escapes of `java.util.Properties.load`; everything else that is not printable ASCII is `\uXXXX`. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\f', '\\f'],
])

/** A `.properties` file in pure ASCII, which readers of ISO-8859-1 and of UTF-8 take alike (`java.util.Properties`). */
export const format: ExportFormat = {
  name: 'properties',
  summary: 'a .properties file of Java: database.hosts[0]',
  shape: 'nested',
  problem: ({ path, value }) => textProblem(path, value) ?? keyProblem(path),
  write: (entries) => ({
    text: flattened(entries, keyOf, String)
      .map(([key, entry]) => line(key, entry))
      .join(''),
  }),
}

function keyProblem(path: Path): string | undefined {
  return path.some((key) => typeof key === 'string' && (key === '' || /[.[\]]/.test(key)))
    ? 'its key has a point or a bracket, which stand between keys'
    : undefined
}

/** As Spring Boot binds them: points between keys, indices in brackets. */
function keyOf(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`)).join('')
}

function line(key: string, { value }: ExportEntry): string {
  return `${escaped(key).replaceAll(' ', '\\ ')}=${escaped(valueText(value)).replace(/^ /, '\\ ')}\n`
}

function escaped(text: string): string {
  return text.replace(/[\\#!=:]/g, '\\$&').replace(/[^ -~]/g, (sign) => SHORT.get(sign) ?? unicode(sign))
}

function unicode(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}
