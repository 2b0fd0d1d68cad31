import { installHooks, missingHooks } from '../../git/hooks.ts'
import { driverProblems } from '../../git/installation-problems.ts'
import { configValues, DRIVER } from '../../git/local-config.ts'
import type { Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'
import { keepAttributes, workTreeOf } from '../install/keep-attributes.ts'
import { setUpDrivers } from '../install/set-up-git.ts'
import { programPaths } from '../program-paths.ts'

/**
 * Mends what `install` did before: the paths of Node and of secrets in git's configuration and in our hooks, and our lines of
 * `.gitattributes`. Begins nothing that was not there. Gives what it did, a line each. Throws as `install`.
 */
export async function fixGit(project: Project, context: CommandContext): Promise<readonly string[]> {
  const top = await workTreeOf(project, context.env)
  if (top === undefined) return []
  const git = { cwd: top, env: context.env }
  const done: string[] = []
  const { written } = await keepAttributes(project, context)
  if (written !== undefined) done.push(`brought ${shownPath(context.cwd, written)} in line with the configuration`)
  const isLocal = (await configValues(`filter.${DRIVER}.process`, git, 'local')).length > 0
  const isGlobal = (await configValues(`filter.${DRIVER}.process`, git, 'global')).length > 0
  if ((await driverProblems(git)).length > 0 && (isLocal || isGlobal)) {
    const keys = await setUpDrivers(isLocal ? 'local' : 'global', git)
    if (keys.length > 0) done.push(`git starts the programs that run now: ${keys.join(', ')}`)
  }
  if (!isLocal || (await missingHooks({ top, git })).length > 1) return done
  const hooks = await installHooks({ top, git }, programPaths())
  const changed = hooks.filter(({ state }) => state === 'written' || state === 'shared').map(({ name }) => name)
  return changed.length === 0 ? done : [...done, `${changed.join(' and ')} start them too`]
}
