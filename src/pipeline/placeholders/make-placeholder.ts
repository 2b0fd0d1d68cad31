import { createHash } from 'node:crypto'
import { formatPath } from '../../core/path-syntax.ts'
import { boolScalar, floatScalar, intScalar, Scalar, stringScalar } from '../../core/scalar.ts'
import type { Path } from '../../core/tree.ts'
import { DAY, NUMBERS } from './placeholder-mark.ts'
import { placeholderText } from './placeholder-text.ts'

/** What is known of a value without its key. */
export interface KnownOfValue {
  readonly path: Path
  /** By sops's names. */
  readonly type: string
  /** Bytes of the value. */
  readonly length: number
}

/**
 * A value of the same type, and as far as the name of the entry and its length tell, of the same shape: always the same one for an
 * entry, another for each. Nothing of the value itself goes into it.
 */
export function makePlaceholder({ path, type, length }: KnownOfValue): Scalar {
  const seed = createHash('sha256').update(formatPath(path)).digest()
  const number = NUMBERS.first + (seed.readUInt32BE(0) % (NUMBERS.last - NUMBERS.first + 1))
  if (type === 'int') return intScalar(BigInt(number))
  if (type === 'float') return floatScalar(number + 0.5)
  if (type === 'bool') return boolScalar(false, 'false')
  if (type === 'time') return new Scalar('time', `${DAY}T00:00:${String(number % 60).padStart(2, '0')}Z`)
  return stringScalar(placeholderText(path, { length, number, digits: seed.toString('hex') }))
}
