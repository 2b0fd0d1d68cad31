import { isSecretsError, type SecretsError } from '../core/errors.ts'
import { sealMismatch } from '../core/file-seal/file-seal.ts'
import type { Metadata } from '../core/metadata-model.ts'
import { formatPath } from '../core/path-syntax.ts'
import type { Scalar } from '../core/scalar.ts'
import { readPlain, type SealedText } from '../core/sealed-text.ts'
import { compileSelection, SELECT_ALL } from '../core/selection.ts'
import { looksEncrypted, parseToken } from '../core/value-cipher.ts'
import { pathOf, type VisitedValue, walk } from '../core/walk.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openSecretFile, type SecretFile } from './secret-file.ts'

/** One entry of one version of a file, as far as it can be read. */
export interface VersionEntry {
  /** As people write it. */
  readonly path: string
  /** Index of the document, from 0. */
  readonly document: number
  /** The value; undefined where nothing here decrypts it. */
  readonly scalar: Scalar | undefined
  /** Whether the value is a secret: encrypted, or in a file that is not encrypted at all. */
  readonly secret: boolean
}

/** One version of a file: in the work tree, or in a commit. */
export interface FileVersion {
  readonly file: SecretFile
  /** Undefined for a plain file. */
  readonly metadata: Metadata | undefined
  /** With values, where they could be read. */
  readonly entries: readonly VersionEntry[]
  /** The same without any key: what is encrypted has its ciphertext as value, by which versions can be compared. */
  readonly sealedEntries: readonly VersionEntry[]
  /** The content in clear; undefined where it could not be read. */
  readonly content: Uint8Array | undefined
  /** Why the values could not be read. */
  readonly problem: SecretsError | undefined
}

/** How a version is read. */
export interface ReadVersionOptions {
  /** With values although its seal is wrong: for those who show what was changed. */
  readonly acceptBrokenSeal?: boolean
}

/**
 * Reads a version with the keys that there are. A file that no identity here opens, or that is damaged, is read without
 * its values, and `problem` says why. Throws what does not depend on keys, and `INTERRUPTED`.
 */
export async function readVersion(
  file: SecretFile,
  keyring: Keyring,
  options: ReadVersionOptions = {},
): Promise<FileVersion> {
  if (file.sealed === undefined) return plainVersion(file)
  const sealedEntries = await entriesWithoutKey(file.sealed)
  const base = { file, metadata: file.sealed.metadata, sealedEntries }
  try {
    return { ...base, ...(await opened(file, keyring, options)), problem: undefined }
  } catch (error) {
    if (!isSecretsError(error) || !UNREADABLE.has(error.code)) throw error
    const entries = sealedEntries.map((entry) => (entry.secret ? { ...entry, scalar: undefined } : entry))
    return { ...base, entries, content: undefined, problem: error }
  }
}

/** What a person can still learn something from, without the values. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'CANNOT_OPEN',
  'VALUE_DAMAGED',
  'MAC_MISMATCH',
  'SEAL_MISMATCH',
  'PROVIDER_FAILED',
])

async function opened(
  file: SecretFile,
  keyring: Keyring,
  { acceptBrokenSeal = false }: ReadVersionOptions,
): Promise<Pick<FileVersion, 'entries' | 'content'>> {
  // Values in clear that are to be encrypted are changes like any other here.
  // A version from before seals were required is as good as it was.
  const open = await openSecretFile(file, keyring, { acceptPlain: true, acceptBrokenSeal: true })
  if (open.seal === 'wrong' && !acceptBrokenSeal) throw sealMismatch()
  const entries = open.entries.map(({ path, document, scalar, encrypted }) => {
    return { path: formatPath(path), document, scalar, secret: encrypted && scalar.canonical.length > 0 }
  })
  return { entries, content: open.content }
}

function plainVersion(file: SecretFile): FileVersion {
  const entries: VersionEntry[] = []
  walk(readPlain(file.format, file.bytes).parsed.documents, SELECT_ALL, {
    value: ({ trail, document, node }) => {
      entries.push({ path: formatPath(pathOf(trail)), document, scalar: node.scalar, secret: true })
    },
  })
  return { file, metadata: undefined, entries, sealedEntries: entries, content: file.bytes, problem: undefined }
}

async function entriesWithoutKey({ format, parsed, metadata }: SealedText): Promise<readonly VersionEntry[]> {
  const entries: VersionEntry[] = []
  const selector = format.selectable ? await compileSelection(metadata.selection) : SELECT_ALL
  walk(parsed.documents, selector, {
    value: (visited) => {
      if (isComment(visited)) return
      const { trail, document, node, selected } = visited
      const secret = selected && node.scalar.canonical.length > 0
      entries.push({ path: formatPath(pathOf(trail)), document, scalar: node.scalar, secret })
    },
  })
  return entries
}

/** sops writes comments of lists as their elements. */
function isComment({ node, list }: VisitedValue): boolean {
  const { canonical } = node.scalar
  if (list === undefined || typeof canonical !== 'string' || !looksEncrypted(canonical)) return false
  return parseToken(canonical)?.type === 'comment'
}
