import {
  boolScalar,
  fitsInt64,
  floatScalar,
  intScalar,
  NULL,
  Scalar,
  type ScalarType,
  stringScalar,
} from '../../core/scalar.ts'
import { resolveTimestamp } from './resolve-timestamp.ts'

/** An integer that sops refuses: beyond 63 bits and within 64 without a sign. */
export type Unsupported = 'unsupported integer'

/** The words that are no strings (sops-format 9.2). */
const WORDS: ReadonlyMap<string, Scalar> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Scalar] => [word, NULL]),
  ...['true', 'True', 'TRUE'].map((word): [string, Scalar] => [word, boolScalar(true, word)]),
  ...['false', 'False', 'FALSE'].map((word): [string, Scalar] => [word, boolScalar(false, word)]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Scalar] => [word, floatScalar(Number.NaN)]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, Scalar] => [word, floatScalar(Infinity)]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, Scalar] => [word, floatScalar(-Infinity)]),
])

const LONGEST_WORD = 5
const INTEGER = /^([+-]?)(?:0[xX]([0-9A-Fa-f]+)|0[bB]([01]+)|(?:0[oO]|0)([0-7]+)|(0|[1-9][0-9]*))$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const UINT64_MAX = 2n ** 64n - 1n

/** The value of a plain scalar without a tag, as yaml.v3 types it. */
export function resolvePlain(text: string): Scalar | Unsupported {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text)
    if (word !== undefined) return word
  }
  return canBeNumber(text.charCodeAt(0)) ? resolveNumber(text) : stringScalar(text)
}

function canBeNumber(first: number): boolean {
  return (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
}

function resolveNumber(text: string): Scalar | Unsupported {
  if (text.startsWith('.')) return resolveFloat(text, /^\.[0-9]/.test(text)) ?? stringScalar(text)
  const timestamp = resolveTimestamp(text)
  if (timestamp !== undefined) return new Scalar('time', timestamp)
  const digits = text.replaceAll('_', '')
  const integer = parseInteger(digits)
  if (integer === undefined) return resolveFloat(text, true) ?? stringScalar(text)
  if (fitsInt64(integer)) return intScalar(integer)
  if (integer > 0n && integer <= UINT64_MAX) return 'unsupported integer'
  return resolveFloat(text, true) ?? stringScalar(text)
}

function parseInteger(digits: string): bigint | undefined {
  const match = INTEGER.exec(digits)
  if (match === null) return undefined
  const [, sign = '', hex, binary, octal, decimal = '0'] = match
  const magnitude = BigInt(prefixed('0x', hex) ?? prefixed('0b', binary) ?? prefixed('0o', octal) ?? decimal)
  return sign === '-' ? -magnitude : magnitude
}

function prefixed(prefix: string, digits: string | undefined): string | undefined {
  return digits === undefined ? undefined : prefix + digits
}

/** What is too large for a float is a string, as it is for Go's `ParseFloat`. */
function resolveFloat(text: string, allowed: boolean): Scalar | undefined {
  const digits = text.replaceAll('_', '')
  if (!allowed || !FLOAT.test(digits)) return undefined
  const value = Number(digits)
  return Number.isFinite(value) ? floatScalar(value, digits) : undefined
}

/** The standard tags that give a type of their own, by what follows `tag:yaml.org,2002:`. */
const TYPED_TAGS: ReadonlyMap<string, ScalarType> = new Map([
  ['int', 'int'],
  ['float', 'float'],
  ['bool', 'bool'],
  ['null', 'null'],
  ['timestamp', 'time'],
])

/** What `!!` stands for. */
export const STANDARD_TAGS = 'tag:yaml.org,2002:'

/** How a tag tells the value: a type, base64, or (all other tags) text. Undefined for none and for `!`. */
export type TagMeaning = ScalarType | 'binary' | undefined

/** The meaning of a resolved tag for a scalar. */
export function tagMeaning(tag: string): TagMeaning {
  if (tag === '' || tag === '!') return undefined
  if (!tag.startsWith(STANDARD_TAGS)) return 'str'
  const name = tag.slice(STANDARD_TAGS.length)
  return name === 'binary' ? 'binary' : (TYPED_TAGS.get(name) ?? 'str')
}

/** Why a tagged value cannot be read, for the reader of an error. */
export type TagMismatch =
  | 'the value does not fit its tag'
  | 'a binary value that is no base64'
  | 'a binary value that is no text'

/** The value of a scalar with a tag of that meaning; the text of what is wrong where it does not fit. */
export function resolveTagged(
  text: string,
  meaning: Exclude<TagMeaning, undefined>,
): Scalar | Unsupported | TagMismatch {
  if (meaning === 'str') return stringScalar(text)
  if (meaning === 'binary') return decodeBinary(text)
  const plain = resolvePlain(text)
  if (plain === 'unsupported integer') return plain
  if (plain.type === meaning) return plain
  if (meaning === 'float' && plain.type === 'int') return floatScalar(Number(plain.canonical))
  return 'the value does not fit its tag'
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function decodeBinary(text: string): Scalar | TagMismatch {
  const digits = text.replace(/[\r\n]/g, '')
  if (!BASE64.test(digits)) return 'a binary value that is no base64'
  const bytes = Buffer.from(digits, 'base64')
  const decoded = bytes.toString('utf8')
  if (!Buffer.from(decoded, 'utf8').equals(bytes)) return 'a binary value that is no text'
  return stringScalar(decoded)
}
