/** Which environment a file belonged to: the configurations of all commits, since files move and configurations follow. */
import { join, posix } from 'node:path'
import { isSecretsError } from '../core/errors.ts'
import { claims } from '../project/claims.ts'
import type { Environment } from '../project/model.ts'
import { readConfigNamed } from '../project/read-config-named.ts'
import { committedFiles } from './changed-files.ts'
import type { GitObjects } from './git-objects.ts'
import type { GitOptions } from './run-git.ts'

/** What looking for former configurations needs. */
export interface PastClaimsOptions {
  /** `cwd` is the top of the work tree. */
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  /** For `git rev-list`. */
  readonly revisions: readonly string[]
}

const CONFIG_NAMES: ReadonlySet<string> = new Set(['.secretsrc', '.sops.yaml'])

/**
 * Finds the environment that the latest configuration of any commit gives a path (relative to the top, `/`-separated), the nearest
 * folder first; undefined for what none ever claimed. Configurations that cannot be read claim nothing. Throws `GIT_FAILED`.
 */
export async function pastClaims(options: PastClaimsOptions): Promise<(path: string) => Environment | undefined> {
  const { git, objects, revisions } = options
  const stored = await committedFiles(
    revisions,
    git,
    [...CONFIG_NAMES].map((name) => `:(top,glob)**/${name}`),
  )
  const found: { readonly folder: string; readonly environments: readonly Environment[] }[] = []
  for (const { path, object } of stored.toReversed()) {
    const content = await objects.readFirst([object])
    if (!CONFIG_NAMES.has(posix.basename(path)) || content === undefined) continue
    const project = await readConfigNamed(content, join(git.cwd, path)).catch(nothingOf)
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (project !== undefined) found.push({ folder, environments: project.environments })
  }
  found.sort((a, b) => b.folder.length - a.folder.length)
  return (path) => {
    for (const { folder, environments } of found) {
      if (!path.startsWith(folder)) continue
      const claiming = environments.find((environment) => claims(environment, path.slice(folder.length)))
      if (claiming !== undefined) return claiming
    }
    return undefined
  }
}

function nothingOf(error: unknown): undefined {
  if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
  return undefined
}
