import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { isTemporaryName } from '../temporary-files.ts'
import type { ChangePlace } from './change-place.ts'
import { CLEAR_END, type Journal, type JournalPlace, NEW_END, readJournal, writeJournal } from './journal.ts'
import { ownMark, type ProcessMark, readMark, SIGN_EVERY, stillRuns } from './process-mark.ts'

/** Who works in the folder of a change, and which files it may leave elsewhere. Its time of change is a sign of life. */
const OWNER_FILE = 'owner.json'

/** There from the moment when all new contents are on the disk until the last one is in its place. */
const JOURNAL_FILE = 'journal.json'

/** A hundred thousand files with long names. */
const MAX_JOURNAL_BYTES = 64 * 1024 * 1024

const FOLDER_NAME = /^[0-9a-f]{12}$/

/** A folder in which this process works. */
export interface OwnFolder extends JournalPlace {
  /** Ends the signs of life. */
  readonly stop: () => void
}

/**
 * Makes a folder for one change, 0700. Undefined where the place cannot be written to.
 */
export async function makeFolder(place: ChangePlace): Promise<OwnFolder | undefined> {
  const folder = join(place.folder, randomBytes(6).toString('hex'))
  try {
    // A link in the place of the folder would lead what is written somewhere else.
    await mkdir(place.folder, { recursive: true, mode: 0o700 })
    if (!(await lstat(place.folder)).isDirectory()) return undefined
    // Another process may have removed the place again, because it was empty.
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await noteOwner(folder, [])
  } catch {
    return undefined
  }
  return { folder, base: place.base, stop: giveSigns(folder) }
}

/** Notes the temporary files that a killed process would leave (absolute), before they are made. `nobody`: all may go on with it. */
export async function noteOwner(
  folder: string,
  temporary: readonly string[],
  owner: 'self' | 'nobody' = 'self',
): Promise<void> {
  const file = join(folder, OWNER_FILE)
  await writeWhole(file, JSON.stringify({ ...(owner === 'self' ? await ownMark() : {}), temporary }))
  if (owner === 'nobody') await utimes(file, 0, 0)
}

/** Whether a file in the folder of a change can be renamed into another place, with the rights that it has. */
export async function isReachable(folder: string, path: string): Promise<boolean> {
  // On Windows a file keeps the rights that its folder gave it.
  if (sep === '\\') return false
  const [own, its] = await Promise.all([stat(folder), stat(dirname(path))])
  return own.dev === its.dev
}

function giveSigns(folder: string): () => void {
  const timer = setInterval(() => {
    const now = new Date()
    utimes(join(folder, OWNER_FILE), now, now).catch(() => undefined)
  }, SIGN_EVERY)
  timer.unref()
  return () => clearInterval(timer)
}

/** From here on the change is to be finished or taken back, whatever happens. */
export async function commitJournal(place: JournalPlace, journal: Journal): Promise<void> {
  await writeWhole(join(place.folder, JOURNAL_FILE), writeJournal(journal, place))
  await syncFolder(place.folder)
}

/** From here on nothing is to be done any more. */
export async function removeJournal(place: JournalPlace): Promise<void> {
  await rm(join(place.folder, JOURNAL_FILE), { force: true })
  await syncFolder(place.folder)
}

/** Removes the folder with all that is in it, and the place when it is empty. Never fails: the next command tries again. */
export async function removeFolder({ folder }: Pick<JournalPlace, 'folder'>): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  await rmdir(dirname(folder)).catch(() => undefined)
}

/** Whether there are contents in clear in the folder. */
export async function holdsClear({ folder }: JournalPlace): Promise<boolean> {
  const names = await readdir(folder).catch(() => [])
  return names.some((name) => name.endsWith(NEW_END) || name.endsWith(CLEAR_END))
}

/** The folders of a place, of whatever process. */
export async function foldersOf(place: ChangePlace): Promise<readonly JournalPlace[]> {
  const found = await lstat(place.folder).catch(() => undefined)
  if (found?.isDirectory() !== true) return []
  const entries = await readdir(place.folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && FOLDER_NAME.test(entry.name))
    .map(({ name }) => ({ folder: join(place.folder, name), base: place.base }))
}

/** Whether a process works in the folder. */
export async function isInUse({ folder }: JournalPlace): Promise<boolean> {
  const stats = await lstat(join(folder, OWNER_FILE)).catch(() => lstat(folder).catch(() => undefined))
  if (stats === undefined) return false
  return stillRuns((await readOwner(folder)).mark, stats.mtimeMs)
}

/** Temporary files that the process of a folder made elsewhere, by their absolute paths: only those that have a name of ours. */
export async function temporaryFilesOf({ folder }: JournalPlace): Promise<readonly string[]> {
  const { temporary } = await readOwner(folder)
  return temporary.filter((path) => isTemporaryName(basename(path)))
}

/** The journal of a folder; undefined when nothing is to be done. Throws `METADATA_INVALID`. */
export async function journalOf(place: JournalPlace): Promise<Journal | undefined> {
  const path = join(place.folder, JOURNAL_FILE)
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined) return undefined
  // Nothing of ours is no file, or that long: it makes no sense, whatever it says.
  const readable = stats.isFile() && stats.size <= MAX_JOURNAL_BYTES
  return readJournal(readable ? await readFile(path, 'utf8') : '', place)
}

interface Owner {
  readonly mark: ProcessMark
  readonly temporary: readonly string[]
}

async function readOwner(folder: string): Promise<Owner> {
  const text = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => '')
  return { mark: readMark(text), temporary: temporaryIn(text) }
}

function temporaryIn(text: string): readonly string[] {
  try {
    const json: unknown = JSON.parse(text)
    const list = typeof json === 'object' && json !== null && 'temporary' in json ? json.temporary : []
    return Array.isArray(list) ? list.filter((path) => typeof path === 'string') : []
  } catch {
    return []
  }
}

/** Whole or not at all, and on the disk. */
async function writeWhole(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.part`, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.part`, path)
}

/** A rename is on the disk when its folder is. Windows cannot and need not do that. */
export async function syncFolder(folder: string): Promise<void> {
  if (sep === '\\') return
  const handle = await open(folder, 'r').catch(() => undefined)
  // Some network file systems refuse; the files themselves are on the disk.
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
