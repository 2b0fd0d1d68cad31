import { join } from 'node:path'
import { allVersions } from '../../git/all-versions.ts'
import { findRepository } from '../../git/git-client.ts'
import { pathInRepository } from '../../git/revision.ts'
import type { PastVersion } from '../../project/access/past-version.ts'
import { environmentOf } from '../../project/claims.ts'
import type { Environment } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'

/**
 * All versions of the files of environments that the repository around the project holds; none where there is no repository.
 * Throws `GIT_FAILED`.
 */
export async function pastVersions(
  environments: readonly Environment[],
  { project, cwd, env }: CommandContext,
): Promise<readonly PastVersion[]> {
  const current = await project()
  const repository = await findRepository({ cwd: current.root, env })
  if (repository === undefined) return []
  const prefix = (await pathInRepository(repository.root, join(current.root, 'x'))).slice(0, -1)
  return allVersions({
    cwd: repository.root,
    env,
    targetOf: async (path) => {
      if (!path.startsWith(prefix)) return undefined
      const relative = path.slice(prefix.length)
      const environment = environmentOf(current, relative)
      if (environment === undefined || !environments.includes(environment)) return undefined
      const place = join(current.root, relative)
      return { path: place, shown: shownPath(cwd, place), relative, environment }
    },
  })
}
