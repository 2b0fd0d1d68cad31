/** Bytes that are judged: a longer value has more than enough anyway. */
const JUDGED = 1024

/** Bits of Shannon entropy that the first kilobyte of a value has over its own distribution of bytes, all of them together. */
export function entropyBits(bytes: Uint8Array): number {
  const judged = bytes.subarray(0, JUDGED)
  const counts = new Uint16Array(256)
  for (const byte of judged) counts[byte] = (counts[byte] ?? 0) + 1
  let bits = 0
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / judged.length)
  return bits
}
