import { lstat, readFile, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { removeStaleLock } from '../folder-lock.ts'
import { inParallel } from '../in-parallel.ts'
import { isInside } from '../paths.ts'
import { systemCode } from '../system-errors.ts'
import {
  foldersOf,
  holdsClear,
  isInUse,
  journalOf,
  removeFolder,
  removeJournal,
  temporaryFilesOf,
} from './change-folder.ts'
import type { ChangePlace } from './change-place.ts'
import { CLEAR_END, type ContentMark, isClear, type JournalFile, type JournalPlace, sealedMark } from './journal.ts'
import { clearMark } from './open-change.ts'

const PARALLEL = 8

/** What a file of an unfinished change holds now: its old content, its new one, or something else. */
export type FileState = 'old' | 'new' | 'other'

/** A file of an unfinished change. */
export interface UnfinishedFile extends JournalFile {
  readonly state: FileState
  /** Number in the journal. */
  readonly index: number
}

/** A change whose process was killed in the middle. */
export interface UnfinishedChange {
  readonly place: JournalPlace
  /** Undefined where the journal cannot be read. */
  readonly files: readonly UnfinishedFile[] | undefined
}

/**
 * The unfinished changes of places. What killed processes left beside them is removed on the way: contents in clear at
 * once, whatever the change, and all of a change that was not yet begun or was over. `onCleared` is called for each change
 * that left something in clear.
 */
export async function findUnfinished(
  places: readonly ChangePlace[],
  onCleared: () => void = () => undefined,
): Promise<readonly UnfinishedChange[]> {
  const folders = (await Promise.all(places.map(foldersOf))).flat()
  const found = await Promise.all(folders.map((place) => inspect(place, onCleared)))
  return found.filter((change) => change !== undefined)
}

async function inspect(place: JournalPlace, onCleared: () => void): Promise<UnfinishedChange | undefined> {
  if (await isInUse(place)) return undefined
  if (await holdsClear(place)) onCleared()
  const files = await readFiles(place)
  if (Array.isArray(files)) await Promise.all([...foldersIn(files)].map(removeStaleLock))
  if (files === 'unreadable') return { place, files: undefined }
  if (files === undefined || isOver(files)) {
    // Where nothing may be removed the next command tries again.
    await cleanUp(place, files).catch(() => undefined)
    return undefined
  }
  const revealed = files.map(({ index }) => join(place.folder, `${index}${CLEAR_END}`))
  const staged = files.filter(({ after }) => isClear(after)).map((file) => file.staged)
  await Promise.all(staged.map((path) => removeStaged(path, place)))
  await Promise.all(revealed.map((path) => rm(path, { force: true }).catch(() => undefined)))
  return { place, files }
}

function foldersIn(files: readonly JournalFile[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => dirname(path)))
}

/** Nothing that the change wrote is there, or nothing that it was to replace: no file contradicts another. */
function isOver(files: readonly UnfinishedFile[]): boolean {
  return files.every(({ state }) => state !== 'new') || files.every(({ state }) => state === 'new')
}

/** Undefined without a journal. */
async function readFiles(place: JournalPlace): Promise<readonly UnfinishedFile[] | 'unreadable' | undefined> {
  try {
    return await filesOf(place)
  } catch (error) {
    if (isSecretsError(error) && error.code === 'METADATA_INVALID') return 'unreadable'
    throw error
  }
}

/**
 * The files of a journal as they are now; undefined where there is none. Throws `METADATA_INVALID` for a journal that makes no
 * sense or names a file through a link.
 */
export async function filesOf(place: JournalPlace): Promise<readonly UnfinishedFile[] | undefined> {
  const journal = await journalOf(place)
  if (journal === undefined) return undefined
  const states = await inParallel(journal.files, PARALLEL, (file) => stateOf(file, place))
  return journal.files.map((file, index) => ({ ...file, index, state: states[index] ?? 'other' }))
}

/** What cannot be looked at holds neither. */
async function stateOf(file: JournalFile, { base }: JournalPlace): Promise<FileState> {
  const { path } = file
  const folder = await realpath(dirname(path)).catch(() => undefined)
  if (folder !== undefined && folder !== dirname(path)) throw throughLink()
  if (base !== undefined && !isInside(base, path)) throw throughLink()
  return contentState(file).catch(() => 'other')
}

async function contentState({ path, before, after }: JournalFile): Promise<FileState> {
  const found = await lstat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined
    throw error
  })
  if (found === undefined) return before === undefined ? 'old' : 'other'
  if (!found.isFile()) return 'other'
  const holds = async (mark: ContentMark | undefined): Promise<boolean> =>
    mark !== undefined && isDeepStrictEqual(await markLike(mark, path), mark)
  if (await holds(after)) return 'new'
  return (await holds(before)) ? 'old' : 'other'
}

function throughLink(): SecretsError {
  return new SecretsError('METADATA_INVALID', 'the journal of an unfinished change names a file through a link')
}

/** The mark of a file, of the kind of another. */
export async function markLike(mark: ContentMark, path: string): Promise<ContentMark> {
  return isClear(mark) ? clearMark(path) : sealedMark(await readFile(path))
}

/** Removes all that a change left but its files. `files`: undefined where it had no journal yet, so that only names are known. */
export async function cleanUp(place: JournalPlace, files: readonly JournalFile[] | undefined): Promise<void> {
  const staged = files === undefined ? await temporaryFilesOf(place) : files.map((file) => file.staged)
  await Promise.all(staged.map((path) => removeStaged(path, place)))
  if (files !== undefined) await removeJournal(place)
  await removeFolder(place)
}

/** Only a plain file in the place where it was made: whoever wrote the note may have thought of another. */
async function removeStaged(path: string, { base, folder }: JournalPlace): Promise<void> {
  try {
    if (base !== undefined && !isInside(base, path) && dirname(path) !== folder) return
    if ((await realpath(dirname(path))) !== dirname(path) || !(await lstat(path)).isFile()) return
    await rm(path, { force: true })
  } catch {
    // It is gone already, or not ours to remove.
  }
}
