import { SecretsError } from './errors.ts'

/** The types of a leaf, by sops's names (`null` is never encrypted and has no tag on disk). */
export type ScalarType = 'str' | 'int' | 'float' | 'bool' | 'time' | 'null'

const REDACTED = '[secret]'

/**
 * One typed plain value. Printing it by accident (a template, `JSON.stringify`, `console.log`, an
 * assertion's message) shows `[secret]`; use `canonical` or `plaintext` on purpose.
 *
 * `canonical` is what the MAC covers and what two values are compared by: the text of a string; decimal
 * digits of an int; Go's `FormatFloat(v, 'f', -1, 64)` of a float; `True`/`False`; RFC 3339 of a time with
 * up to nine fractional digits; '' of null. Bytes only for the binary format.
 * `plaintext` is what is encrypted: the same, except that a float or a bool keeps the spelling of its
 * author where sops's reader takes it (`1.0`, `6.02e23`, `TRUE`).
 */
export class Scalar {
  readonly type: ScalarType
  readonly canonical: string | Uint8Array
  readonly plaintext: string | Uint8Array

  constructor(type: ScalarType, canonical: string | Uint8Array, plaintext: string | Uint8Array = canonical) {
    this.type = type
    this.canonical = canonical
    this.plaintext = plaintext
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  // What console.log and util.inspect of Node ask. No method: a name that is computed has no declared type.
  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => REDACTED })
  }
}

/** The value null, which is never encrypted. */
export const NULL: Scalar = new Scalar('null', '')

/** A string value. */
export function stringScalar(text: string): Scalar {
  return new Scalar('str', text)
}

/** Whether two values are the same value: type and canonical bytes. */
export function sameScalar(a: Scalar, b: Scalar): boolean {
  return a.type === b.type && sameContent(a.canonical, b.canonical)
}

function sameContent(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  return Buffer.compare(asBuffer(a), asBuffer(b)) === 0
}

function asBuffer(content: string | Uint8Array): Buffer {
  return typeof content === 'string'
    ? Buffer.from(content, 'utf8')
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
}

/** The text of a value whose canonical form is text; the binary format's bytes are refused. */
export function canonicalText(scalar: Scalar): string {
  if (typeof scalar.canonical === 'string') return scalar.canonical
  throw new SecretsError('FORMAT_INVALID', 'a binary value cannot be shown as text')
}

/**
 * Go's `strconv.FormatFloat(value, 'f', -1, 64)`: shortest digits that read back, never an exponent
 * (sops `ToBytes`). The shortest digits are ECMAScript's; only its exponent has to be written out.
 */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  if (Object.is(value, -0)) return '-0'
  const text = String(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  return sign + shiftPoint(whole, fraction, Number(exponent))
}

function shiftPoint(whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length)
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Whether an integer fits the signed 64 bits that sops has for one. */
export function fitsInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX
}

/** An int value. Throws `FORMAT_INVALID` beyond 64 bits (sops refuses those too). */
export function intScalar(value: bigint): Scalar {
  if (!fitsInt64(value)) throw new SecretsError('FORMAT_INVALID', 'an integer that does not fit 64 bits')
  return new Scalar('int', value.toString())
}

/** What sops's reader, Go's `ParseFloat`, takes without a hexadecimal form or underscores. */
const GO_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A float value that keeps `spelling` where sops's reader would read the same number from it. */
export function floatScalar(value: number, spelling?: string): Scalar {
  const canonical = formatFloat(value)
  if (spelling === undefined || !GO_FLOAT.test(spelling)) return new Scalar('float', canonical)
  return new Scalar('float', canonical, Object.is(Number(spelling), value) ? spelling : canonical)
}

/** `ParseBool` of Go: the spellings of a bool that sops reads. */
const BOOL_SPELLINGS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text): [string, boolean] => [text, true]),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text): [string, boolean] => [text, false]),
])

/** A bool value that keeps `spelling` where sops reads the same truth from it. */
export function boolScalar(value: boolean, spelling?: string): Scalar {
  const canonical = value ? 'True' : 'False'
  const kept = spelling !== undefined && BOOL_SPELLINGS.get(spelling) === value
  return new Scalar('bool', canonical, kept ? spelling : canonical)
}

/** The truth that sops reads from a decrypted bool; undefined when it would refuse it. */
export function parseBool(text: string): boolean | undefined {
  return BOOL_SPELLINGS.get(text)
}
