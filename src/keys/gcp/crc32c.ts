/** Reversed polynomial of Castagnoli (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78

const TABLE: readonly number[] = Array.from({ length: 256 }, (_, index) => {
  let remainder = index
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = (remainder & 1) === 1 ? POLYNOMIAL ^ (remainder >>> 1) : remainder >>> 1
  }
  return remainder >>> 0
})

/** The checksum that Google's services carry beside a blob: CRC-32C as a decimal text. */
export function crc32c(bytes: Uint8Array): string {
  let checksum = 0xffffffff
  for (const byte of bytes) checksum = (TABLE[(checksum ^ byte) & 0xff] ?? 0) ^ (checksum >>> 8)
  return String((checksum ^ 0xffffffff) >>> 0)
}
