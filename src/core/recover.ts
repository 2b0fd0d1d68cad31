/**
 * What can still be read of a damaged file. The one way around the MAC, and it says for every entry what it
 * is worth. A value counts as authentic when it decrypts at its place: its MAC over the whole file may
 * still be wrong, so it can be an older one of the same path, or have lost its neighbours.
 */
import { decodeUtf8, decodeValue } from './decode-value.ts'
import { isSecretsError } from './errors.ts'
import { MacBuilder, macMatches } from './mac.ts'
import type { Scalar } from './scalar.ts'
import type { SealedText } from './sealed-text.ts'
import { selectorOf } from './selection.ts'
import type { Path } from './tree.ts'
import { looksEncrypted, parseToken, ValueCipher } from './value-cipher.ts'
import { pathOf, type VisitedValue, walk } from './walk.ts'

/**
 * `authentic`: decrypted at its own path. `damaged`: shaped like a token and does not decrypt there.
 * `clear`: the selection leaves it in clear; only the MAC covers it. `unprotected`: in clear where it should be encrypted.
 */
export type RecoveredState = 'authentic' | 'damaged' | 'clear' | 'unprotected'

/** One entry of a damaged file. `scalar` is undefined when it is damaged. */
export interface RecoveredEntry {
  readonly path: Path
  readonly document: number
  readonly line: number
  readonly state: RecoveredState
  readonly scalar: Scalar | undefined
}

/** All that could be read. */
export interface Recovered {
  readonly entries: readonly RecoveredEntry[]
  /** Whether the MAC over all values is right: then nothing is wrong with the values of this file. */
  readonly intact: boolean
}

/** Reads what can be read with the data key. Throws only `SELECTION_INVALID` and `LIMIT_EXCEEDED`. */
export async function recoverSealed(sealed: SealedText, dataKey: Uint8Array): Promise<Recovered> {
  const cipher = new ValueCipher(dataKey)
  const mac = new MacBuilder(sealed.metadata.macOnlyEncrypted)
  const entries: RecoveredEntry[] = []
  const asBytes = sealed.format.plainContent !== undefined
  const selector = await selectorOf(sealed.format, sealed.metadata.selection)
  walk(sealed.parsed.documents, selector, {
    value: (visited) => {
      const read = readValue(visited, cipher, asBytes)
      if (read === 'comment') return
      if (read.scalar !== undefined) mac.add(read.scalar, visited.selected)
      const { line } = sealed.parsed.position(visited.node.span.start)
      entries.push({ path: pathOf(visited.trail), document: visited.document, line, ...read })
    },
  })
  return {
    entries,
    intact: entries.every(({ state }) => state !== 'damaged') && macIsRight(mac.digest(), sealed, cipher),
  }
}

function readValue(
  { node, selected, aad, list }: VisitedValue,
  cipher: ValueCipher,
  asBytes: boolean,
): { state: RecoveredState; scalar: Scalar | undefined } | 'comment' {
  const { scalar } = node
  if (!selected || scalar.type === 'null' || scalar.canonical.length === 0) return { state: 'clear', scalar }
  const text = typeof scalar.canonical === 'string' ? scalar.canonical : ''
  if (!looksEncrypted(text)) return { state: 'unprotected', scalar }
  const token = parseToken(text)
  const bytes = token && cipher.decrypt(token, aad)
  if (token === undefined || bytes === undefined) return { state: 'damaged', scalar: undefined }
  if (token.type === 'comment' && list !== undefined && decodeUtf8(bytes) !== undefined) return 'comment'
  const decoded = decodeValue(token.type, bytes, asBytes)
  return { state: decoded === undefined ? 'damaged' : 'authentic', scalar: decoded }
}

function macIsRight(digest: string, sealed: SealedText, cipher: ValueCipher): boolean {
  try {
    return macMatches(digest, sealed.metadata, cipher)
  } catch (error) {
    if (isSecretsError(error)) return false
    throw error
  }
}
