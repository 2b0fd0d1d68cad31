import type { CoveredDocument } from './file-seal/covered-tree.ts'
import type { Edit, MapNode, PlainValue } from './tree.ts'

/**
 * The contract of a file format. A format finds and replaces leaves in text; it knows nothing of keys,
 * ciphers or files. Adding one is one new file in `src/formats/kinds/` that exports `format`.
 */
export interface Format {
  /** As `--format` takes it, sops's name where sops has the format: yaml, json, dotenv, ini, binary. */
  readonly name: string
  readonly summary: string
  /** Suffixes of file names, with their dot, compared case-sensitively as sops does. */
  readonly extensions: readonly string[]
  /** Whether sops reads an encrypted text of this format that begins with a byte order mark. */
  readonly keepsByteOrderMark: boolean
  /** Whether selectors have a meaning (the binary format has one value and writes no selector). */
  readonly selectable: boolean
  /** Parses what an encrypted file holds, and plain text too unless `parsePlain` exists. Throws `FORMAT_INVALID` with line and column. */
  parse(text: string): ParsedText
  /** Only for formats whose plain content is no text: the frame that would hold it. */
  parsePlain?(content: Uint8Array): ParsedText
  /** Only for formats whose plain content is no text: the content of a parsed, decrypted frame. */
  plainContent?(value: string | Uint8Array): Uint8Array
  /** A whole new text with these documents' entries: conversions, new files. Throws `FORMAT_INVALID` where the format cannot carry them. */
  render(documents: readonly PlainValue[]): string
}

/** One text, understood. */
export interface ParsedText {
  readonly text: string
  /** The roots, without the metadata. */
  readonly documents: readonly MapNode[]
  /** The metadata as nested plain values (flattened forms are unflattened), of the first document; undefined when there is none. */
  readonly metadata: PlainValue | undefined
  /**
   * Edits that make the metadata of every document equal to `metadata`, rewriting only lines that differ;
   * they append a block where there is none. Key order of new parts is as given.
   */
  writeMetadata(metadata: PlainValue): readonly Edit[]
  /** Edits that remove the metadata of every document and all that `writeMetadata` had added with it. */
  removeMetadata(): readonly Edit[]
  /** All documents with their metadata in place, as the seal covers them. */
  covered(): readonly CoveredDocument[]
  /** Line and column, from 1, of an offset in the text. */
  position(offset: number): { readonly line: number; readonly column: number }
}
