import { SecretsError } from '../core/errors.ts'
import { boolScalar, floatScalar, intScalar, NULL, Scalar, stringScalar } from '../core/scalar.ts'
import { isScalar, type PlainValue } from '../core/tree.ts'

/** A value of a secret file in JavaScript's own types, not protected against being printed. */
export type NativeValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly NativeValue[]
  | { readonly [key: string]: NativeValue }

/**
 * A value in JavaScript's own types. An integer beyond 2^53 is a bigint, a time its RFC 3339 text, the content of a
 * binary file bytes. Maps have no prototype, so that a key `__proto__` is a key like any other.
 */
export function nativeValue(value: PlainValue): NativeValue {
  if (isScalar(value)) return nativeScalar(value)
  if (value.kind === 'list') return value.elements.map(nativeValue)
  const map: Record<string, NativeValue> = Object.create(null)
  for (const [key, child] of value.entries) map[key] = nativeValue(child)
  return map
}

function nativeScalar({ type, canonical }: Scalar): NativeValue {
  if (typeof canonical !== 'string') return canonical
  if (type === 'null') return null
  if (type === 'bool') return canonical === 'True'
  if (type === 'float') return floatOf(canonical)
  if (type !== 'int') return canonical
  const number = Number(canonical)
  return Number.isSafeInteger(number) ? number : BigInt(canonical)
}

function floatOf(canonical: string): number {
  return Number(canonical.replace('Inf', 'Infinity'))
}

/**
 * A value in JavaScript's own types as one of a secret file: whole numbers are ints, others floats, bytes the content of a
 * binary file. Throws `FORMAT_INVALID` for a whole number beyond 2^53 (give a bigint) and for what is no value (a function).
 */
export function plainValueFrom(value: NativeValue): PlainValue {
  if (value === null) return NULL
  if (typeof value === 'string') return stringScalar(value)
  if (typeof value === 'boolean') return boolScalar(value)
  if (typeof value === 'bigint') return intScalar(value)
  if (typeof value === 'number') return numberScalar(value)
  if (value instanceof Uint8Array) return new Scalar('str', value)
  if (Array.isArray(value)) return { kind: 'list', elements: value.map(plainValueFrom) }
  if (typeof value !== 'object')
    throw new SecretsError('FORMAT_INVALID', `a ${typeof value} is no value of a secret file`)
  return { kind: 'map', entries: Object.entries(value).map(([key, child]) => [key, plainValueFrom(child)]) }
}

function numberScalar(value: number): Scalar {
  if (!Number.isInteger(value) || Object.is(value, -0)) return floatScalar(value)
  if (Number.isSafeInteger(value)) return intScalar(BigInt(value))
  throw new SecretsError('FORMAT_INVALID', 'a whole number beyond 2^53 may not be the one that was meant', {
    hint: 'give it as a bigint',
  })
}
