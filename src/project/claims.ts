import { SecretsError } from '../core/errors.ts'
import type { Environment, Project } from './model.ts'

/** Whether a path, relative to the root and `/`-separated, belongs to an environment. */
export function claims(environment: Environment, path: string): boolean {
  return environment.patterns.some((pattern) => pattern.matches(path))
}

/** Whether a path must be encrypted for the environment: a glob names it, not only a rule that could apply to it. */
export function requires(environment: Environment, path: string): boolean {
  return environment.patterns.some((pattern) => pattern.kind === 'glob' && pattern.matches(path))
}

/**
 * The environment that a path belongs to; undefined when none claims it. Throws `CONFIG_INVALID` when two
 * claim it and the configuration does not say that the first one wins.
 */
export function environmentOf(project: Project, path: string): Environment | undefined {
  if (project.overlap === 'first') return project.environments.find((environment) => claims(environment, path))
  const [first, second] = project.environments.filter((environment) => claims(environment, path))
  if (first !== undefined && second !== undefined) throw claimedTwice(path, first, second)
  return first
}

function claimedTwice(path: string, first: Environment, second: Environment): SecretsError {
  const both = [first, second]
  const patterns = both.map((environment) => environment.patterns.find((pattern) => pattern.matches(path)))
  const place = patterns[1]?.place
  return new SecretsError('CONFIG_INVALID', `${path} belongs to two environments: ${first.name} and ${second.name}`, {
    hint: 'narrow one of the patterns, or say "match: first" at the top of the configuration',
    ...(place === undefined ? {} : { place }),
    details: patterns.map((pattern, index) => {
      return `${both[index]?.name}: ${pattern?.text} (${pattern?.place.file}:${pattern?.place.line})`
    }),
  })
}

/** The environment of a name; undefined when there is none. */
export function environmentNamed(project: Project, name: string): Environment | undefined {
  return project.environments.find((environment) => environment.name === name)
}

/** The references of an environment's groups, as the configuration writes them. */
export function groupReferences(project: Project, environment: Environment): readonly (readonly string[])[] {
  return environment.groups.map((group) => group.map((name) => project.recipients.get(name)?.reference ?? name))
}
