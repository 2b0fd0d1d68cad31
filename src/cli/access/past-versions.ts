import { join } from 'node:path'
import { ALL_COMMITS, allVersions, isShallow } from '../../git/all-versions.ts'
import { GitObjects } from '../../git/git-objects.ts'
import { pastClaims } from '../../git/past-claims.ts'
import { findRepository } from '../../git/repository.ts'
import { pathInRepository } from '../../git/revision.ts'
import type { GitOptions } from '../../git/run-git.ts'
import type { PastVersion } from '../../project/access/past-version.ts'
import { environmentOf } from '../../project/claims.ts'
import type { Environment, Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'

/**
 * All versions of the files of environments that the repository around the project holds; none where there is no repository. A file that
 * no environment claims any more belongs to the one that claimed it last; where all environments are meant, also to one that is gone.
 * Warns where the clone is shallow. Throws `GIT_FAILED`.
 */
export async function pastVersions(
  environments: readonly Environment[],
  context: CommandContext,
): Promise<readonly PastVersion[]> {
  const { cwd, env } = context
  const current = await context.project()
  const top = (await findRepository({ cwd: current.root, env }))?.top
  if (top === undefined) return []
  const git = { cwd: top, env }
  if (await isShallow(git)) warnOfShallow(context)
  const prefix = (await pathInRepository(top, join(current.root, 'x'))).slice(0, -1)
  const formerly = await formerClaims(git, context)
  return allVersions({
    ...git,
    targetOf: async (path) => {
      if (!path.startsWith(prefix)) return undefined
      const relative = path.slice(prefix.length)
      const environment = environmentOf(current, relative) ?? formerly(path)
      if (environment === undefined || !isMeant(environment, environments, current)) return undefined
      const place = join(current.root, relative)
      return { path: place, shown: shownPath(cwd, place), relative, environment }
    },
  })
}

async function formerClaims(
  git: GitOptions,
  { onExit }: CommandContext,
): Promise<(path: string) => Environment | undefined> {
  const objects = new GitObjects(git)
  onExit(() => objects.close())
  return pastClaims({ git, objects, revisions: [ALL_COMMITS] })
}

function isMeant({ name }: Environment, meant: readonly Environment[], { environments }: Project): boolean {
  if (meant.some((environment) => environment.name === name)) return true
  return meant.length === environments.length && !environments.some((environment) => environment.name === name)
}

function warnOfShallow({ terminal }: CommandContext): void {
  terminal.warn('this clone is shallow, so that older commits are not looked at', 'git fetch --unshallow')
}
