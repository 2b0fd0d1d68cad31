import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { isProtectedKeyFile } from '../keys/age/key-file.ts'

/** A key file as the user names it, and the folder that it is relative to. */
export interface KeyFilePlace {
  readonly file: string
  readonly cwd: string
}

/** Only the owner may read keys, or list their folder. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** Writes a key file that did not exist. Throws ALREADY_EXISTS (a link counts), WRITE_FAILED. */
export async function writeNewKeyFile(place: KeyFilePlace, entry: string): Promise<void> {
  await withFile(place, 'wx', (handle) => writeDurably(handle, entry))
}

/** Adds to a key file, which is made when it is missing. Throws WRITE_FAILED; nothing is lost then. */
export async function addToKeyFile(place: KeyFilePlace, entry: string): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT
  await withFile(place, flags, async (handle) => {
    const content = await handle.readFile()
    if (isProtectedKeyFile(content))
      throw new SecretsError('ALREADY_EXISTS', 'the key file is protected by a passphrase and cannot be added to', {
        place: { file: place.file },
        hint: 'name a file of its own with --output',
      })
    const apart = content.length > 0 && content.at(-1) !== 0x0a ? '\n' : ''
    await writeDurably(handle, apart + entry)
  })
}

async function withFile(
  place: KeyFilePlace,
  flags: string | number,
  action: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    const path = resolve(place.cwd, place.file)
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    const handle = await open(path, flags, FILE_MODE)
    try {
      await action(handle)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw writeError(place.file, error)
  }
}

async function writeDurably(handle: FileHandle, text: string): Promise<void> {
  await handle.chmod(FILE_MODE)
  await handle.appendFile(text)
  await handle.sync()
}

function writeError(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SecretsError || !('code' in error)) return error
  if (error.code === 'EEXIST')
    return new SecretsError('ALREADY_EXISTS', 'the file exists, and a key is never overwritten', {
      place: { file },
      hint: 'name another file, or leave out --output to add to the default key file',
    })
  return new SecretsError('WRITE_FAILED', `the key cannot be written (${String(error.code)})`, {
    place: { file },
    hint: 'name a file that you may write with --output',
  })
}
