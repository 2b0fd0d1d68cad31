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
import { conflictLeft, conflictLine } from '../project/conflict-left.ts'
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
import type { Versions } from './merge-versions.ts'
import type { FindConfig } from './path-configs.ts'
import { refuseKeyFile } from './refused-content.ts'
import type { StoredVersionReader } from './stored-versions.ts'
import { trackedFile } from './tracked-file.ts'

/** What cleaning needs. */
export interface CleanOptions {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  readonly config: FindConfig
  readonly stored: Pick<StoredVersionReader, 'versions'>
  readonly memory: Pick<CleanMemory, 'knows' | 'add'>
  /** Whether git is about to change its index, rather than to show what is in the work tree. */
  readonly isStaging: () => Promise<boolean>
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
    const marker = conflictLine(content)
    if (marker !== undefined) return showConflict({ path, content, marker }, options)
    const target = trackedFile(options.top, path, undefined)
    if (encryptedAs(content, '') === undefined) return cleanPlain(target, content, options)
    const file = await secretFileOf(target, content)
    return file.sealed === undefined ? cleanPlain(target, content, options) : cleanEncrypted(file, options)
  })
}

/** A conflict can be looked at (`git diff`, `git mergetool`) as long as it is one, and never be staged. */
async function showConflict(
  { path, content, marker }: { readonly path: string; readonly content: Uint8Array; readonly marker: number },
  { stored, isStaging }: CleanOptions,
): Promise<Uint8Array> {
  const { unmerged } = await stored.versions(path)
  if (unmerged !== undefined && !(await isStaging())) {
    const { isEncryptedConflict } = await import('./encrypted-conflict.ts')
    if (await isEncryptedConflict(path, content)) return content
  }
  throw conflictLeft(marker, path)
}

/** New values in clear in an encrypted file are encrypted; without any, neither a key nor the configuration is needed. */
async function cleanEncrypted(file: SecretFile, options: CleanOptions): Promise<Uint8Array> {
  if (file.sealed === undefined) return file.bytes
  const { plainValues, plainComments } = await encryptionState(file.sealed)
  if (plainValues.length + plainComments.length === 0) return file.bytes
  const { project, target } = await located(file.target, options)
  const { content } = await encryptFile({ ...file, target }, { project, keyring: options.keyring, now: options.now })
  const completed = await secretFileOf(target, content)
  const { latest } = await options.stored.versions(target.shown)
  const stored = await encryptedFile(target, latest)
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
  refuseKeyFile(content)
  const { latest, committed, unmerged } = await options.stored.versions(path.shown)
  const solution = unmerged && (await solved({ path, content, unmerged }, options))
  if (solution !== undefined) return solution
  // Before it is parsed: most files that git has cleaned again did not change.
  if (latest !== undefined && (await options.memory.knows(path.shown, content, latest))) return latest
  const stored = await encryptedFile(path, latest)
  if (stored?.sealed !== undefined) {
    const before = await encryptedFile(path, committed)
    const sealed =
      (await takenBack(before, { stored, content }, options)) ??
      (await changed(await lastSound(stored, before, options), content, options))
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

interface Solution {
  readonly path: TargetFile
  readonly content: Uint8Array
  readonly unmerged: Versions<Uint8Array>
}

/** The solution of a conflict, in clear: both sides' recipients and data keys count for it. */
async function solved(solution: Solution, options: CleanOptions): Promise<Uint8Array | undefined> {
  const { path, content, unmerged } = solution
  const { project, target } = await located(path, options)
  const keyring = await options.keyring()
  const { sealSolution } = await import('./seal-solution.ts')
  const sealed = await orExplained(() =>
    sealSolution(content, unmerged, { path: path.shown, keyring, now: options.now() }),
  )
  if (sealed === undefined) return undefined
  await refuseUnexpectedRecipients(await secretFileOf(target, sealed), { project, keyring })
  return sealed
}

/**
 * A staged change that was taken back is what is committed, to the byte: `git stash pop --index` looks at files of the last commit while
 * the index has others. Never where access or the data key changed in between.
 */
async function takenBack(
  committed: SecretFile | undefined,
  { stored, content }: { readonly stored: SecretFile; readonly content: Uint8Array },
  { memory, keyring }: CleanOptions,
): Promise<Uint8Array | undefined> {
  if (committed?.sealed === undefined || stored.sealed === undefined) return undefined
  if (Buffer.compare(committed.bytes, stored.bytes) === 0) return undefined
  if (lasting(committed.sealed.metadata) !== lasting(stored.sealed.metadata)) return undefined
  if (await memory.knows(stored.target.shown, content, committed.bytes)) return committed.bytes
  const open = await openIfSound(committed, await keyring())
  return open !== undefined && Buffer.compare(open.content, content) === 0 ? committed.bytes : undefined
}

/**
 * Git stages the parts of a file that somebody chose (`git add --patch`) without asking anybody, and the MAC that comes with them is that of all.
 * What is committed counts then, as long as access and the data key are the same.
 */
async function lastSound(
  stored: SecretFile,
  committed: SecretFile | undefined,
  { keyring }: CleanOptions,
): Promise<SecretFile> {
  if (committed?.sealed === undefined || stored.sealed === undefined) return stored
  if (Buffer.compare(committed.bytes, stored.bytes) === 0) return stored
  if (lasting(committed.sealed.metadata) !== lasting(stored.sealed.metadata)) return stored
  const keys = await keyring()
  if ((await openIfSound(stored, keys)) !== undefined) return stored
  return (await openIfSound(committed, keys)) === undefined ? stored : committed
}

/** A plain file whose encrypted form git has: only what changed is encrypted anew. */
async function changed(stored: SecretFile, content: Uint8Array, options: CleanOptions): Promise<Uint8Array> {
  const keyring = await options.keyring()
  const open = await orExplained(() => openSecretFile(stored, keyring))
  if (Buffer.compare(open.content, content) === 0) return stored.bytes
  const { project, target } = await located(stored.target, options)
  await refuseUnexpectedRecipients({ ...stored, target }, { project, keyring })
  const sealed = await reseal(open, content, { now: options.now(), seal: keptSeal(target) })
  await verifySealed({ format: stored.format, plain: content, sealed, dataKey: open.dataKey })
  return sealed
}

/** Whoever may write but not read cannot make the MAC, which covers the values that they cannot read. */
async function orExplained<Result>(open: () => Promise<Result>): Promise<Result> {
  try {
    return await open()
  } catch (error) {
    if (!isSecretsError(error)) throw error
    const hint =
      error.code === 'CANNOT_OPEN'
        ? (error.hint ?? 'ask somebody who can read the file to grant you access')
        : 'take back what is staged of it ("git restore --staged FILE"), or restore an older version, then add it again'
    throw new SecretsError(error.code, `the file that git has cannot be opened to compare with: ${error.message}`, {
      hint,
      details: error.details,
    })
  }
}

async function encryptedFile(target: TargetFile, bytes: Uint8Array | undefined): Promise<SecretFile | undefined> {
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
