/** The work trees of one clone, which share its configuration and its hooks. */
import { realpath } from 'node:fs/promises'
import { type GitOptions, runGit } from './run-git.ts'

/** Absolute paths of the work trees beside the one at `cwd` that are there. Throws `GIT_FAILED`. */
export async function otherWorkTrees(git: GitOptions): Promise<readonly string[]> {
  const output = (await runGit(['worktree', 'list', '--porcelain'], git)).toString('utf8')
  const paths = output.split('\n\n').flatMap((entry) => {
    const path = /^worktree (.*)$/m.exec(entry)?.[1]
    return path === undefined || /^bare$/m.test(entry) ? [] : [path]
  })
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  const here = await realpath(git.cwd)
  return real.flatMap((path) => (path === undefined || path === here ? [] : [path]))
}
