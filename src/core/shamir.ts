/**
 * Shamir's secret sharing over GF(2^8), as sops uses it for key groups (`shamir/shamir.go`, after
 * HashiCorp Vault's): each byte has a polynomial of its own, with the secret byte as constant term.
 * A share is the y bytes followed by one x byte. Multiplication is without tables or branches on
 * secrets, so that its time says nothing of them (sops had GHSA-vq4h-9ghm-qmrr here).
 */
import { randomBytes } from 'node:crypto'
import { SecretsError } from './errors.ts'

/** x is one byte and never 0, so there are at most 255 shares. */
const MAX_SHARES = 255

/**
 * Splits `secret` into `parts` shares of which any `threshold` give it back; share i (from 0) has
 * x = i + 1. Throws `METADATA_INVALID` unless 2 ≤ threshold ≤ parts ≤ 255.
 */
export function splitSecret(secret: Uint8Array, parts: number, threshold: number): Uint8Array[] {
  if (!(threshold >= 2 && threshold <= parts && parts <= MAX_SHARES)) {
    throw new SecretsError('METADATA_INVALID', `cannot share a key among ${parts} groups with threshold ${threshold}`, {
      hint: `the threshold must be between 2 and the number of groups (at most ${MAX_SHARES})`,
    })
  }
  const shares = Array.from({ length: parts }, (_, index) => {
    const share = new Uint8Array(secret.length + 1)
    share[secret.length] = index + 1
    return share
  })
  secret.forEach((byte, position) => {
    const polynomial = Uint8Array.from([byte, ...randomBytes(threshold - 1)])
    for (const share of shares) share[position] = evaluate(polynomial, share[secret.length] ?? 0)
  })
  return shares
}

/**
 * The secret from shares: Lagrange interpolation at 0 over all of them. x is read from the last byte,
 * because releases of sops up to 3.9 drew it at random. Too few shares give a wrong secret, not an
 * error: the caller checks the threshold. Throws `METADATA_INVALID` for shares that do not fit together.
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  const length = checkedLength(shares)
  const xs = shares.map((share) => share[length] ?? 0)
  const weights = xs.map((x, i) =>
    xs.reduce((product, other, j) => (i === j ? product : lagrangeFactor(product, x, other)), 1),
  )
  return Uint8Array.from({ length }, (_, position) =>
    shares.reduce((sum, share, i) => sum ^ multiply(share[position] ?? 0, weights[i] ?? 0), 0),
  )
}

function checkedLength(shares: readonly Uint8Array[]): number {
  const length = (shares[0]?.length ?? 0) - 1
  const xs = new Set(shares.map((share) => share[share.length - 1]))
  const fits = shares.length >= 2 && length >= 1 && shares.every((share) => share.length === length + 1)
  if (!fits || xs.size !== shares.length || xs.has(0)) {
    throw new SecretsError('METADATA_INVALID', 'the shares of the data key do not fit together')
  }
  return length
}

function lagrangeFactor(product: number, x: number, other: number): number {
  return multiply(product, multiply(other, inverse(other ^ x)))
}

/** Horner's rule, highest coefficient first. */
function evaluate(polynomial: Uint8Array, x: number): number {
  return polynomial.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0)
}

/** Product modulo x^8 + x^4 + x^3 + x + 1 (0x11B, the field of AES). */
function multiply(a: number, b: number): number {
  let product = 0
  let shifted = a
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= -((b >> bit) & 1) & shifted
    shifted = ((shifted << 1) ^ (-(shifted >> 7) & 0x11b)) & 0xff
  }
  return product & 0xff
}

/** a^254, which is a^-1 because a^255 = 1. */
function inverse(a: number): number {
  let result = 1
  let power = a
  for (let bit = 1; bit < 8; bit += 1) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}
