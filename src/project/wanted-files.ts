/** Targets as a question about files that need not be on the disk: those that git holds. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { environmentNamed } from './claims.ts'
import { type Glob, hasGlobSigns, parseGlob } from './glob.ts'
import { isInside, rootRelative } from './paths.ts'
import type { TargetFile, TargetOptions } from './targets.ts'
import { unknownTarget } from './unknown-target.ts'

/** Whether a file is meant. */
export type IsWanted = (file: TargetFile) => boolean

/**
 * Whether a file is one of those that targets stand for: environments, files, folders, globs; undefined without targets. Throws
 * `UNKNOWN_TARGET` for what is neither an environment nor on the disk, unless `tracked` (absolute paths) has it.
 */
export async function wantedFiles(
  targets: readonly string[],
  options: Pick<TargetOptions, 'project' | 'cwd'>,
  tracked: () => Promise<readonly string[]>,
): Promise<IsWanted | undefined> {
  if (targets.length === 0) return undefined
  const questions = await Promise.all(targets.map((target) => question(target, options, tracked)))
  return (file) => questions.some((isWanted) => isWanted(file))
}

async function question(
  target: string,
  options: Pick<TargetOptions, 'project' | 'cwd'>,
  tracked: () => Promise<readonly string[]>,
): Promise<IsWanted> {
  const { project, cwd } = options
  if (project !== undefined && environmentNamed(project, target) !== undefined) {
    return ({ environment }) => environment?.name === target
  }
  const path = resolve(cwd, target)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere && hasGlobSigns(target)) {
    const { matches } = globOf(target)
    return (file) => matches(rootRelative(cwd, file.path))
  }
  const isNamed: IsWanted = (file) => isInside(path, file.path)
  if (!isThere && !(await tracked()).some((known) => isInside(path, known))) throw await unknownTarget(target, options)
  return isNamed
}

function globOf(target: string): Glob {
  try {
    return parseGlob(target.replace(/^\.\//, ''))
  } catch (error) {
    throw new SecretsError('USAGE', `${target} is no pattern: ${error instanceof Error ? error.message : ''}`)
  }
}
