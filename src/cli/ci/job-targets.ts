import { SecretsError } from '../../core/errors.ts'
import type { ReadChoice } from '../choice/read-choice.ts'
import type { CommandContext } from '../context.ts'

/**
 * The targets of a job: those that are given, else the environment that its declaration in the configuration, or the whole
 * configuration, has alone. Throws `USAGE` where there are several.
 */
export async function jobTargets(
  given: readonly string[],
  { job }: Pick<ReadChoice, 'job'>,
  context: Pick<CommandContext, 'project'>,
): Promise<readonly string[]> {
  if (given.length > 0) return given
  const { environments } = await context.project()
  const names = job?.environments ?? environments.map(({ name }) => name)
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return [only]
  throw new SecretsError('USAGE', 'for which environment is this job?', {
    hint: `name it: secrets ci ${names.length === 0 ? 'FILE' : names.join(' | ')}`,
  })
}
