import { findRepository } from '../git/repository.ts'
import { pathInRepository } from '../git/revision.ts'
import { lastSealChanges } from '../git/sealed-history.ts'
import type { FileStatus } from '../project/file-status.ts'
import type { CommandContext } from './context.ts'

/**
 * Of files without a seal that had one: the commit that had it last or took it, by absolute path. Empty outside of a repository.
 * Throws `GIT_FAILED`.
 */
export async function lostSeals(
  files: readonly FileStatus[],
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
): Promise<ReadonlyMap<string, string>> {
  const missing = files.filter(({ seal }) => seal === 'missing')
  const repository = missing.length === 0 ? undefined : await findRepository({ cwd, env }).catch(() => undefined)
  const top = repository?.top
  if (top === undefined) return new Map()
  const paths = await Promise.all(missing.map(({ target }) => pathInRepository(top, target.path)))
  const inside = paths.filter((path) => !path.startsWith('../'))
  const commits = await lastSealChanges(inside, { cwd: top, env })
  return new Map(
    missing.flatMap(({ target }, index): [string, string][] => {
      const commit = commits.get(paths[index] ?? '')
      return commit === undefined ? [] : [[target.path, commit]]
    }),
  )
}
