import type { Scalar } from '../core/scalar.ts'
import { type NativeValue, nativeValue } from '../project/native-value.ts'

/** What stands for a value that is not shown. */
export const MASK = '[secret]'

/** A value in one line, texts in quotes with their line breaks spelled out; for those who asked to see it. */
export function shownValue(scalar: Scalar): string {
  const value = nativeValue(scalar)
  if (value instanceof Uint8Array) return `(${value.length} bytes)`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

/** The same for JSON: bytes as base64, numbers that JSON readers would round as texts. */
export function jsonValueOf(scalar: Scalar): NativeValue {
  const value = nativeValue(scalar)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'bigint' ? String(value) : value
}
