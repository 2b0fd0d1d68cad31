/** Base64 at the three alignments that a text before it can give it, without the characters that depend on its neighbours. */
export function alignedBase64(bytes: Uint8Array): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(2), bytes])
  return [0, 1, 2].map((shift) => {
    const text = shifted.toString('base64', 2 - shift)
    const rest = (shift + bytes.length) % 3
    // The last character of an incomplete group also holds bits of what follows.
    return text.slice(shift === 0 ? 0 : shift + 1, rest === 0 ? text.length : rest - 4)
  })
}
