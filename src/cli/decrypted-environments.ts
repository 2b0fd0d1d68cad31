import { SecretsError } from '../core/errors.ts'
import { requireWorkTree } from '../git/repository.ts'
import type { SwitchOptions } from '../git/switch-checkout.ts'
import { environmentNamed } from '../project/claims.ts'
import type { Environment, Project } from '../project/model.ts'
import { unknownTarget } from '../project/unknown-target.ts'
import type { CommandContext } from './context.ts'

/**
 * What `lock` and `unlock` work on: the named environments, or all that are checked out decrypted. Throws
 * `UNKNOWN_TARGET`, `USAGE` for one that is checked out encrypted, `GIT_FAILED` outside of a work tree.
 */
export async function decryptedEnvironments(names: readonly string[], context: CommandContext): Promise<SwitchOptions> {
  const { cwd, env } = context
  const project = await context.project()
  const top = await requireWorkTree({ cwd, env })
  return { cwd: top, env, project, environments: await choose(names, project, cwd) }
}

async function choose(names: readonly string[], project: Project, cwd: string): Promise<readonly Environment[]> {
  const all = project.environments.filter(({ checkout }) => checkout === 'decrypted')
  if (names.length === 0 && all.length === 0) {
    throw new SecretsError('USAGE', 'no environment is checked out decrypted', {
      hint: 'write "checkout: decrypted" to one in .secretsrc',
    })
  }
  if (names.length === 0) return all
  return Promise.all(names.map((name) => named(name, project, cwd)))
}

async function named(name: string, project: Project, cwd: string): Promise<Environment> {
  const environment = environmentNamed(project, name)
  if (environment === undefined) throw await unknownTarget(name, { project, cwd })
  if (environment.checkout === 'decrypted') return environment
  throw new SecretsError('USAGE', `environment ${name} is checked out encrypted, always`, {
    hint: `write "checkout: decrypted" to it in .secretsrc, or read it with "secrets decrypt ${name}"`,
    place: environment.place,
  })
}
