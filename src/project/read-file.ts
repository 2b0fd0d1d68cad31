import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { SecretsError } from '../core/errors.ts'
import { MAX_FILE_BYTES } from '../core/limits.ts'
import { isInside } from './paths.ts'
import { systemCode, systemReason } from './system-errors.ts'

/** A file as it was read. */
export interface FileContent {
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** How a file may be read. */
export interface ReadFileOptions {
  /** Folder of the project: what is below it must not lead out of it through a link. */
  readonly root?: string | undefined
  /** Bytes; default `MAX_FILE_BYTES`. */
  readonly limit?: number
}

/** How often a file is opened anew that another program replaces just then. */
const ATTEMPTS = 10

/**
 * Reads a regular file. `path` is absolute. Throws `FILE_NOT_FOUND`, `READ_FAILED` (no permission, a folder, a pipe, a
 * device), `UNSAFE_PATH` (a link out of the root), `FILE_CHANGED` (another one each time that it is looked at),
 * `LIMIT_EXCEEDED`; each with the file as its place.
 */
export async function readFileContent(path: string, options: ReadFileOptions = {}): Promise<FileContent> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const content = await readOnce(path, options)
    if (content !== undefined) return content
  }
  throw new SecretsError('FILE_CHANGED', 'another program keeps replacing the file', {
    place: { file: path },
    hint: 'run the command again',
  })
}

/** Undefined where the file was replaced between opening it and looking where it lies. */
async function readOnce(path: string, options: ReadFileOptions): Promise<FileContent | undefined> {
  const handle = await openFile(path)
  try {
    const stats = await handle.stat()
    refuseIrregular(path, stats)
    if (options.root !== undefined && !(await liesInRoot(path, options.root, stats))) return undefined
    const limit = options.limit ?? MAX_FILE_BYTES
    if (stats.size > limit) throw tooLarge(path, limit)
    return { bytes: await readAll(handle, path, limit), mode: stats.mode & 0o7777 }
  } finally {
    await handle.close()
  }
}

/** Without blocking, or opening a pipe would wait for a writer for ever. */
const OPEN_FLAGS = constants.O_RDONLY | ('O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0)

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, OPEN_FLAGS)
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemCode(error))
    if (missing) throw new SecretsError('FILE_NOT_FOUND', 'the file does not exist', { place: { file: path } })
    throw readFailed(path, error)
  }
}

function readFailed(path: string, error: unknown): SecretsError {
  const hint = systemCode(error) === 'EACCES' ? 'check who may read the file and its folders' : undefined
  return new SecretsError('READ_FAILED', `the file cannot be read: ${systemReason(error)}`, {
    place: { file: path },
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}

function refuseIrregular(path: string, stats: Stats): void {
  if (stats.isFile()) return
  const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a pipe' : 'a device or a socket'
  throw new SecretsError('READ_FAILED', `${kind}, not a file`, {
    place: { file: path },
    hint: stats.isDirectory() ? `'${path}/**' names all files below it` : 'use - for standard input',
  })
}

/**
 * After opening, and against what was opened: a link that is exchanged meanwhile gains nothing. False where the path
 * lies in the root and leads to another file by now. Throws `UNSAFE_PATH` where it leads out.
 */
async function liesInRoot(path: string, root: string, opened: Stats): Promise<boolean> {
  if (!isInside(root, path)) return true
  const [realRoot, real] = await Promise.all([realpath(root), realPlace(path)])
  if (real === undefined) return false
  if (isInside(realRoot, real.path)) return real.stats.ino === opened.ino && real.stats.dev === opened.dev
  throw new SecretsError('UNSAFE_PATH', 'the path leads out of the project through a link', {
    place: { file: path },
    hint: 'name the file that the link leads to, if you mean it',
  })
}

/** Undefined where it is not there any more. */
async function realPlace(path: string): Promise<{ readonly path: string; readonly stats: Stats } | undefined> {
  try {
    const real = await realpath(path)
    return { path: real, stats: await stat(real) }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw readFailed(path, error)
  }
}

function tooLarge(path: string, limit: number): SecretsError {
  return new SecretsError('LIMIT_EXCEEDED', `the file has more than ${limit} bytes`, { place: { file: path } })
}

/** A file may grow while it is read, and files in `/proc` say that they are empty. */
async function readAll(handle: FileHandle, path: string, limit: number): Promise<Uint8Array> {
  try {
    const bytes = await handle.readFile()
    if (bytes.byteLength > limit) throw tooLarge(path, limit)
    return bytes
  } catch (error) {
    throw error instanceof SecretsError ? error : readFailed(path, error)
  }
}
