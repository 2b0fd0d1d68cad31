import type { Scalar } from '../core/scalar.ts'
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
