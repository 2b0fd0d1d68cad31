/** Secret keys of age in files that are no secret files. */

/** A whole key, in the alphabet of Bech32; a post-quantum one goes on behind that. */
const SECRET_KEY = /AGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/

/** In a line with this word, or below one, a key or a known value is meant to be there: in tests, in examples. */
const ALLOW_MARK = 'secrets:allow'

/** Where a key stands. */
export interface KeyPlace {
  readonly line: number
  readonly column: number
}

/** The first secret key that nobody allowed; undefined when there is none. */
export function findSecretKey(content: Uint8Array): KeyPlace | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  if (!bytes.includes('AGE-SECRET-KEY-')) return undefined
  const lines = bytes.toString('latin1').split('\n')
  for (const [index, text] of lines.entries()) {
    const column = text.search(SECRET_KEY)
    if (column !== -1 && !isAllowed(lines, index)) return { line: index + 1, column: column + 1 }
  }
  return undefined
}

/** Whether the line of this index, or the one before it, says that what looks like a leak is none. */
export function isAllowed(lines: readonly string[], index: number): boolean {
  return [index, index - 1].some((each) => lines[each]?.includes(ALLOW_MARK) === true)
}
