import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'

/** Keys that no reader takes for anything but a text, whichever version of YAML it has. */
const PLAIN_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[A-Za-z_][A-Za-z0-9_-]*$/i
/** From this length on a key has to stand behind a question mark (YAML 1.2.2, 8.2.2: 1024 characters, with quotes and escapes). */
const LONG_KEY = 1000
/**
 * What cannot stand in double quotes as it is: characters that are not printable, and the line breaks that YAML 1.1 has beside
 * `\n` (YAML 1.1, 5.1 and 5.4; readers differ in how much of it they hold to).
 */
const NEEDS_ESCAPE = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/gu

/**
 * A tree as a YAML text that every version of YAML reads alike: texts in double quotes, one line for each value. Times are texts.
 * Infinite floats and those that are no number are written as YAML does.
 */
export function yamlText(tree: PlainValue): string {
  return isScalar(tree) || isEmpty(tree) ? `${inline(tree)}\n` : `${block(tree, 0)}\n`
}

/** A text in double quotes, in one line. */
export function yamlString(text: string): string {
  return `"${text.replace(NEEDS_ESCAPE, escaped)}"`
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

function block(tree: Exclude<PlainValue, Scalar>, indent: number): string {
  const separator = `\n${' '.repeat(indent)}`
  if (tree.kind === 'list') return tree.elements.map((element) => `-${behindDash(element, indent)}`).join(separator)
  return tree.entries.map(([key, value]) => `${keyAt(key, separator)}:${behindKey(value, indent)}`).join(separator)
}

function keyAt(key: string, separator: string): string {
  if (PLAIN_KEY.test(key) && key.length <= LONG_KEY) return key
  const text = yamlString(key)
  return text.length > LONG_KEY ? `? ${text}${separator}` : text
}

function behindKey(value: PlainValue, indent: number): string {
  if (isScalar(value) || isEmpty(value)) return ` ${inline(value)}`
  return `\n${' '.repeat(indent + 2)}${block(value, indent + 2)}`
}

function behindDash(value: PlainValue, indent: number): string {
  return ` ${isScalar(value) || isEmpty(value) ? inline(value) : block(value, indent + 2)}`
}

function inline(value: PlainValue): string {
  if (!isScalar(value)) return value.kind === 'list' ? '[]' : '{}'
  const text = canonicalText(value)
  if (value.type === 'null') return 'null'
  if (value.type === 'bool') return text === 'True' ? 'true' : 'false'
  if (value.type === 'int') return text
  return value.type === 'float' ? floatText(text) : yamlString(text)
}

/** With a point, so that it stays a float. */
function floatText(canonical: string): string {
  if (canonical === 'NaN') return '.nan'
  if (canonical.endsWith('Inf')) return canonical.startsWith('-') ? '-.inf' : '.inf'
  return canonical.includes('.') ? canonical : `${canonical}.0`
}

function isEmpty(value: Exclude<PlainValue, Scalar>): boolean {
  return value.kind === 'list' ? value.elements.length === 0 : value.entries.length === 0
}
