import { access, chmod, chown, constants, open, rm, stat } from 'node:fs/promises'
import { SecretsError } from '../core/errors.ts'
import type { Disk, Target } from './file-change.ts'
import { systemCode } from './system-errors.ts'

/** A new content on the disk, beside its target. */
export interface StagedFile {
  readonly target: Target
  /** Path of the temporary file. */
  readonly staged: string
}

/** Permission bits of the target; undefined when it does not exist. */
interface Existing {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/**
 * Writes the content of a change to the temporary file `staged`, with the permissions and the owner of its target, and waits
 * until it is on the disk. Throws `WRITE_FAILED` for a target that is read-only or no file, and the system's own errors.
 */
export async function stageFile(target: Target, staged: string, disk: Partial<Disk> = {}): Promise<StagedFile> {
  const existing = await inspect(target)
  const mode = existing?.mode ?? (target.change.protection === 'shared' ? 0o644 : 0o600)
  try {
    await (disk.write ?? writeDurably)(staged, target.change.content, existing === undefined ? mode : 0o600)
    if (existing !== undefined) await takeOver(staged, forProtection(existing, target.change.protection))
  } catch (error) {
    await rm(staged, { force: true })
    throw error
  }
  return { target, staged }
}

/** Removes what was staged and not exchanged. */
export async function discard(files: readonly StagedFile[]): Promise<void> {
  await Promise.all(files.map(({ staged }) => rm(staged, { force: true })))
}

async function inspect({ path, change }: Target): Promise<Existing | undefined> {
  const stats = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (stats === undefined) return undefined
  const place = { file: change.path }
  if (!stats.isFile()) throw new SecretsError('WRITE_FAILED', 'what stands in the place is no file', { place })
  if ((stats.mode & 0o222) === 0) {
    // A rename would not mind, but somebody has said that this file is not to be changed.
    throw new SecretsError('WRITE_FAILED', 'the file is read-only; nothing was changed', {
      place,
      hint: 'allow writing it, with chmod u+w or in its properties',
    })
  }
  await access(path, constants.W_OK)
  return { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }
}

async function writeDurably(path: string, content: Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What was written for one reader does not become readable for others because an older file was. */
function forProtection(existing: Existing, protection: Target['change']['protection']): Existing {
  return protection === 'private' ? { ...existing, mode: existing.mode & 0o700 } : existing
}

/** Owner before permissions: changing the owner clears some of them. */
async function takeOver(staged: string, { mode, uid, gid }: Existing): Promise<void> {
  const own = await stat(staged)
  if (own.uid !== uid || own.gid !== gid) {
    // Only an administrator may give files away; for others the file becomes their own, as with every editor.
    await chown(staged, uid, gid).catch(() => undefined)
  }
  await chmod(staged, mode)
}
