import { boolScalar, floatScalar, intScalar, NULL, Scalar } from '../../core/scalar.ts'

/** Digits that fit 64 bits whatever they are. */
const SURE_DIGITS = 18

const TRUE = boolScalar(true, 'true')
const FALSE = boolScalar(false, 'false')

/** The values that are words in JSON. A bool is encrypted in its own spelling. */
export const JSON_WORDS: readonly (readonly [string, Scalar])[] = [
  ['true', TRUE],
  ['false', FALSE],
  ['null', NULL],
]

/**
 * The value of a JSON number, typed as by sops from 3.13.2 on (`normalizeJSONNumber`): an integer literal that
 * fits 64 bits is an int, all else a float. Undefined when it is out of the range of a float.
 */
export function jsonNumber(literal: string): Scalar | undefined {
  if (!/[.eE]/.test(literal)) {
    // Go's Atoi takes "-0" for 0, so that this spelling may be what is encrypted.
    if (literal === '-0') return new Scalar('int', '0', literal)
    if (literal.length <= SURE_DIGITS) return new Scalar('int', literal)
    const integer = smallInteger(literal)
    if (integer !== undefined) return integer
  }
  const value = Number(literal)
  return Number.isFinite(value) ? floatScalar(value, literal) : undefined
}

/** Bounded before it is made a bigint, whose cost grows with the square of the digits. */
function smallInteger(literal: string): Scalar | undefined {
  if (literal.length > SURE_DIGITS + 2) return undefined
  const value = BigInt(literal)
  return BigInt.asIntN(64, value) === value ? intScalar(value) : undefined
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/**
 * The text of a JSON string's inside. Half of a surrogate pair alone becomes U+FFFD, as in Go. An escape that
 * JSON does not have gives its index in `raw` instead of the text.
 */
export function unescapeJson(raw: string): string | number {
  const parts: string[] = []
  let from = 0
  for (let at = raw.indexOf('\\'); at !== -1; at = raw.indexOf('\\', from)) {
    const escaped = unescapeAt(raw, at)
    if (escaped === undefined) return at
    parts.push(raw.slice(from, at), escaped)
    from = at + (raw[at + 1] === 'u' ? 6 : 2)
  }
  parts.push(raw.slice(from))
  return parts.join('').replace(/\p{Surrogate}/gu, '\uFFFD')
}

function unescapeAt(raw: string, at: number): string | undefined {
  const letter = raw[at + 1] ?? ''
  if (letter !== 'u') return ESCAPES.get(letter)
  const digits = raw.slice(at + 2, at + 6)
  return /^[0-9a-fA-F]{4}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : undefined
}
