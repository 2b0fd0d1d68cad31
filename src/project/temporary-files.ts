import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Name of the file that exists while a process exchanges files of its folder (`folder-lock.ts`). */
export const LOCK_NAME = '.secrets-lock'

/**
 * Names of our files that exist only while others are written. They stand beside their target, because a rename is
 * only atomic within one file system; a crash may leave them behind, and the next write removes them.
 */
const TEMPORARY_NAME = /^\..{0,180}\.secrets-[0-9a-f]{12}\.(?:tmp|old)$/su

/** Second names of files while they are exchanged: an old content, which may be in clear. */
const BACKUP_NAME = /\.old$/

/** Milliseconds after which nobody can still be working with one. */
const STALE_AFTER = 5 * 60 * 1000

/** Bytes of the target's name that are kept: most file systems end at 255 for the whole. */
const MAX_STEM_BYTES = 180

/** A new name beside `target`, which no other process makes; `old` is for what stood there. */
export function temporaryPath(target: string, kind: 'tmp' | 'old' = 'tmp'): string {
  const stem = shorten(basename(target))
  return join(dirname(target), `.${stem}.secrets-${randomBytes(6).toString('hex')}.${kind}`)
}

function shorten(name: string): string {
  let short = name
  while (Buffer.byteLength(short) > MAX_STEM_BYTES) short = Array.from(short).slice(0, -1).join('')
  return short
}

/** Whether a file name is one of ours. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(name)
}

/** Removes what interrupted writes left in a folder. Never fails: it is housekeeping. */
export async function removeStaleFiles(folder: string, now: number = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter(isTemporaryName).map((name) => removeIfStale(join(folder, name), now)))
}

/**
 * Removes the second names that a killed process left in a folder. To be called with the folder locked: nobody else can
 * still be working with one then. Never fails.
 */
export async function removeBackups(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const backups = names.filter((name) => isTemporaryName(name) && BACKUP_NAME.test(name))
  await Promise.all(backups.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)))
}

async function removeIfStale(path: string, now: number): Promise<void> {
  try {
    const { mtimeMs, ctimeMs } = await stat(path)
    // A second name has the time of its file; when it was made is the time of the last change of names.
    const made = BACKUP_NAME.test(path) ? ctimeMs : mtimeMs
    if (now - made > STALE_AFTER) await rm(path, { force: true })
  } catch {
    // Another process was faster, or it is not ours to remove.
  }
}
