import { COMMON_VALUES } from './common-values.ts'
import { entropyBits } from './entropy.ts'

/** Bytes of the shortest value that is looked for. */
const MIN_BYTES = 8

/** Bits of Shannon entropy that all of its bytes together must have. */
const MIN_BITS = 20

/** Letters or digits alone say too little unless there are this many of them. */
const MIN_WORD = 12
const MIN_DIGITS = 10

const COMMON: ReadonlySet<string> = new Set([
  ...COMMON_VALUES,
  ...'postgresql postgres://localhost redis://localhost:6379 changeme password password1 password123'.split(' '),
  ...'12345678 123456789 1234567890 qwertyuiop undefined placeholder'.split(' '),
])

/**
 * Whether a value is rare enough that finding it in another file means something: at least 8 bytes, 20 bits of entropy over its own
 * distribution of bytes, not letters alone in one case (fewer than 12) or digits alone (fewer than 10), and no common word.
 */
export function isWorthFinding(value: Uint8Array): boolean {
  const bytes = withoutLastBreak(value)
  if (bytes.length < MIN_BYTES || entropyBits(bytes) < MIN_BITS) return false
  const text = bytes.length > 100 ? '' : Buffer.from(bytes).toString('latin1')
  if (/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(text) && text.length < MIN_WORD) return false
  if (/^[0-9.,:-]+$/.test(text) && text.length < MIN_DIGITS) return false
  return !COMMON.has(text.toLowerCase())
}

/** Files end in a line break that nobody means. */
function withoutLastBreak(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1
  return bytes.subarray(0, end)
}
