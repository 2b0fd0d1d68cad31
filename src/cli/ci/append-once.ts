import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { CiAppend } from '../../pipeline/ci/ci-system.ts'
import type { CommandContext } from '../context.ts'

/** A file of the system, open, to which its text can be added. */
export interface OpenAppend {
  /** All of the text in one write, or none. */
  write(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the file that a variable of the system names. Throws `USAGE` where the variable is not set, `UNSAFE_PATH` for a link or what is no
 * ordinary file of its own, `WRITE_FAILED`.
 */
export async function openAppend(
  append: CiAppend,
  { env, cwd }: Pick<CommandContext, 'env' | 'cwd'>,
): Promise<OpenAppend> {
  const named = env[append.variable] ?? ''
  if (named === '') {
    throw new SecretsError('USAGE', `${append.variable} is not set: the system names no file for values`, {
      hint: 'is this a step of a job, with its own environment?',
    })
  }
  const path = resolve(cwd, named)
  const place = { variable: append.variable, path }
  await refuseLink(place)
  const handle = await opened(place, append.mayBeNew === true)
  try {
    const stats = await handle.stat()
    // Another name of the file could be anywhere.
    if (!stats.isFile() || stats.nlink > 1) throw unsafe(place, 'no ordinary file of its own')
    return { write: () => writeOnce(handle, append.text, place), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

interface AppendPlace {
  readonly variable: string
  readonly path: string
}

async function refuseLink(place: AppendPlace): Promise<void> {
  const stats = await lstat(place.path).catch(() => undefined)
  if (stats?.isSymbolicLink() === true) throw unsafe(place, 'a link')
  if (stats !== undefined && !stats.isFile()) throw unsafe(place, 'no ordinary file')
}

async function opened(place: AppendPlace, mayBeNew: boolean): Promise<FileHandle> {
  // Windows knows no O_NOFOLLOW: it is undefined there, which counts as 0.
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW
  try {
    return await open(place.path, mayBeNew ? flags | constants.O_CREAT : flags, 0o600)
  } catch (error) {
    throw failed(place, error)
  }
}

async function writeOnce(handle: FileHandle, text: string, place: AppendPlace): Promise<void> {
  const { size } = await handle.stat()
  const bytes = Buffer.from((await endsInLine(handle, size)) ? text : `\n${text}`, 'utf8')
  try {
    const { bytesWritten } = await handle.write(bytes)
    if (bytesWritten !== bytes.length) throw new Error('it took a part of the text only')
  } catch (error) {
    await handle.truncate(size).catch(() => undefined)
    throw failed(place, error)
  }
}

/** Who wrote before may have left a line without its end. */
async function endsInLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}

function unsafe({ variable, path }: AppendPlace, what: string): SecretsError {
  return new SecretsError('UNSAFE_PATH', `${variable} names ${what}, to which values are not written`, {
    place: { file: path },
    hint: 'the system makes this file for every step: does something set the variable?',
  })
}

function failed({ variable, path }: AppendPlace, error: unknown): SecretsError {
  const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return new SecretsError('WRITE_FAILED', `the file that ${variable} names cannot be written${why}`, {
    place: { file: path },
    hint: 'the system makes this file for every step: does something set the variable, or remove the file?',
  })
}
