import { readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { syncFolder } from './changes/change-folder.ts'
import { keepOld, moveInto, putBack, type Replacement } from './changes/old-content.ts'
import type { OpenChange } from './changes/open-change.ts'
import type { FileChange, WriteFilesOptions } from './file-change.ts'
import type { StagedFile } from './stage-file.ts'
import { systemCode } from './system-errors.ts'
import { removeBackups, temporaryPath } from './temporary-files.ts'

/**
 * Puts staged files in the place of their targets, all or none. To be called with the folders locked. With `change`, a killed
 * process leaves a journal to go on by. Throws `FILE_CHANGED` or `ALREADY_EXISTS` before the first one is touched.
 */
export async function exchangeFiles(
  files: readonly StagedFile[],
  { signal, disk = {} }: WriteFilesOptions,
  change: OpenChange | undefined,
): Promise<void> {
  for (const file of files) await refuseChanged(file.target.path, file.target.change)
  if (signal?.aborted) throw new SecretsError('INTERRUPTED', 'interrupted; nothing was written')
  await Promise.all([...foldersOf(files)].map(removeBackups))
  const replacements = await withWayBack(files, change)
  const done: Replacement[] = []
  try {
    for (const file of replacements) {
      await moveInto(file.staged, file.target.path, disk.rename)
      done.push(file)
    }
  } catch (error) {
    await undo(done.reverse(), { cause: error, inJournal: change !== undefined })
    await change?.done()
    throw error
  } finally {
    if (change === undefined) await Promise.all(replacements.map(removeOld))
  }
  await Promise.all([...foldersOf(files)].map(syncFolder))
  await change?.done()
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

/** One file alone needs no way back: its rename happens or does not. */
async function withWayBack(
  files: readonly StagedFile[],
  change: OpenChange | undefined,
): Promise<readonly Replacement[]> {
  if (files.length < 2) return files.map((file) => ({ ...file, old: { in: 'nowhere' } }))
  if (change !== undefined) return change.commit(files)
  return Promise.all(
    files.map(async (file) => ({ ...file, old: await keepOld(file.target, temporaryPath(file.target.path, 'old')) })),
  )
}

interface Failure {
  readonly cause: unknown
  /** Whether the old contents stay where `secrets unfinished` finds them. */
  readonly inJournal: boolean
}

async function undo(done: readonly Replacement[], { cause, inJournal }: Failure): Promise<void> {
  const lost: string[] = []
  for (const { target, old } of done) {
    await putBack(target.path, old).catch(async () => {
      const where = old.in !== 'file' || inJournal ? '' : `: its old content is in ${await kept(old.path)}`
      lost.push(`${target.path}${where}`)
    })
  }
  if (lost.length === 0) return
  const how = inJournal ? 'run "secrets unfinished --undo"' : 'rename the files by hand'
  throw new SecretsError('WRITE_FAILED', 'writing failed, and some files could not be put back as they were', {
    hint: `mend the disk, then ${how}`,
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

async function removeOld({ old }: Replacement): Promise<void> {
  if (old.in === 'file') await rm(old.path, { force: true })
}

function foldersOf(files: readonly StagedFile[]): ReadonlySet<string> {
  return new Set(files.map(({ target }) => dirname(target.path)))
}
