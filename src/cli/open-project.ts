import { SecretsError } from '../core/errors.ts'
import type { Project } from '../project/model.ts'
import type { Environment } from './environment.ts'

/** The configuration that a command line means; undefined where there is none. Throws CONFIG_NOT_FOUND for one that is named and missing, CONFIG_INVALID. */
export async function findProject(_environment: Environment, config: string | undefined): Promise<Project | undefined> {
  if (config !== undefined) throw new SecretsError('CONFIG_NOT_FOUND', 'configurations cannot be read yet')
  return undefined
}
