import { SecretsError } from '../core/errors.ts'
import type { Environment, Project } from './model.ts'
import { type NewEnvironment, secretsrcText } from './secretsrc-text.ts'

/**
 * The text of a `.secretsrc` that says what a `.sops.yaml` says: each creation rule is an environment whose files are the
 * rule's expression, and the first one that matches has a file. Throws `NO_RECIPIENTS` for a rule without keys,
 * which `.secretsrc` has no way to say.
 */
export function convertSopsConfig(project: Project): string {
  return secretsrcText({
    recipients: [...project.recipients.values()],
    environments: project.environments.map(convertEnvironment),
    firstMatch: true,
  })
}

function convertEnvironment(environment: Environment): NewEnvironment {
  const { groups, patterns, place, name } = environment
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    throw new SecretsError('NO_RECIPIENTS', `the creation rule of ${name} has keys for nobody, or an empty key group`, {
      place,
      hint: 'give it keys or remove it, then convert again',
    })
  }
  return { ...environment, files: patterns.map((pattern) => ({ regex: pattern.text })) }
}
