/**
 * Bech32 (BIP 173) without its limit of 90 characters, as age uses it for recipients and identities.
 * Own code because the one use on the way of every decryption must not load a package.
 */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** BIP 173, "Checksum". */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const CHECKSUM_LENGTH = 6

/** The bytes of a bech32 text whose prefix is exactly `prefix`, in the case given; undefined for any other text. */
export function decodeBech32(prefix: string, text: string): Uint8Array | undefined {
  const upper = prefix === prefix.toUpperCase()
  if (!text.startsWith(`${prefix}1`) || text !== (upper ? text.toUpperCase() : text.toLowerCase())) return undefined
  const digits = Array.from(text.slice(prefix.length + 1).toLowerCase(), (letter) => ALPHABET.indexOf(letter))
  if (digits.length < CHECKSUM_LENGTH || digits.includes(-1)) return undefined
  if (checksum([...expand(prefix), ...digits]) !== 1) return undefined
  return toBytes(digits.slice(0, -CHECKSUM_LENGTH))
}

/** Bech32 of `bytes`, in the case of `prefix`. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const digits = toDigits(bytes)
  const sum = checksum([...expand(prefix), ...digits, 0, 0, 0, 0, 0, 0]) ^ 1
  const check = Array.from(
    { length: CHECKSUM_LENGTH },
    (_, index) => (sum >>> (5 * (CHECKSUM_LENGTH - 1 - index))) & 31,
  )
  const text = [...digits, ...check].map((digit) => ALPHABET.charAt(digit)).join('')
  return `${prefix}1${prefix === prefix.toUpperCase() ? text.toUpperCase() : text}`
}

function expand(prefix: string): number[] {
  const codes = Array.from(prefix.toLowerCase(), (letter) => letter.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function checksum(digits: readonly number[]): number {
  let sum = 1
  for (const digit of digits) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ digit
    GENERATOR.forEach((value, bit) => {
      if ((top >>> bit) & 1) sum ^= value
    })
  }
  return sum
}

function toDigits(bytes: Uint8Array): number[] {
  const digits: number[] = []
  let pending = 0
  let bits = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; ) {
      bits -= 5
      digits.push((pending >> bits) & 31)
    }
  }
  if (bits > 0) digits.push((pending << (5 - bits)) & 31)
  return digits
}

/** Undefined where the bits left over are a whole digit or not zero: there is one text for each content. */
function toBytes(digits: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = []
  let pending = 0
  let bits = 0
  for (const digit of digits) {
    pending = ((pending << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((pending >> bits) & 0xff)
  }
  const clean = bits < 5 && (pending & ((1 << bits) - 1)) === 0
  return clean ? Uint8Array.from(bytes) : undefined
}
