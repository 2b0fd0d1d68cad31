import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { closest } from '../core/similar-names.ts'
import { findFiles } from './find-files.ts'
import type { Project } from './model.ts'
import { shownPath } from './paths.ts'

/** Where names that were meant may be found. */
export interface NearbyOptions {
  readonly project: Project | undefined
  readonly cwd: string
}

/** The error for a target that is nothing, with the environment or file that was probably meant. */
export async function unknownTarget(target: string, options: NearbyOptions): Promise<SecretsError> {
  const near = closest(target.replace(/^\.\//, ''), await candidates(target, options))
  const what = options.project === undefined ? 'no file' : 'no environment, file or glob that matches'
  return new SecretsError('UNKNOWN_TARGET', `${what}: ${target === '' ? '(empty)' : target}`, {
    hint: near === undefined ? generalHint(options.project) : `did you mean "${near}"?`,
  })
}

function generalHint(project: Project | undefined): string {
  const names = project?.environments.map((environment) => environment.name) ?? []
  if (project === undefined) return 'there is no configuration here: run "secrets init" to name environments'
  return names.length === 0 ? 'there are no environments yet' : `environments are ${names.join(', ')}`
}

async function candidates(target: string, { project, cwd }: NearbyOptions): Promise<readonly string[]> {
  const environments = project?.environments.map((environment) => environment.name) ?? []
  // A suggestion is a courtesy: what prevents it is not the error to report.
  const files = project === undefined ? [] : await findFiles(project).catch(() => [])
  const folder = dirname(resolve(cwd, target))
  const siblings = await readdir(folder).catch(() => [])
  return [
    ...environments,
    ...files.map((file) => shownPath(cwd, file.path)),
    ...siblings.map((name) => shownPath(cwd, join(folder, name))),
  ]
}
