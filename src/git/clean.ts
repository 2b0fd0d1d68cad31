/**
 * The clean filter: what git stores of a file in the work tree. It fails closed, gives what is encrypted already as it
 * is, and gives the same bytes for the same content as long as the index holds what it gave before.
 */
import { isSecretsError, SecretsError, withPlace } from '../core/errors.ts'
import type { Metadata } from '../core/metadata-model.ts'
import type { OpenText } from '../core/open-text.ts'
import { reseal } from '../core/reseal.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { findFormat } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { encryptFile } from '../project/encrypt-files.ts'
import { encryptionState } from '../project/encryption-state.ts'
import { refuseUnexpectedRecipients } from '../project/expected-recipients.ts'
import { neverSecret } from '../project/file-patterns.ts'
import type { Project } from '../project/model.ts'
import { keptSeal } from '../project/seal/seal-policy.ts'
import { openSecretFile, type SecretFile, secretFileOf } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { verifySealed } from '../project/verify-sealed.ts'
import type { CleanMemory } from './clean-memory.ts'
import type { GitObjects } from './git-objects.ts'
import type { FindConfig } from './path-configs.ts'
import { refuseConflictMarkers, refuseKeyFile } from './refused-content.ts'
import { trackedFile } from './tracked-file.ts'
import type { WrittenFiles } from './written-files.ts'

/** What cleaning needs. */
export interface CleanOptions {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  readonly config: FindConfig
  readonly objects: Pick<GitObjects, 'readFirst'>
  readonly memory: Pick<CleanMemory, 'knows' | 'add'>
  readonly written: Pick<WrittenFiles, 'encryptedForm'>
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
  readonly warn: (message: string, hint: string) => void
}

/**
 * What git is to store for `content` at `path` (relative to the top, `/`-separated). Throws what reading, opening and
 * encrypting throw, with the file as place: `FORMAT_INVALID` (conflict markers, too), `NO_RECIPIENTS`, `CANNOT_OPEN`,
 * `UNEXPECTED_RECIPIENT`, `CONFIG_INVALID`, …
 */
export async function cleanContent(path: string, content: Uint8Array, options: CleanOptions): Promise<Uint8Array> {
  // Git treats empty files on their own; and there is nothing in them to protect.
  if (content.length === 0 || neverSecret(path)) return content
  return withPlace({ file: path }, async () => {
    refuseConflictMarkers(content)
    const target = trackedFile(options.top, path, undefined)
    if (encryptedAs(content, '') === undefined) return cleanPlain(target, content, options)
    const file = await secretFileOf(target, content)
    return file.sealed === undefined ? cleanPlain(target, content, options) : cleanEncrypted(file, options)
  })
}

/** New values in clear in an encrypted file are encrypted; without any, neither a key nor the configuration is needed. */
async function cleanEncrypted(file: SecretFile, options: CleanOptions): Promise<Uint8Array> {
  if (file.sealed === undefined) return file.bytes
  const { plainValues, plainComments } = await encryptionState(file.sealed)
  if (plainValues.length + plainComments.length === 0) return file.bytes
  const { project, target } = await located(file.target, options)
  const { content } = await encryptFile({ ...file, target }, { project, keyring: options.keyring, now: options.now })
  const completed = await secretFileOf(target, content)
  const stored = await storedFile(target, options)
  return stored !== undefined && (await saysTheSame(stored, completed, options)) ? stored.bytes : content
}

/** A second run over the same content would only give the metadata another time. */
async function saysTheSame(stored: SecretFile, completed: SecretFile, { keyring }: CleanOptions): Promise<boolean> {
  if (stored.sealed === undefined || completed.sealed === undefined) return false
  if (lasting(stored.sealed.metadata) !== lasting(completed.sealed.metadata)) return false
  const keys = await keyring()
  const [before, after] = await Promise.all([stored, completed].map((file) => openIfSound(file, keys)))
  return before !== undefined && after !== undefined && Buffer.compare(before.content, after.content) === 0
}

/** All that is not made anew with every change. */
function lasting(metadata: Metadata): string {
  return JSON.stringify({ ...metadata, lastModified: '', mac: '', seal: metadata.seal === '' ? '' : 'any' })
}

async function openIfSound(file: SecretFile, keyring: Keyring): Promise<OpenText | undefined> {
  return openSecretFile(file, keyring).catch(() => undefined)
}

async function cleanPlain(path: TargetFile, content: Uint8Array, options: CleanOptions): Promise<Uint8Array> {
  const written = options.written.encryptedForm(path.shown, content)
  if (written !== undefined) return written
  refuseKeyFile(content)
  const stored = await storedFile(path, options)
  if (stored?.sealed !== undefined) {
    if (await options.memory.knows(path.shown, content, stored.bytes)) return stored.bytes
    const sealed = await changed(stored, content, options)
    await options.memory.add(path.shown, content, sealed)
    return sealed
  }
  const { project, target } = await located(path, options)
  const file = { target, bytes: content, format: await findFormat(path.path), sealed: undefined }
  const encrypted = await encryptFile(file, { project, keyring: options.keyring, now: options.now })
  if (encrypted.encrypted === 0) {
    options.warn(`${target.shown}: the selection encrypts nothing in this file`, 'look at "encrypt" in .secretsrc')
  }
  await options.memory.add(target.shown, content, encrypted.content)
  return encrypted.content
}

/** A plain file whose encrypted form git has: only what changed is encrypted anew. */
async function changed(stored: SecretFile, content: Uint8Array, options: CleanOptions): Promise<Uint8Array> {
  const keyring = await options.keyring()
  const open = await openStored(stored, keyring)
  if (Buffer.compare(open.content, content) === 0) return stored.bytes
  const { project, target } = await located(stored.target, options)
  await refuseUnexpectedRecipients({ ...stored, target }, { project, keyring })
  const sealed = await reseal(open, content, { now: options.now(), seal: keptSeal(target) })
  await verifySealed({ format: stored.format, plain: content, sealed, dataKey: open.dataKey })
  return sealed
}

/** Whoever may write but not read cannot make the MAC, which covers the values that they cannot read. */
async function openStored(stored: SecretFile, keyring: Keyring): Promise<OpenText> {
  try {
    return await openSecretFile(stored, keyring)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    const hint =
      error.code === 'CANNOT_OPEN'
        ? (error.hint ?? 'ask somebody who can read the file to grant you access')
        : 'write it anew with "secrets encrypt FILE", or restore the committed file, then add it again'
    throw new SecretsError(error.code, `the file that git has cannot be opened to compare with: ${error.message}`, {
      hint,
      details: error.details,
    })
  }
}

/** The encrypted file in the index; while a merge is not finished, and for what was removed, that of the last commit. */
async function storedFile(target: TargetFile, { objects }: CleanOptions): Promise<SecretFile | undefined> {
  const { shown: path } = target
  const bytes = await objects.readFirst([`:0:${path}`, `HEAD:${path}`, `:2:${path}`, `:3:${path}`])
  if (bytes === undefined || encryptedAs(bytes, '') === undefined) return undefined
  const stored = await secretFileOf(target, bytes)
  return stored.sealed === undefined ? undefined : stored
}

interface Located {
  readonly project: Project | undefined
  readonly target: TargetFile
}

async function located({ shown }: TargetFile, { top, config }: CleanOptions): Promise<Located> {
  const project = await config(shown)
  return { project, target: trackedFile(top, shown, project) }
}
