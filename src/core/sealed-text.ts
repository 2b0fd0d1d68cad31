/** A secret file as it lies on disk: parsed, its metadata understood, nothing decrypted. */
import { isUtf8 } from 'node:buffer'
import { SecretsError } from './errors.ts'
import type { Format, ParsedText } from './format.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import { parseMetadata } from './metadata.ts'
import type { Metadata } from './metadata-model.ts'
import { parseBool } from './scalar.ts'
import { isScalar, type PlainValue } from './tree.ts'

/** An encrypted file, not opened. */
export interface SealedText {
  readonly format: Format
  readonly content: Uint8Array
  readonly parsed: ParsedText
  readonly metadata: Metadata
  /** The metadata as it stands in the file. */
  readonly source: PlainValue
}

/**
 * The metadata field that remembers a byte order mark where sops would not read one (JSON). sops ignores
 * fields that it does not know.
 */
export const BYTE_ORDER_MARK_FIELD = 'byte_order_mark'

const BYTE_ORDER_MARK = '\ufeff'

/**
 * Reads an encrypted file. Throws `NOT_ENCRYPTED` without metadata, `METADATA_INVALID`, `FORMAT_INVALID`,
 * `LIMIT_EXCEEDED`.
 */
export function readSealed(format: Format, content: Uint8Array): SealedText {
  return sealedOf(format, content, format.parse(decodeText(content)))
}

/** The same of a content that is parsed already. Throws `NOT_ENCRYPTED`, `METADATA_INVALID`. */
export function sealedOf(format: Format, content: Uint8Array, parsed: ParsedText): SealedText {
  if (parsed.metadata === undefined) {
    throw new SecretsError('NOT_ENCRYPTED', 'is not encrypted: it has no sops metadata', {
      hint: 'encrypt it with `secrets encrypt FILE`',
    })
  }
  return { format, content, parsed, metadata: parseMetadata(parsed.metadata), source: parsed.metadata }
}

/** What the plain content of a file holds, and whether a byte order mark was taken off for the format's sake. */
export interface PlainText {
  readonly parsed: ParsedText
  readonly byteOrderMark: boolean
}

/** Parses plain content. Throws `RESERVED_KEY` when it uses the metadata's name, `FORMAT_INVALID`, `LIMIT_EXCEEDED`. */
export function readPlain(format: Format, content: Uint8Array): PlainText {
  checkSize(content)
  if (format.parsePlain !== undefined) return { parsed: format.parsePlain(content), byteOrderMark: false }
  const text = decodeText(content)
  const byteOrderMark = !format.keepsByteOrderMark && text.startsWith(BYTE_ORDER_MARK)
  const parsed = format.parse(byteOrderMark ? text.slice(1) : text)
  // Metadata are read from the first document and removed from all, and a field of a format's own is no metadata.
  if (parsed.metadata !== undefined || parsed.removeMetadata().length > 0) {
    throw new SecretsError('RESERVED_KEY', 'uses the key that sops keeps its metadata under', {
      hint: 'if it is encrypted already there is nothing to do; else give the top-level key `sops` another name',
    })
  }
  return { parsed, byteOrderMark }
}

/** The bytes of a decrypted text; `metadata` says whether a byte order mark stood before it. */
export function plainBytes(text: string, metadata: Metadata): Uint8Array {
  const field = metadata.unknown.find(([name]) => name === BYTE_ORDER_MARK_FIELD)?.[1]
  const marked = field !== undefined && isScalar(field) && parseBool(String(field.canonical)) === true
  return Buffer.from(marked ? BYTE_ORDER_MARK + text : text, 'utf8')
}

/** Text of UTF-8 bytes, a byte order mark included. Throws `FORMAT_INVALID` naming the first offending line. */
export function decodeText(content: Uint8Array): string {
  checkSize(content)
  // A decoder costs more to be made than a small file costs to be decoded.
  if (isUtf8(content)) return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8')
  throw new SecretsError('FORMAT_INVALID', 'is not valid UTF-8', {
    place: { line: firstInvalidLine(content) },
    hint: 'save it as UTF-8, or encrypt it as a whole with `--format binary`',
  })
}

function checkSize(content: Uint8Array): void {
  if (content.length <= MAX_FILE_BYTES) return
  throw new SecretsError('LIMIT_EXCEEDED', `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`)
}

/** Lines are valid or not on their own: a line feed is never part of a longer UTF-8 sequence. */
function firstInvalidLine(content: Uint8Array): number {
  let line = 1
  for (let start = 0; start < content.length; line += 1) {
    const end = content.indexOf(0x0a, start)
    if (!isUtf8(content.subarray(start, end === -1 ? content.length : end))) return line
    start = end === -1 ? content.length : end + 1
  }
  return line
}
