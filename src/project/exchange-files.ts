import { copyFile, link, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SecretsError } from '../core/errors.ts'
import type { Disk, FileChange, WriteFilesOptions } from './file-change.ts'
import type { StagedFile } from './stage-file.ts'
import { systemCode } from './system-errors.ts'
import { removeBackups, temporaryPath } from './temporary-files.ts'

/** A target and the way back. */
interface Exchange extends StagedFile {
  /** Second name of the old content; undefined when there was no file, or nothing to undo for. */
  readonly backup: string | undefined
}

/**
 * Puts staged files in the place of their targets, all or none. To be called with the folders locked. Throws
 * `FILE_CHANGED` or `ALREADY_EXISTS` before the first one is touched.
 */
export async function exchangeFiles(
  files: readonly StagedFile[],
  { signal, disk = {} }: WriteFilesOptions,
): Promise<void> {
  for (const file of files) await refuseChanged(file.target.path, file.target.change)
  if (signal?.aborted) throw new SecretsError('INTERRUPTED', 'interrupted; nothing was written')
  await Promise.all([...foldersOf(files)].map(removeBackups))
  const move = disk.rename ?? renamePatiently
  const done: Exchange[] = []
  try {
    for (const file of files) done.push(await exchange(file, move, files.length > 1))
  } catch (error) {
    await undo(done.reverse(), error)
    throw error
  }
  await Promise.all(done.flatMap(({ backup }) => (backup === undefined ? [] : rm(backup, { force: true }))))
  await syncFolders(files)
}

/** One file alone needs no way back: its rename happens or does not. */
async function exchange(file: StagedFile, move: Disk['rename'], undoable: boolean): Promise<Exchange> {
  const { path } = file.target
  const backup = undoable ? await backUp(path) : undefined
  try {
    await move(file.staged, path)
  } catch (error) {
    if (backup !== undefined) await rm(backup, { force: true })
    throw error
  }
  return { ...file, backup }
}

async function refuseChanged(path: string, { expects, path: shown }: FileChange): Promise<void> {
  if (expects === 'anything') return
  const current = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  const place = { file: shown }
  if (expects === 'nothing') {
    if (current === undefined) return
    throw new SecretsError('ALREADY_EXISTS', 'the file already exists; nothing was changed', { place })
  }
  if (current !== undefined && current.equals(expects)) return
  const what = current === undefined ? 'was removed' : 'was changed by another program'
  throw new SecretsError('FILE_CHANGED', `the file ${what} in the meantime; nothing was written`, {
    place,
    hint: 'run the command again',
  })
}

/** A second name is made at once and needs no space; where the file system has none, a copy. */
async function backUp(path: string): Promise<string | undefined> {
  const backup = temporaryPath(path, 'old')
  try {
    await link(path, backup)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    await copyFile(path, backup)
  }
  return backup
}

async function undo(exchanges: readonly Exchange[], cause: unknown): Promise<void> {
  const lost: string[] = []
  for (const { target, backup } of exchanges) {
    const back = backup === undefined ? rm(target.path, { force: true }) : renamePatiently(backup, target.path)
    await back.catch(async () =>
      lost.push(`${target.path}${backup === undefined ? '' : `: its old content is in ${await kept(backup)}`}`),
    )
  }
  if (lost.length === 0) return
  throw new SecretsError('WRITE_FAILED', 'writing failed, and some files could not be put back as they were', {
    hint: 'mend the disk, then rename the files by hand',
    details: lost,
    cause,
  })
}

/** Another name, which the next write does not remove at once. */
async function kept(backup: string): Promise<string> {
  const name = backup.replace(/old$/, 'tmp')
  return rename(backup, name).then(
    () => name,
    () => backup,
  )
}

/** Attempts on Windows, where a virus scanner or an indexer may hold a file open for a moment. */
const ATTEMPTS = 12

async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const passing = sep === '\\' && ['EPERM', 'EBUSY', 'EACCES'].includes(systemCode(error))
      if (!passing || attempt === ATTEMPTS) throw error
      await delay(10 * attempt)
    }
  }
}

/** A rename is on the disk when its folder is. Windows cannot and need not do that. */
async function syncFolders(files: readonly StagedFile[]): Promise<void> {
  if (sep === '\\') return
  await Promise.all([...foldersOf(files)].map(syncFolder))
}

function foldersOf(files: readonly StagedFile[]): ReadonlySet<string> {
  return new Set(files.map(({ target }) => dirname(target.path)))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  // Some network file systems refuse; the files themselves are on the disk.
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
