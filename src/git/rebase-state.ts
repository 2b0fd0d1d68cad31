/** Whether git is in the middle of a rebase. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type GitOptions, runGit } from './run-git.ts'

/**
 * Whether a rebase of this work tree has begun and not ended. `REBASE_HEAD` alone says nothing: git leaves it behind
 * when a rebase that stopped at a conflict is done. Throws `GIT_FAILED`.
 */
export async function isRebasing(git: GitOptions): Promise<boolean> {
  const output = await runGit(['rev-parse', '--git-path', 'rebase-merge', '--git-path', 'rebase-apply'], git)
  const folders = output.toString('utf8').trimEnd().split(/\r?\n/)
  const found = await Promise.all(
    folders.map((folder) =>
      access(resolve(git.cwd, folder)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
