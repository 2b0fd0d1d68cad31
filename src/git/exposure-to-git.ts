/** Whether git would take a file that is about to be written. */
import { realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type GitOptions, tryGit } from './run-git.ts'

/** `tracked`: it is in the index; `addable`: `git add .` would take it, because no pattern ignores it. */
export type GitExposure = 'tracked' | 'addable'

/**
 * How git would take a file (absolute, need not exist, nor its folder); undefined where it would not: outside of repositories, where
 * it is ignored, and where there is no git.
 */
export async function exposureToGit(file: string, { env }: Pick<GitOptions, 'env'>): Promise<GitExposure | undefined> {
  const { folder, path } = await withoutLinks(file)
  const options = { cwd: folder, env }
  const inside = await tryGit(['rev-parse', '--is-inside-work-tree'], options).catch(() => undefined)
  if (inside?.stdout.toString('utf8').trim() !== 'true') return undefined
  const tracked = await tryGit(['ls-files', '--error-unmatch', '--', literal(path)], options)
  if (tracked.status === 0) return 'tracked'
  // 0: ignored, 1: not, 128: git cannot say, as for what lies in a submodule.
  const ignored = await tryGit(['check-ignore', '--quiet', '--no-index', '--', path], options)
  return ignored.status === 0 ? undefined : 'addable'
}

/** The nearest folder that exists, and the file below it: git refuses paths that lead through links. */
async function withoutLinks(
  file: string,
  above: string = dirname(file),
): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = await realpath(above).catch(() => undefined)
  if (folder !== undefined) return { folder, path: join(folder, relative(above, file)) }
  return dirname(above) === above ? { folder: above, path: file } : withoutLinks(file, dirname(above))
}

/** `*` in the name of a file is no pattern. */
function literal(path: string): string {
  return `:(literal)${path}`
}
