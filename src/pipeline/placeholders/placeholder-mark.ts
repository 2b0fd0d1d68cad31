import { canonicalText, type Scalar } from '../../core/scalar.ts'

/**
 * The mark that every placeholder carries: this text, plain or in base64 or hexadecimal; numbers have a range, UUIDs a beginning, times a
 * day. A value that happens to be in the range is taken for a placeholder: there is a switch for that.
 */
export const MARK = 'secretsrc-placeholder'

/** Smallest and largest whole number that stands for another: a valid port, and rare. */
export const NUMBERS = { first: 64_900, last: 64_999 } as const

/** How a UUID of version 4 begins that stands for another. */
export const UUID_START = '5ec7e757-0000-4000-8000-'

/** The day of every time that stands for another. */
export const DAY = '2064-09-01'

const BASE64 = Buffer.from(MARK).toString('base64')
const HEX = Buffer.from(MARK).toString('hex')
const WHOLE = new RegExp(`^(?:649\\d\\d(?:\\.5)?|${UUID_START}[0-9a-f]{12}|${DAY}t.*)$`)

/** Whether a value is one that `makePlaceholder` made. A bool has no room for a mark, and never is. */
export function isPlaceholder(value: Scalar): boolean {
  if (value.type === 'null' || value.type === 'bool' || typeof value.canonical !== 'string') return false
  const text = canonicalText(value)
  const lower = text.toLowerCase()
  return lower.includes(MARK) || lower.includes(HEX) || text.includes(BASE64) || WHOLE.test(lower.trim())
}
