import { rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsError } from '../core/errors.ts'

/** What a folder for plain text is chosen by. */
export interface PrivateFolderSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** What a private folder is for: it is named by it. */
export type PrivatePurpose = 'edit' | 'run'

/** A folder that only its owner can read, as long as it exists. */
export interface PrivateFolder {
  /** Absolute. */
  readonly path: string
  /** Makes a file, 0600; gives its path. Throws `WRITE_FAILED`. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>
  /** Removes the folder and whatever is in it. */
  readonly remove: () => Promise<void>
}

/** `f_type` of file systems in memory: tmpfs and ramfs (Linux, `statfs(2)`). */
const MEMORY_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x01021994, 0x858458f6])

const PREFIX = 'secretsrc'
const PURPOSES: readonly PrivatePurpose[] = ['edit', 'run']

/**
 * Makes a folder, 0700: in memory where the system has a file system there. It is removed by `remove`, and at the latest when the
 * process ends, however it does so short of being killed; what a killed process left is removed by the next. Throws `WRITE_FAILED`.
 */
export async function createPrivateFolder(
  purpose: PrivatePurpose,
  surroundings: PrivateFolderSurroundings,
): Promise<PrivateFolder> {
  const path = await newFolder(purpose, surroundings)
  const removeNow = (): void => rmSync(path, { recursive: true, force: true })
  process.on('exit', removeNow)
  return {
    path,
    write: async (name, content) => {
      const file = join(path, name)
      try {
        await writeFile(file, content, { mode: 0o600, flag: 'wx' })
        return file
      } catch (error) {
        throw new SecretsError('WRITE_FAILED', 'no private file can be written', {
          place: { file: path },
          hint: 'is there room left?',
          cause: error,
        })
      }
    },
    remove: async () => {
      // Windows releases the files of a program that has just ended a little later.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      process.off('exit', removeNow)
    },
  }
}

/** Removes what killed processes left; gives how many folders that were. Never fails. */
export async function removePrivateLeftovers(surroundings: PrivateFolderSurroundings): Promise<number> {
  const parents = [...(await memoryFolders(surroundings)), tmpdir()]
  const removed = await Promise.all(parents.map(removeLeftovers))
  return removed.reduce((sum, count) => sum + count, 0)
}

async function newFolder(purpose: PrivatePurpose, surroundings: PrivateFolderSurroundings): Promise<string> {
  const prefix = `${PREFIX}-${purpose}-${machine()}-${process.pid}-`
  for (const parent of [...(await memoryFolders(surroundings)), tmpdir()]) {
    await removeLeftovers(parent)
    const folder = await mkdtemp(join(parent, prefix)).catch(() => undefined)
    if (folder !== undefined) return folder
  }
  throw new SecretsError('WRITE_FAILED', 'no private folder can be made', {
    place: { file: tmpdir() },
    hint: 'make it writable, or set TMPDIR',
  })
}

async function memoryFolders({ env, platform }: PrivateFolderSurroundings): Promise<readonly string[]> {
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

/** A folder that several machines share may hold those of another, whose processes are not known here. */
function machine(): string {
  return hostname().replace(/[^\w.]/g, '_')
}

/** Folders of processes of this user and machine that are no more. Never fails: it is housekeeping. */
async function removeLeftovers(parent: string): Promise<number> {
  const pattern = new RegExp(`^${PREFIX}-(?:${PURPOSES.join('|')})-${machine().replaceAll('.', '\\.')}-(\\d+)-\\w{6}$`)
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
