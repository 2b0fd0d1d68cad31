/** Blowfish begins with the fractional digits of pi; computing them takes less than a table of 4168 bytes. */

const WORD = 32n
const GUARD = 64n

/** The first `count` words of 32 bits of the fraction of pi, by Machin: pi = 16 arctan 1/5 - 4 arctan 1/239. */
export function piWords(count: number): Uint32Array {
  const bits = WORD * BigInt(count) + GUARD
  const pi = 16n * inverseTangent(5n, bits) - 4n * inverseTangent(239n, bits)
  const hex = (pi - (3n << bits)).toString(16).padStart(Number(bits / 4n), '0')
  return Uint32Array.from({ length: count }, (_, index) => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16))
}

/** arctan(1/n), times 2 to the power of `bits`. */
function inverseTangent(n: bigint, bits: bigint): bigint {
  let power = (1n << bits) / n
  let sum = power
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= n * n
    sum += (sign * power) / divisor
  }
  return sum
}
