import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { SecretsError } from '../core/errors.ts'

/** Whether an absolute path is `folder` or lies below it, by its text alone. */
export function isInside(folder: string, path: string): boolean {
  const rest = relative(folder, path)
  return rest === '' || !(rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest))
}

/** A path below `root` as patterns see it: relative and `/`-separated. What lies outside stays absolute. */
export function rootRelative(root: string, path: string): string {
  return (isInside(root, path) ? relative(root, path) : path).split(sep).join('/')
}

/** A path as its user would type it in `cwd`: relative where that is not a detour, with the platform's separators. */
export function shownPath(cwd: string, path: string): string {
  const rest = relative(cwd, path)
  return rest === '' || rest.startsWith(join('..', '..', '..')) ? path : rest
}

/** Where the content of a path really is. */
export interface RealPlace {
  /** Absolute path without any link in it. */
  readonly path: string
  readonly exists: boolean
}

/**
 * Follows all links of an absolute path; its last part need not exist, its folder must. With `root`, a path below it must
 * also end below it. Throws `UNSAFE_PATH` for a link that leads out of the root or nowhere, `FILE_NOT_FOUND`
 * when the folder is missing.
 */
export async function realPlace(path: string, root?: string): Promise<RealPlace> {
  const place = await followLinks(path)
  if (root === undefined || !isInside(root, path)) return place
  const realRoot = await realpath(root)
  if (isInside(realRoot, place.path)) return place
  throw new SecretsError('UNSAFE_PATH', 'the path leads out of the project through a link', {
    place: { file: path },
    hint: 'name the file that the link leads to, if you mean it',
  })
}

async function followLinks(path: string): Promise<RealPlace> {
  const real = await orUndefined(realpath(path))
  if (real !== undefined) return { path: real, exists: true }
  const entry = await orUndefined(lstat(path))
  if (entry?.isSymbolicLink()) {
    throw new SecretsError('UNSAFE_PATH', 'a link that leads nowhere', { place: { file: path } })
  }
  const folder = await orUndefined(realpath(dirname(path)))
  if (folder === undefined) {
    throw new SecretsError('FILE_NOT_FOUND', 'the folder of the file does not exist', { place: { file: path } })
  }
  return { path: join(folder, basename(path)), exists: false }
}

async function orUndefined<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  return promise.catch(() => undefined)
}
