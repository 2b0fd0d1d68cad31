import { canonicalText, type Scalar, sameScalar } from '../../core/scalar.ts'
import { resolvePlain } from './resolve-scalar.ts'

/** What no plain, single-quoted or literal scalar can hold: only an escape in double quotes can. */
const NEEDS_ESCAPE =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const NEEDS_ESCAPES = new RegExp(`["\\\\\\n\\t]|${NEEDS_ESCAPE.source}`, 'g')
const BEGINS_LIKE_SYNTAX = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/
const HOLDS_SYNTAX = /:(?:\s|$)|\s#|\n/
const HOLDS_FLOW_SYNTAX = /[,?[\]{}]|^[?:-]/

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\x1b', '\\e'],
  ['\x85', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
])

/** Whether `text` can hold every character of a scalar without escapes. */
export function needsNoEscape(text: string): boolean {
  return !NEEDS_ESCAPE.test(text)
}

/** Whether `text` can stand without quotes, whatever type it would then have. */
export function canBePlain(text: string, inFlow: boolean): boolean {
  if (text === '' || text.trim() !== text || BEGINS_LIKE_SYNTAX.test(text) || HOLDS_SYNTAX.test(text)) return false
  return needsNoEscape(text) && !(inFlow && HOLDS_FLOW_SYNTAX.test(text))
}

/** Whether plain `text` is read as a string. */
export function isPlainString(text: string): boolean {
  const scalar = resolvePlain(text)
  return typeof scalar !== 'string' && scalar.type === 'str'
}

/** `text` in single quotes; undefined where these cannot hold it. */
export function singleQuoted(text: string): string | undefined {
  return text.includes('\n') || !needsNoEscape(text) ? undefined : `'${text.replaceAll("'", "''")}'`
}

/** `text` in double quotes, in one line. */
export function doubleQuoted(text: string): string {
  return `"${text.replace(NEEDS_ESCAPES, escaped)}"`
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES.get(character)
  if (short !== undefined) return short
  const code = character.charCodeAt(0)
  if (code < 0x100) return `\\x${hex(code, 2)}`
  return `\\u${hex(code, 4)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0')
}

/** The plain text of a value that is no string: as its author spelled it where YAML reads the same from that. */
export function plainText(scalar: Scalar): string {
  if (scalar.type === 'null') return 'null'
  const canonical = canonicalText(scalar)
  const spelled = typeof scalar.plaintext === 'string' ? scalar.plaintext : canonical
  const candidates = [spelled, canonical, canonical.toLowerCase(), `${canonical}.0`, FLOAT_WORDS.get(canonical) ?? '']
  return candidates.find((text) => reads(text, scalar)) ?? canonical
}

const FLOAT_WORDS: ReadonlyMap<string, string> = new Map([
  ['+Inf', '.inf'],
  ['-Inf', '-.inf'],
  ['NaN', '.nan'],
])

function reads(text: string, scalar: Scalar): boolean {
  const read = resolvePlain(text)
  return typeof read !== 'string' && sameScalar(read, scalar)
}
