import { requires } from './claims.ts'
import { hasGlobSigns } from './glob.ts'
import type { Environment, FilePattern } from './model.ts'
import type { TargetFile } from './targets.ts'

/** A pattern of an environment that no file matches. */
export interface MissingFiles {
  readonly environment: Environment
  readonly pattern: FilePattern
  /** Whether it names one file, which should be there, and not whatever there may be. */
  readonly isFile: boolean
}

/** The globs of environments that none of `files` matches; expressions of sops name no files that should exist. */
export function missingFiles(
  environments: readonly Environment[],
  files: readonly TargetFile[],
): readonly MissingFiles[] {
  return environments.flatMap((environment) => {
    const own = files.filter((file) => requires(environment, file.relative))
    return environment.patterns
      .filter(({ kind, matches }) => kind === 'glob' && !own.some((file) => matches(file.relative)))
      .map((pattern) => ({ environment, pattern, isFile: !hasGlobSigns(pattern.text) }))
  })
}
