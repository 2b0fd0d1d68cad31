/** From decrypted bytes and a type tag to a value, as sops's reader does it (reference 1.2). */
import { boolScalar, fitsInt64, floatScalar, parseBool, Scalar, stringScalar } from './scalar.ts'

/**
 * The value of a token; undefined when its tag is unknown or the bytes are none of that type, which is
 * damage: the tag is not authenticated. `asBytes` leaves a string as bytes (the binary format).
 */
export function decodeValue(type: string, bytes: Uint8Array, asBytes: boolean): Scalar | undefined {
  if (type === 'str' || type === 'bytes') return asBytes ? new Scalar('str', bytes) : decodeString(bytes)
  const text = decodeUtf8(bytes)
  if (text === undefined) return undefined
  if (type === 'int') return decodeInt(text)
  if (type === 'float') return decodeFloat(text)
  if (type === 'bool') return decodeBool(text)
  return type === 'time' && RFC_3339.test(text) ? new Scalar('time', text) : undefined
}

/** UTF-8 text; undefined for bytes that are none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.includes('\ufffd') && Buffer.compare(Buffer.from(text, 'utf8'), bytes) !== 0 ? undefined : text
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** What Go's `ParseFloat` takes and a file may hold: decimal forms, infinities, not-a-number. */
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function decodeString(bytes: Uint8Array): Scalar | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : stringScalar(text)
}

function decodeInt(text: string): Scalar | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  // A literal -0 is the one integer that is encrypted as it is spelled: any reader takes it for 0.
  return fitsInt64(value) ? new Scalar('int', value.toString(), text === '-0' ? text : value.toString()) : undefined
}

function decodeFloat(text: string): Scalar | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special === null) return FLOAT.test(text) ? floatScalar(Number(text), text) : undefined
  if ((special[2] ?? '').toLowerCase() === 'nan') return floatScalar(Number.NaN)
  return floatScalar(special[1] === '-' ? -Infinity : Infinity)
}

function decodeBool(text: string): Scalar | undefined {
  const value = parseBool(text)
  return value === undefined ? undefined : boolScalar(value, text)
}
