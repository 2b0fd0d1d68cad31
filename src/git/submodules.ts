/** Submodules: repositories of their own, which git's configuration of the one around them does not reach. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** The absolute paths of all submodules that are checked out, those of submodules too. `cwd` is a top. Throws `GIT_FAILED`. */
export async function checkedOutSubmodules(git: GitOptions): Promise<readonly string[]> {
  const listed = nulSeparated(await runGit(['ls-files', '-z', '--stage'], git))
  const found: string[] = []
  for (const line of listed) {
    const [, name = ''] = /^160000 [0-9a-f]+ \d\t(.*)$/su.exec(line) ?? []
    const folder = join(git.cwd, name)
    if (name === '' || !(await isCheckedOut(folder))) continue
    // Git's variables name the repository around it.
    found.push(folder, ...(await checkedOutSubmodules({ cwd: folder, env: withoutPlace(git.env) })))
  }
  return found
}

/** An environment in which git finds its repository by the folder alone. */
export function withoutPlace(env: GitOptions['env']): GitOptions['env'] {
  const kept = Object.entries(env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX)$/.test(name))
  return Object.fromEntries(kept)
}

async function isCheckedOut(folder: string): Promise<boolean> {
  return stat(join(folder, '.git')).then(
    () => true,
    () => false,
  )
}
