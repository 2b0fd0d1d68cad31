import { rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsError } from '../../core/errors.ts'

/** A plain text on the disk that only its owner can read, as long as it exists. */
export interface PrivateFile {
  /** Absolute. */
  readonly path: string
  readonly read: () => Promise<Uint8Array>
  /** Removes the file, its folder and whatever an editor left there. */
  readonly remove: () => Promise<void>
}

/** What a folder for plain text is chosen by. */
export interface PrivateFileSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** `f_type` of file systems in memory: tmpfs and ramfs (Linux, `statfs(2)`). */
const MEMORY_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x01021994, 0x858458f6])

const PREFIX = 'secretsrc-edit'

/**
 * Makes a file called `name` with `content`, 0600, alone in a new folder, 0700: in memory where the system has a file system
 * there. It is removed by `remove`, and at the latest when the process ends, however it does so short of being killed; what a
 * killed process left is removed by the next. Throws `WRITE_FAILED`.
 */
export async function createPrivateFile(
  name: string,
  content: Uint8Array,
  surroundings: PrivateFileSurroundings,
): Promise<PrivateFile> {
  const folder = await privateFolder(surroundings)
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true })
  process.on('exit', removeNow)
  const remove = async (): Promise<void> => {
    // Windows releases the files of an editor that has just ended a little later.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    process.off('exit', removeNow)
  }
  const path = join(folder, name)
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    await remove()
    throw new SecretsError('WRITE_FAILED', 'no file for the editor can be written', { cause: error })
  }
  return { path, read: () => readFile(path), remove }
}

/** Removes what edits left that were killed; gives how many they were. Never fails. */
export async function removeEditLeftovers(surroundings: PrivateFileSurroundings): Promise<number> {
  const parents = [...(await memoryFolders(surroundings)), tmpdir()]
  const removed = await Promise.all(parents.map(removeLeftovers))
  return removed.reduce((sum, count) => sum + count, 0)
}

async function privateFolder(surroundings: PrivateFileSurroundings): Promise<string> {
  const prefix = `${PREFIX}-${hostname().replace(/[^\w.]/g, '_')}-${process.pid}-`
  for (const parent of [...(await memoryFolders(surroundings)), tmpdir()]) {
    await removeLeftovers(parent)
    const folder = await mkdtemp(join(parent, prefix)).catch(() => undefined)
    if (folder !== undefined) return folder
  }
  throw new SecretsError('WRITE_FAILED', 'no private folder for the editor can be made', {
    place: { file: tmpdir() },
    hint: 'make it writable, or set TMPDIR',
  })
}

async function memoryFolders({ env, platform }: PrivateFileSurroundings): Promise<readonly string[]> {
  if (platform !== 'linux') return []
  const candidates = [env['XDG_RUNTIME_DIR'] ?? '', '/dev/shm'].filter((folder) => folder.startsWith('/'))
  const inMemory = await Promise.all(candidates.map(isInMemory))
  return candidates.filter((_, index) => inMemory[index] === true)
}

async function isInMemory(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({ type }) => MEMORY_FILE_SYSTEMS.has(type),
    () => false,
  )
}

/** Folders of processes of this user and machine that are no more. Never fails: it is housekeeping. */
async function removeLeftovers(parent: string): Promise<number> {
  const pattern = new RegExp(
    `^${PREFIX}-${hostname()
      .replace(/[^\w.]/g, '_')
      .replaceAll('.', '\\.')}-(\\d+)-\\w{6}$`,
  )
  const names = await readdir(parent).catch(() => [])
  const removed = await Promise.all(
    names.map(async (name) => {
      const pid = Number(pattern.exec(name)?.[1] ?? 0)
      if (pid === 0 || isRunning(pid) || !(await isOwnFolder(join(parent, name)))) return false
      return rm(join(parent, name), { recursive: true, force: true }).then(
        () => true,
        () => false,
      )
    }),
  )
  return removed.filter(Boolean).length
}

async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid())
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, for somebody else.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
