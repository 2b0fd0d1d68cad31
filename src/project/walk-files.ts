import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { isInside, rootRelative } from './paths.ts'
import { systemCode, systemReason } from './system-errors.ts'

/** Folders that hold no secret files of a project: git's own, and the packages of others. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules'])

/** What to walk. */
export interface WalkOptions {
  /** Absolute folder that paths are relative to. */
  readonly root: string
  /** Absolute folder that no link below it may lead out of. */
  readonly boundary: string | undefined
  /** Where to begin, relative to the root and `/`-separated; '' = the root. */
  readonly folder: string
  /** Whether a path, relative to the root and `/`-separated, is wanted. */
  readonly wanted: (path: string) => boolean
}

/**
 * The wanted files below a folder: paths relative to the root, `/`-separated, sorted. Folders that are links are not
 * entered, nor `.git`, `node_modules` and other git repositories inside. A link to a file counts as a file; a link to
 * another wanted file is left out. Throws `UNSAFE_PATH` for a wanted link that leads out of the root or nowhere,
 * `READ_FAILED` for a folder that cannot be listed.
 */
export async function walkFiles(options: WalkOptions): Promise<readonly string[]> {
  const found: string[] = []
  const folders = SKIPPED_FOLDERS.has(options.folder.split('/').at(-1) ?? '') ? [] : [options.folder]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await list(options.root, folder)
    if (folder !== '' && folder !== options.folder && entries.some((entry) => entry.name === '.git')) continue
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) folders.push(path)
      else if (await isWanted(entry, path, options)) found.push(path)
    }
  }
  return found.sort()
}

async function list(root: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return []
    throw new SecretsError('READ_FAILED', `the folder cannot be listed: ${systemReason(error)}`, {
      place: { file: join(root, folder) },
      cause: error,
    })
  }
}

async function isWanted(entry: Dirent, path: string, options: WalkOptions): Promise<boolean> {
  const { root, wanted, boundary } = options
  if (entry.isFile()) return wanted(path)
  if (!entry.isSymbolicLink() || !wanted(path)) return false
  const file = join(root, path)
  const real = await realpath(file).catch(() => undefined)
  if (real === undefined) throw unsafe(file, 'a link that leads nowhere')
  if ((await stat(real)).isDirectory()) return false
  if (boundary !== undefined && isInside(boundary, file) && !isInside(await realpath(boundary), real))
    throw unsafe(file, 'a link that leads out of the project')
  return !wanted(rootRelative(await realpath(root), real))
}

function unsafe(file: string, message: string): SecretsError {
  return new SecretsError('UNSAFE_PATH', message, {
    place: { file },
    hint: 'remove the link, or narrow the pattern that names it',
  })
}
