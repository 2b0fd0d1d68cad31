/** Encrypting a plain text: values and comments are replaced in place, the MAC and the metadata are added. */
import { checkSelected } from './check-selected.ts'
import { SEAL_TO_COME, withSeal } from './file-seal/file-seal.ts'
import type { Format, ParsedText } from './format.ts'
import { encryptMac } from './mac.ts'
import { FORMAT_VERSION, metadataValue } from './metadata.ts'
import type { KeyGroup, Metadata, Selection } from './metadata-model.ts'
import { boolScalar } from './scalar.ts'
import { BYTE_ORDER_MARK_FIELD, readPlain } from './sealed-text.ts'
import { Sealer } from './sealer.ts'
import { compileSelection, effectiveSelection } from './selection.ts'
import { formatTimestamp } from './timestamp.ts'
import { applyEdits } from './tree.ts'
import { ValueCipher } from './value-cipher.ts'

/** What decides how a new file is encrypted. */
export interface SealOptions {
  readonly dataKey: Uint8Array
  /** The data key (or its shares) wrapped for the recipients. */
  readonly groups: readonly KeyGroup[]
  readonly shamirThreshold: number
  readonly selection: Selection
  readonly macOnlyEncrypted: boolean
  readonly now: Date
  /** Whether the file gets a seal over what the MAC does not cover; true by default. */
  readonly seal?: boolean
}

/** An encrypted file. */
export interface SealResult {
  readonly content: Uint8Array
  /** How many values and comments are encrypted. 0 means that the selection selects nothing here. */
  readonly encrypted: number
  /** What encrypted it, which remembers: for `openSealed`, to check the result without a second round. */
  readonly cipher: ValueCipher
  /** The content before its seal was put in, parsed: for `verifySealed`, to check it without parsing again. */
  readonly written?: ParsedText
}

/**
 * Encrypts plain content. Throws `RESERVED_KEY`, `FORMAT_INVALID`, `EMPTY_FILE`, `LIMIT_EXCEEDED`,
 * `SELECTION_INVALID`.
 */
export async function sealText(format: Format, plain: Uint8Array, options: SealOptions): Promise<SealResult> {
  const { parsed, byteOrderMark } = readPlain(format, plain)
  const selection = effectiveSelection(format, options.selection)
  const macOnlyEncrypted = format.selectable && options.macOnlyEncrypted
  const cipher = new ValueCipher(options.dataKey, true)
  const sealer = new Sealer(parsed, { format, dataKey: options.dataKey, cipher, macOnlyEncrypted })
  const selector = await compileSelection(selection)
  const edits = sealer.seal(selector)
  const lastModified = formatTimestamp(options.now)
  const metadata: Metadata = {
    groups: options.groups,
    shamirThreshold: options.shamirThreshold,
    lastModified,
    mac: encryptMac(sealer.digest(), lastModified, cipher),
    selection,
    macOnlyEncrypted,
    version: FORMAT_VERSION,
    seal: options.seal === false ? '' : SEAL_TO_COME,
    unknown: byteOrderMark ? [[BYTE_ORDER_MARK_FIELD, boolScalar(true, 'true')]] : [],
  }
  const text = applyEdits(parsed.text, [...edits, ...parsed.writeMetadata(metadataValue(metadata))])
  const hasSeal = options.seal !== false
  const written = hasSeal || selector.looksAt === 'comments' ? format.parse(text) : undefined
  if (written !== undefined && selector.looksAt === 'comments') checkSelected(parsed, written, selector)
  const sealed = written !== undefined && hasSeal ? withSeal(written, options.dataKey) : text
  const result = { content: Buffer.from(sealed, 'utf8'), encrypted: sealer.count, cipher }
  return written === undefined ? result : { ...result, written }
}
