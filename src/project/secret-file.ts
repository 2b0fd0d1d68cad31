import { SecretsError, withPlace } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { type OpenOptions, type OpenText, openSealed } from '../core/open-text.ts'
import { readSealed, type SealedText } from '../core/sealed-text.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { findFormat } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { conflictLeft, conflictLine } from './conflict-left.ts'
import type { FileChange } from './file-change.ts'
import type { Project } from './model.ts'
import { openingSubject } from './opening-subject.ts'
import { readFileContent } from './read-file.ts'
import { refuseUnsealed } from './seal/seal-policy.ts'
import type { TargetFile } from './targets.ts'

/** A file of secrets as it lies on the disk, encrypted or not. */
export interface SecretFile {
  readonly target: TargetFile
  readonly bytes: Uint8Array
  readonly format: Format
  /** Undefined when the file is not encrypted. */
  readonly sealed: SealedText | undefined
  /** Set where `bytes` are what git's index has, because the work tree holds the file in clear. */
  readonly fromIndex?: true
}

/** What git has of a file that lies in clear in the work tree. */
export interface StoredForm {
  /** The content in its index; undefined for a file that it does not have yet. */
  readonly bytes: Uint8Array | undefined
  /** Whether git would encrypt the file if it were added now. */
  readonly isFiltered: boolean
}

/** Finds what git has of a file of an environment that is checked out decrypted. Throws `GIT_FAILED`, also in the middle of a merge. */
export type FindStored = (target: TargetFile) => Promise<StoredForm>

/** How a file is to be read. */
export interface ReadSecretFileOptions {
  /** Links that lead out of its root are refused. */
  readonly project: Pick<Project, 'root'> | undefined
  /** Name of the format, where the file's name does not say it. */
  readonly format?: string | undefined
  /** For who asks about metadata: what lies in clear on purpose is read from git instead, where git has it. */
  readonly stored?: FindStored | undefined
}

/**
 * Reads a file and its metadata; decrypts nothing. Throws what `readFileContent` and `readSealed` throw (but not
 * `NOT_ENCRYPTED`), with the file as place, and `UNKNOWN_FORMAT`.
 */
export async function readSecretFile(target: TargetFile, options: ReadSecretFileOptions): Promise<SecretFile> {
  return withPlace({ file: target.shown }, async () => {
    const { bytes } = await readFileContent(target.path, { root: options.project?.root })
    const file = await secretFileOf(target, bytes, options)
    const stored = isInClear(file) ? (await options.stored?.(target))?.bytes : undefined
    return stored === undefined ? file : { ...(await secretFileOf(target, stored, options)), fromIndex: true }
  })
}

/** Whether a file lies in clear because its environment is checked out decrypted: it is encrypted where git stores it. */
export function isInClear({ sealed, target }: Pick<SecretFile, 'sealed' | 'target'>): boolean {
  return sealed === undefined && target.environment?.checkout === 'decrypted'
}

/** The same for content that is at hand already, standard input for instance. Throws as `readSecretFile`. */
export async function secretFileOf(
  target: TargetFile,
  bytes: Uint8Array,
  { format }: Pick<ReadSecretFileOptions, 'format'> = {},
): Promise<SecretFile> {
  return withPlace({ file: target.shown }, async () => {
    return { target, bytes, ...(await understand(target, bytes, format)) }
  })
}

/** The metadata of a file that must be encrypted. Throws `NOT_ENCRYPTED` when it is not. */
export function sealedOf({ sealed, target }: SecretFile): SealedText {
  if (sealed !== undefined) return sealed
  throw new SecretsError('NOT_ENCRYPTED', 'the file is not encrypted', {
    place: { file: target.shown },
    hint: `encrypt it with "secrets encrypt ${target.shown}"`,
  })
}

/** Decrypts a file. Throws `NOT_ENCRYPTED`, `CANNOT_OPEN`, `VALUE_DAMAGED`, `MAC_MISMATCH`, `SEAL_MISMATCH`, `SEAL_MISSING`, with the file as place. */
export async function openSecretFile(file: SecretFile, keyring: Keyring, options?: OpenOptions): Promise<OpenText> {
  const sealed = sealedOf(file)
  return withPlace({ file: file.target.shown }, async () => {
    const dataKey = await keyring.open(sealed.metadata, openingSubject(file.target, sealed))
    const open = await openSealed(sealed, dataKey, options)
    if (options?.acceptBrokenSeal !== true) refuseUnsealed(file.target, open)
    return open
  })
}

/** The change that puts `content` in the place of what was read; refused if that is something else by now. */
export function changeOf({ target, bytes, fromIndex }: SecretFile, content: Uint8Array): FileChange {
  const change = { path: target.path, content, expects: bytes, protection: 'shared' } as const
  return fromIndex === true ? { ...change, store: 'index' } : change
}

async function understand(
  target: TargetFile,
  bytes: Uint8Array,
  named: string | undefined,
): Promise<Pick<SecretFile, 'format' | 'sealed'>> {
  const format = await findFormat(target.path, { named, content: bytes })
  // Parsing tells for certain; but plain files of the binary format need not be text at all, and a byte order mark is none of
  // an encrypted file where sops would not read it.
  const isOdd = format.parsePlain !== undefined || (!format.keepsByteOrderMark && hasByteOrderMark(bytes))
  if (isOdd && encryptedAs(bytes, format.name) === undefined) return { format, sealed: undefined }
  return { format, sealed: sealedIfAny(format, bytes, target) }
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function sealedIfAny(format: Format, bytes: Uint8Array, { shown }: TargetFile): SealedText | undefined {
  try {
    return readSealed(format, bytes)
  } catch (error) {
    if (error instanceof SecretsError && error.code === 'NOT_ENCRYPTED') return undefined
    const marker = conflictLine(bytes)
    throw marker === undefined ? error : conflictLeft(marker, shown)
  }
}
