import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { isInside } from './paths.ts'

/**
 * The path by which a file lies below the root, also when it was named through a link to a folder above (`/tmp` of macOS);
 * the path itself where it lies elsewhere.
 */
export async function pathInProject(root: string, path: string): Promise<string> {
  if (isInside(root, path)) return path
  const [realRoot, folder] = await Promise.all([real(root), real(dirname(path))])
  const candidate = join(folder, basename(path))
  return isInside(realRoot, candidate) ? join(root, relative(realRoot, candidate)) : path
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}
