import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSecretsError, SecretsError } from '../core/errors.ts'
import { placesForChange } from './changes/change-place.ts'
import { openChange } from './changes/open-change.ts'
import { refuseUnfinished } from './changes/refuse-unfinished.ts'
import { exchangeFiles } from './exchange-files.ts'
import type { FileChange, Target, WriteFilesOptions } from './file-change.ts'
import { withFolderLocks } from './folder-lock.ts'
import { inParallel } from './in-parallel.ts'
import { realPlace } from './paths.ts'
import { discard, type StagedFile, stageFile } from './stage-file.ts'
import { systemCode, systemReason } from './system-errors.ts'
import { removeStaleFiles, temporaryPath } from './temporary-files.ts'

/** Files that are prepared side by side: waiting for the disk is what takes the time. */
const PARALLEL = 8

/**
 * Writes all files or none. Every new content is on the disk, in a file beside its target, before the first target is
 * exchanged; exchanging is a rename, so that every target holds its old or its new content at any instant, whatever
 * happens to the process. When one exchange fails, those before it are undone.
 *
 * With several files a journal tells the next command of a process that was killed in the middle (`findUnfinished`).
 *
 * Throws `UNFINISHED_CHANGE` while there is such a change, `FILE_CHANGED` when a target is no longer what `expects` says, `ALREADY_EXISTS` when it is there and should not
 * be, `UNSAFE_PATH`, `WRITE_FAILED` (no space, no permission, read-only), `INTERRUPTED`; all targets are then as before.
 */
export async function writeFiles(changes: readonly FileChange[], options: WriteFilesOptions = {}): Promise<void> {
  const targets = await inParallel(changes, PARALLEL, (change) => locate(change, options))
  refuseDoubles(targets)
  const folders = new Set(targets.map((target) => dirname(target.path)))
  const paths = targets.map(({ path }) => path)
  const places = await placesForChange(paths, options.state)
  const refuse = (): Promise<void> => refuseUnfinished(places, { paths, root: options.root })
  await refuse()
  await Promise.all([...folders].map((folder) => removeStaleFiles(folder)))
  const change = await openChange(targets, places)
  const staged: (StagedFile | undefined)[] = []
  try {
    const names = (await change?.stagingPaths(targets)) ?? paths.map((path) => temporaryPath(path))
    await inParallel([...targets.keys()], PARALLEL, async (index) => {
      const [target, name] = [targets[index], names[index]]
      if (target !== undefined && name !== undefined) staged[index] = await stage(target, name, options)
    })
    await withFolderLocks(folders, async () => {
      // Whoever held the lock until now may have been killed.
      await refuse()
      await exchangeFiles(present(staged), options, change)
    })
  } catch (error) {
    throw asWriteFailed(error, targets[0]?.change.path)
  } finally {
    if (change?.isLeft !== true) await discard(present(staged))
    await change?.close()
  }
}

function present(files: readonly (StagedFile | undefined)[]): readonly StagedFile[] {
  return files.filter((file) => file !== undefined)
}

async function locate(change: FileChange, { root, makeFolders = false }: WriteFilesOptions): Promise<Target> {
  // Written to the disk it would take the place of what somebody works on in clear.
  if (change.store === 'index') throw new Error('a change of the index is not for the disk')
  try {
    if (makeFolders) await makeFolder(change, root)
    const { path } = await realPlace(change.path, root)
    return { change, path }
  } catch (error) {
    throw asWriteFailed(error, change.path)
  }
}

async function makeFolder({ path, protection }: FileChange, root: string | undefined): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, ...(protection === 'private' ? { mode: 0o700 } : {}) })
  if (root !== undefined) await realPlace(folder, root)
}

function refuseDoubles(targets: readonly Target[]): void {
  const seen = new Set<string>()
  for (const { path, change } of targets) {
    if (seen.has(path)) {
      throw new SecretsError('WRITE_FAILED', 'two names lead to one file that would be written twice', {
        place: { file: change.path },
      })
    }
    seen.add(path)
  }
}

async function stage(target: Target, name: string, { signal, disk }: WriteFilesOptions): Promise<StagedFile> {
  if (signal?.aborted) throw new SecretsError('INTERRUPTED', 'interrupted; nothing was written')
  try {
    return await stageFile(target, name, disk)
  } catch (error) {
    throw asWriteFailed(error, target.change.path)
  }
}

/** An error of the system as one of ours, with what the user can do. */
function asWriteFailed(error: unknown, file: string | undefined): unknown {
  if (isSecretsError(error)) return error
  const code = systemCode(error)
  if (code === '') return error
  return new SecretsError('WRITE_FAILED', `the file cannot be written: ${systemReason(error)}; nothing was changed`, {
    hint: HINTS.get(code) ?? 'check the folder of the file and try again',
    ...(file === undefined ? {} : { place: { file } }),
    cause: error,
  })
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'make room on the disk and try again'],
  ['EDQUOT', 'make room in your quota and try again'],
  ['EACCES', 'check who may write the file and its folder'],
  ['EPERM', 'check who may write the file and its folder'],
  ['EBUSY', 'close the program that has the file open and try again'],
])
