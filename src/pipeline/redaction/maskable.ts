/** Which values are masked: those that hide something and whose loss a log can bear. */
import { COMMON_VALUES } from '../common-values.ts'
import { entropyBits } from '../entropy.ts'

/** Bytes of the shortest value that is masked. */
const SHORTEST_MASKED = 6

/** Shorter ones are masked only where no letter or digit stands before or after them. Bytes. */
export const WORD_BOUND_BELOW = 8

/** Digits of the shortest number that is masked: ports, years, sizes and dates have fewer. */
const MIN_DIGITS = 10

/** Letters in one case alone are a word unless there are so many. */
const MIN_LETTERS = 12

/** Bits of Shannon entropy of the value over its own distribution of bytes. */
const MIN_BITS = 12

/** Short values need so many kinds of signs: small letters, capitals, digits, others. */
const MIN_KINDS = 2

/** What stands in every other log although somebody keeps it among secrets. */
const COMMON: ReadonlySet<string> = new Set([
  ...COMMON_VALUES,
  ...'0.0.0.0 http://localhost:3000 http://localhost:8080 https://example.com us-east-2 us-west-1 eu-west-2'.split(' '),
  ...'us-central1 text/plain utf8mb4 iso-8859-1 info,debug on-failure'.split(' '),
])

/**
 * Why a value is not masked, for the user; `undefined` where it is. The rule: at least 6 bytes with 12 bits of entropy; below 8
 * bytes two kinds of signs; no number of fewer than 10 digits, no word of fewer than 12 letters, no text that logs are full of.
 */
export function whyNotMasked(value: string): string | undefined {
  const text = value.trim()
  const length = Buffer.byteLength(text, 'utf8')
  if (length === 0) return 'empty'
  if (length < SHORTEST_MASKED) return `shorter than ${SHORTEST_MASKED} bytes`
  if (/^[+-]?[0-9.,:_-]+$/.test(text) && text.replaceAll(/\D/g, '').length < MIN_DIGITS) return 'a short number'
  if (/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(text) && length < MIN_LETTERS) return 'a word'
  if (COMMON.has(text.toLowerCase())) return 'common text'
  if (length < WORD_BOUND_BELOW && kindsOf(text) < MIN_KINDS) return 'short, of one kind of signs'
  return entropyBits(Buffer.from(text.slice(0, 1024), 'utf8')) < MIN_BITS ? 'too uniform' : undefined
}

function kindsOf(text: string): number {
  return [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(text)).length
}
