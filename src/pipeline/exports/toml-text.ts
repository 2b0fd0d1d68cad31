import type { PlainMap } from '../../core/plain-value.ts'
import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'

/** What cannot stand in a basic string as it is (TOML 1.0.0, "String"). */
const NEEDS_ESCAPE = /["\\\0-\x08\n-\x1f\x7f]/g
const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

/** A tree as TOML 1.0: a table for each map, the values of a table before the tables in it; maps in lists stand in one line. */
export function tomlText(tree: PlainMap): string {
  return tables(tree, []).join('\n')
}

function tables(map: PlainMap, path: readonly string[]): readonly string[] {
  const values = map.entries
    .filter(([, value]) => !isTable(value))
    .map(([key, value]) => `${keyText(key)} = ${inline(value)}\n`)
  const inner = map.entries.flatMap(([key, value]) => (isTable(value) ? tables(value, [...path, keyText(key)]) : []))
  const isNeeded = values.length > 0 || inner.length === 0
  const header = path.length === 0 || !isNeeded ? '' : `[${path.join('.')}]\n`
  return isNeeded ? [`${header}${values.join('')}`, ...inner] : inner
}

function isTable(value: PlainValue): value is PlainMap {
  return !isScalar(value) && value.kind === 'map'
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : stringText(key)
}

function stringText(text: string): string {
  return `"${text.replace(NEEDS_ESCAPE, (sign) => SHORT.get(sign) ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}

function inline(value: PlainValue): string {
  if (isScalar(value)) return scalarText(value)
  if (value.kind === 'list') return `[${value.elements.map(inline).join(', ')}]`
  return `{ ${value.entries.map(([key, child]) => `${keyText(key)} = ${inline(child)}`).join(', ')} }`
}

function scalarText(value: Scalar): string {
  const text = canonicalText(value)
  if (value.type === 'bool') return text === 'True' ? 'true' : 'false'
  if (value.type === 'float') return floatText(text)
  return value.type === 'int' || value.type === 'time' ? text : stringText(text)
}

/** With a point, so that it stays a float. */
function floatText(canonical: string): string {
  if (canonical === 'NaN') return 'nan'
  if (canonical.endsWith('Inf')) return canonical.startsWith('-') ? '-inf' : 'inf'
  return canonical.includes('.') ? canonical : `${canonical}.0`
}
