import { lstat, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isInside } from '../paths.ts'

/** Where the journals of changes are. */
export interface ChangePlace {
  /** Absolute; need not exist. */
  readonly folder: string
  /** All files of its journals are below it (a real path); undefined for the user's own place, where they may be anywhere. */
  readonly base: string | undefined
}

/** In the folder of git: nothing there is ever committed, and it goes where the work tree goes. */
const IN_GIT = 'secretsrc-changes'

/** Bytes of a `.git` file, which holds one path. */
const MAX_LINK_BYTES = 8 * 1024

/**
 * Where the journal of a change of these files (real paths) may be, best first: the folder of git of the work tree that holds all
 * of them, then the user's folder for state, if it is known.
 */
export async function placesForChange(
  paths: readonly string[],
  state: string | undefined,
): Promise<readonly ChangePlace[]> {
  const [first] = paths
  const inGit = first === undefined ? undefined : await gitPlace(dirname(first))
  const fits = inGit !== undefined && paths.every((path) => isInside(inGit.base, path))
  return [...(fits ? [inGit] : []), ...statePlace(state)]
}

/** Where journals of changes below these folders (absolute) can be, each place once. */
export async function placesBelow(
  folders: readonly string[],
  state: string | undefined,
): Promise<readonly ChangePlace[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)))
  const inGit = await Promise.all(real.map(gitPlace))
  const all = [...inGit.filter((place) => place !== undefined), ...statePlace(state)]
  return [...new Map(all.map((place) => [place.folder, place])).values()]
}

function statePlace(state: string | undefined): readonly ChangePlace[] {
  return state === undefined ? [] : [{ folder: join(state, 'changes'), base: undefined }]
}

async function gitPlace(start: string): Promise<(ChangePlace & { readonly base: string }) | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = await lstat(join(folder, '.git')).catch(() => undefined)
    if (found !== undefined) {
      const git = found.isDirectory() ? join(folder, '.git') : await linkedFolder(folder)
      return git !== undefined && (await isOwn(git, start)) ? { folder: join(git, IN_GIT), base: folder } : undefined
    }
    if (dirname(folder) === folder) return undefined
  }
}

/** The folder that a `.git` file names: of another work tree, or of a submodule (`gitrepository-layout`). */
async function linkedFolder(folder: string): Promise<string | undefined> {
  const link = await readStart(join(folder, '.git')).catch(() => undefined)
  const path = /^gitdir: ([^\r\n]+)\r?\n?$/.exec(link ?? '')?.[1]
  return path === undefined ? undefined : realpath(resolve(folder, path)).catch(() => undefined)
}

async function readStart(path: string): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAX_LINK_BYTES), 0, MAX_LINK_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** A folder of git that belongs to whoever owns the files; somebody else may have put one above them (`/tmp/.git`). */
async function isOwn(git: string, files: string): Promise<boolean> {
  try {
    const start = await existing(files)
    const [folder, head, own] = await Promise.all([stat(git), lstat(join(git, 'HEAD')), stat(start)])
    return folder.isDirectory() && head.isFile() && folder.uid === own.uid
  } catch {
    return false
  }
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  return found !== undefined || dirname(folder) === folder ? folder : existing(dirname(folder))
}
