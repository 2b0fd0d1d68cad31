/** Encrypting a changed file again, so that only what changed is written anew. */
import { SEAL_TO_COME, withSeal } from './file-seal/file-seal.ts'
import type { ParsedText } from './format.ts'
import { encryptMac } from './mac.ts'
import { updatedMetadataValue } from './metadata.ts'
import type { Metadata } from './metadata-model.ts'
import { type OpenText, openSealed } from './open-text.ts'
import { ReusedCiphertext } from './reused-ciphertext.ts'
import { readPlain, readSealed, type SealedText } from './sealed-text.ts'
import { Sealer } from './sealer.ts'
import { selectorOf } from './selection.ts'
import { formatTimestamp } from './timestamp.ts'
import { applyEdits, type Edit, type PlainValue } from './tree.ts'
import { ValueCipher } from './value-cipher.ts'

/** What may change beside the values when a file is encrypted again. */
export interface ResealOptions {
  readonly now: Date
  /** Changes to the metadata: other recipients, another selection. */
  readonly metadata?: Partial<
    Pick<Metadata, 'groups' | 'shamirThreshold' | 'selection' | 'macOnlyEncrypted' | 'unknown'>
  >
  /** A new data key, for which `metadata.groups` must be wrapped: every value gets a new ciphertext. */
  readonly dataKey?: Uint8Array
  /**
   * Whether the result has a seal. `keep`, the default: if the file had a right one; a seal that was missing or could not
   * be checked is not made in passing, since it would vouch for what nobody looked at. `make` and `drop` say so.
   */
  readonly seal?: 'keep' | 'make' | 'drop'
}

/**
 * Encrypts the plain content of an opened file again after a change. What did not change keeps its
 * ciphertext and its text to the byte, and the metadata are rewritten only where they change;
 * nothing changed at all gives the very same bytes. The result is opened once more before it is given
 * back. Throws as `sealText`.
 */
export async function reseal(open: OpenText, plain: Uint8Array, options: ResealOptions): Promise<Uint8Array> {
  const unchanged = Buffer.compare(plain, open.content) === 0
  const covered = open.verified && open.entries.every((entry) => !entry.unprotected)
  const sameSeal = isSealed(open, options) === (open.seal === 'right') && open.seal !== 'wrong'
  if (unchanged && covered && sameSeal && options.metadata === undefined && options.dataKey === undefined)
    return open.sealed.content
  const replacements = options.dataKey === undefined ? open.replacements : []
  const kept = await resealReusing(open, plain, { ...options, reused: new ReusedCiphertext(replacements, 'texts') })
  if (await opensAs(open, kept, plain, options.dataKey)) return kept
  return resealReusing(open, plain, { ...options, reused: new ReusedCiphertext(replacements, 'tokens') })
}

async function resealReusing(
  open: OpenText,
  plain: Uint8Array,
  options: ResealOptions & { readonly reused: ReusedCiphertext },
): Promise<Uint8Array> {
  const { format } = open.sealed
  const wanted = { ...open.sealed.metadata, ...options.metadata }
  const dataKey = options.dataKey ?? open.dataKey
  const { parsed } = readPlain(format, plain)
  const macOnlyEncrypted = format.selectable && wanted.macOnlyEncrypted
  const sealer = new Sealer(parsed, { format, dataKey, macOnlyEncrypted, reused: options.reused })
  const edits = sealer.seal(await selectorOf(format, wanted.selection))
  const same = options.dataKey === undefined && open.verified && sealer.digest() === open.digest
  const lastModified = same ? wanted.lastModified : formatTimestamp(options.now)
  const mac = same ? wanted.mac : encryptMac(sealer.digest(), lastModified, new ValueCipher(dataKey))
  const seal = isSealed(open, options) ? SEAL_TO_COME : ''
  const value = updatedMetadataValue(open.sealed.source, { ...wanted, lastModified, mac, seal })
  const text = withMetadata({ sealed: open.sealed, parsed, edits, value })
  return Buffer.from(seal === '' ? text : withSeal(format.parse(text), dataKey), 'utf8')
}

function isSealed({ seal }: OpenText, options: ResealOptions): boolean {
  return options.seal === 'make' || (options.seal !== 'drop' && seal === 'right')
}

/** A text that was kept may not fit where it stands now (a bare token inside braces). */
async function opensAs(open: OpenText, content: Uint8Array, plain: Uint8Array, dataKey?: Uint8Array): Promise<boolean> {
  try {
    const again = await openSealed(readSealed(open.sealed.format, content), dataKey ?? open.dataKey)
    return Buffer.compare(again.content, plain) === 0
  } catch {
    return false
  }
}

/**
 * A plain text with its edits made and with metadata: as they stood in the old text and then rewrites what changed in them; where that
 * does not fit the new text (it was empty and is not any more) they are written anew.
 */
export function withMetadata(change: {
  readonly sealed: SealedText
  readonly parsed: ParsedText
  readonly edits: readonly Edit[]
  readonly value: PlainValue
}): string {
  const { sealed, parsed, edits, value } = change
  const { format } = sealed
  const appended = parsed.writeMetadata(value)
  const old = sealed.parsed.removeMetadata().map((edit) => sealed.parsed.text.slice(edit.start, edit.end))
  const fresh = applyEdits(parsed.text, [...edits, ...appended])
  if (old.length !== appended.length) return fresh
  const restored = appended.map((edit, index) => ({ ...edit, text: old[index] ?? '' }))
  const candidate = applyEdits(parsed.text, [...edits, ...restored])
  try {
    const read = format.parse(candidate)
    const bare = applyEdits(candidate, read.removeMetadata())
    if (bare !== applyEdits(parsed.text, edits)) return fresh
    return applyEdits(candidate, read.writeMetadata(value))
  } catch {
    return fresh
  }
}
