import { isSecretsError, SecretsError, withPlace } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import type { Selection } from '../core/metadata-model.ts'
import type { OpenText } from '../core/open-text.ts'
import { reseal } from '../core/reseal.ts'
import { readPlain } from '../core/sealed-text.ts'
import { findFormat } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { refuseUnexpectedRecipients } from './expected-recipients.ts'
import type { FileChange } from './file-change.ts'
import type { Project } from './model.ts'
import { keptSeal, staysUnsealed } from './seal/seal-policy.ts'
import { type SealingRule, sealingRule, sealNewFile } from './seal-new-file.ts'
import { changeOf, isInClear, openSecretFile, readSecretFile, type SecretFile } from './secret-file.ts'
import type { TargetFile } from './targets.ts'
import { verifySealed } from './verify-sealed.ts'

/** A file in plain text, to be changed and encrypted again. */
export interface PlainFile {
  readonly target: TargetFile
  readonly format: Format
  /** Empty for a file that does not exist yet. */
  readonly content: Uint8Array
  readonly selection: Selection
  /** What was read; undefined for a file that does not exist yet. */
  readonly existing: ExistingFile | undefined
  /** How a file is encrypted that does not exist yet, or that lies in clear on purpose. */
  readonly rule: SealingRule | undefined
}

/** A file that is there. */
export interface ExistingFile {
  readonly file: SecretFile
  /** Undefined for one that lies in clear because its environment is checked out decrypted, and stays so. */
  readonly open: OpenText | undefined
}

/** What opening and closing files needs. */
export interface PlainFileOptions {
  readonly project: Project | undefined
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
  /** Name of the format, where the file's name does not say it. */
  readonly format?: string | undefined
}

/**
 * Decrypts a file that is to be changed. One that does not exist yet gets the rules of its environment; one that lies in clear on
 * purpose is taken as it is, without any key. Throws
 * `UNEXPECTED_RECIPIENT` before anything is decrypted; `NOT_ENCRYPTED`, `CANNOT_OPEN`, `FILE_NOT_FOUND` and what else
 * reading and opening throw, with the file as place.
 */
export async function openPlainFile(target: TargetFile, options: PlainFileOptions): Promise<PlainFile> {
  const file = await readIfThere(target, options)
  if (file === undefined) return newPlainFile(target, options)
  if (isInClear(file)) return { ...ruled(target, options), format: file.format, ...unsealed(file) }
  const keyring = await options.keyring()
  if (file.sealed !== undefined) await refuseUnexpectedRecipients(file, { project: options.project, keyring })
  const open = await openSecretFile(file, keyring)
  const { selection } = open.sealed.metadata
  const { format } = file
  return { target, format, content: open.content, selection, existing: { file, open }, rule: undefined }
}

/**
 * What writes `content` as the file's new plain text; undefined when that changes nothing. Nothing is written yet.
 * Throws what sealing throws (`FORMAT_INVALID` with line and column, `EMPTY_FILE`, `RESERVED_KEY`, …), with the file as place.
 */
export async function sealPlainFile(
  plain: PlainFile,
  content: Uint8Array,
  options: PlainFileOptions,
): Promise<FileChange | undefined> {
  return withPlace({ file: plain.target.shown }, async () => {
    const { existing, rule } = plain
    if (existing?.open !== undefined)
      return resealExisting(existing.file, existing.open, { content, now: options.now() })
    if (existing !== undefined) return changeInClear(existing.file, content)
    if (rule === undefined) throw new Error('a file that neither exists nor has rules')
    return sealFirst(plain, { content, rule }, options)
  })
}

async function readIfThere(target: TargetFile, options: PlainFileOptions): Promise<SecretFile | undefined> {
  try {
    return await readSecretFile(target, options)
  } catch (error) {
    if (isSecretsError(error) && error.code === 'FILE_NOT_FOUND' && target.environment !== undefined) return undefined
    throw error
  }
}

async function newPlainFile(target: TargetFile, options: PlainFileOptions): Promise<PlainFile> {
  const format = await findFormat(target.path, { named: options.format })
  return { ...ruled(target, options), format, content: new Uint8Array(), existing: undefined }
}

function ruled(target: TargetFile, { project }: PlainFileOptions): Pick<PlainFile, 'target' | 'selection' | 'rule'> {
  const { environment, shown } = target
  if (project === undefined || environment === undefined) {
    throw new SecretsError('FILE_NOT_FOUND', 'the file does not exist', { place: { file: shown } })
  }
  const rule = sealingRule(project, environment)
  return { target, selection: rule.selection, rule }
}

function unsealed(file: SecretFile): Pick<PlainFile, 'content' | 'existing'> {
  return { content: file.bytes, existing: { file, open: undefined } }
}

/** What git's filter could not encrypt when the file is added is refused at once. */
function changeInClear(file: SecretFile, content: Uint8Array): FileChange | undefined {
  if (Buffer.compare(content, file.bytes) === 0) return undefined
  readPlain(file.format, content)
  return { ...changeOf(file, content), clear: 'both' }
}

async function resealExisting(
  file: SecretFile,
  open: OpenText,
  { content, now }: { readonly content: Uint8Array; readonly now: Date },
): Promise<FileChange | undefined> {
  const sealed = await reseal(open, content, { now, seal: keptSeal(file.target) })
  if (Buffer.compare(sealed, file.bytes) === 0) return undefined
  await verifySealed({ format: file.format, plain: content, sealed, dataKey: open.dataKey })
  return { ...changeOf(file, sealed), unsealed: staysUnsealed(file.target, open) }
}

async function sealFirst(
  { target, format }: PlainFile,
  { content, rule }: { readonly content: Uint8Array; readonly rule: SealingRule },
  { keyring, now }: PlainFileOptions,
): Promise<FileChange> {
  const options = { rule, keyring: await keyring(), now: now(), shown: target.shown }
  const { content: sealed, dataKey, cipher } = await sealNewFile(format, content, options)
  await verifySealed({ format, plain: content, sealed, dataKey, cipher })
  return { path: target.path, content: sealed, expects: 'nothing', protection: 'shared' }
}
