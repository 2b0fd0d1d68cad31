/** From the curve that Ed25519 signs on to the one that X25519 agrees on: the same curve in other coordinates. */

/** RFC 8032, section 5.1: the prime and the constant of edwards25519. */
const P = 2n ** 255n - 19n
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/**
 * The u coordinate, 32 bytes, of an Ed25519 public key (RFC 7748, section 4.1: u = (1 + y) / (1 - y)); undefined
 * for bytes that are no point of the curve, and for the neutral point, which has no u.
 */
export function montgomeryPoint(publicKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== 32) return undefined
  const y = littleEndian(publicKey) % 2n ** 255n
  if (y >= P || y === 1n || !isOnCurve(y)) return undefined
  const u = modulo((1n + y) * inverse(modulo(1n - y)))
  return Uint8Array.from({ length: 32 }, (_, index) => Number((u >> BigInt(8 * index)) & 0xffn))
}

/** RFC 8032, section 5.1.3: x² = (y² - 1) / (d y² + 1) must have a root (Euler's criterion). */
function isOnCurve(y: bigint): boolean {
  const square = modulo((y * y - 1n) * inverse(modulo(D * y * y + 1n)))
  return square === 0n || power(square, (P - 1n) / 2n) === 1n
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n)
}

/** Public keys only: it takes as long as the exponent says. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

function modulo(value: bigint): bigint {
  return ((value % P) + P) % P
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
