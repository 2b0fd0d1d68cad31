import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SecretsError } from '../core/errors.ts'
import { ownMark, readMark, SIGN_EVERY, stillRuns, writeMark } from './changes/process-mark.ts'
import { systemCode } from './system-errors.ts'
import { LOCK_NAME, temporaryPath } from './temporary-files.ts'

/** Milliseconds to wait for other processes. */
const PATIENCE = 30_000

const POLL_EVERY = 15

/**
 * Runs `action` while no other process of ours exchanges files in any of `folders` (real paths). Throws `WRITE_FAILED` when
 * others hold a lock for half a minute, and whatever the system says when a lock cannot be made.
 */
export async function withFolderLocks<Result>(
  folders: Iterable<string>,
  action: () => Promise<Result>,
): Promise<Result> {
  const held: string[] = []
  try {
    // Always in the same order, or two processes could wait for each other.
    for (const folder of [...new Set(folders)].sort()) {
      const lock = join(folder, LOCK_NAME)
      await acquire(lock)
      held.push(lock)
    }
    return await keptFresh(held, action)
  } finally {
    await Promise.all(held.map((lock) => rm(lock, { force: true })))
  }
}

/** A disk that is slow, or a change of thousands of files, takes longer than a lock lives. */
async function keptFresh<Result>(locks: readonly string[], action: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {
    const now = new Date()
    for (const lock of locks) utimes(lock, now, now).catch(() => undefined)
  }, SIGN_EVERY)
  timer.unref()
  return action().finally(() => clearInterval(timer))
}

/** Removes the lock of a process that was killed. Never fails: it is housekeeping. */
export async function removeStaleLock(folder: string): Promise<void> {
  await removeStale(join(folder, LOCK_NAME))
}

async function acquire(lock: string): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await create(lock))) {
    if (Date.now() > end) throw stillLocked(lock)
    if (!(await removeStale(lock))) await delay(POLL_EVERY)
  }
}

async function create(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600)
    // By this others know at once that a process was killed. The lock holds without it.
    await handle.writeFile(writeMark(await ownMark())).catch(() => undefined)
    await handle.close()
    return true
  } catch (error) {
    // Windows reports a file that is being deleted as EPERM or EBUSY.
    if (systemCode(error) === 'EEXIST' || (await isPending(lock, error))) return false
    throw error
  }
}

async function isPending(lock: string, error: unknown): Promise<boolean> {
  if (!['EPERM', 'EBUSY'].includes(systemCode(error))) return false
  return stat(lock).then(
    () => true,
    () => false,
  )
}

/** Moved away before it is removed, and put back if it turns out to be the new lock of a process that was faster. */
async function removeStale(lock: string): Promise<boolean> {
  const aside = temporaryPath(lock)
  try {
    if (await isFresh(lock)) return false
    await rename(lock, aside)
    if (await isFresh(aside)) await link(aside, lock)
    await rm(aside, { force: true })
    return true
  } catch {
    return false
  }
}

async function isFresh(lock: string): Promise<boolean> {
  const { mtimeMs } = await stat(lock)
  return stillRuns(readMark(await readFile(lock, 'utf8')), mtimeMs)
}

function stillLocked(lock: string): SecretsError {
  return new SecretsError('WRITE_FAILED', 'another process is writing in the same folder', {
    place: { file: lock },
    hint: 'try again; if no other process is running, remove that file',
  })
}
