import { attributesState } from '../../git/attributes.ts'
import { driverProblems, type InstallationProblem } from '../../git/installation-problems.ts'
import type { Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'
import { type KeptAttributes, keepAttributes, workTreeOf } from './keep-attributes.ts'

/** What a command finds out about git beside its own work. */
export interface GitState {
  readonly attributes: KeptAttributes
  /** What keeps git from encrypting where the repository counts on it. */
  readonly problems: readonly InstallationProblem[]
}

const NOTHING: GitState = { attributes: { written: undefined, failed: undefined }, problems: [] }

/** Looks at git's settings, and keeps our lines of `.gitattributes`. Outside of a work tree there is nothing to find. */
export async function lookAtGit(context: CommandContext): Promise<GitState> {
  const project = await context.projectIfAny()
  const top = project === undefined ? undefined : await workTreeOf(project, context.env)
  if (project === undefined || top === undefined) return NOTHING
  return { attributes: await keepAttributes(project, context), problems: await missingHere(project, top, context) }
}

/**
 * What `install` would have to do in this clone, if its repository counts on git to encrypt: others ran `install` in it, or
 * it has decrypted work trees. Throws `GIT_FAILED`.
 */
export async function missingHere(
  project: Project,
  top: string,
  { env }: Pick<CommandContext, 'env'>,
): Promise<readonly InstallationProblem[]> {
  const decrypted = project.environments.some(({ checkout }) => checkout === 'decrypted')
  const counts = decrypted || (await attributesState(project, top)).state !== 'missing'
  return counts ? driverProblems({ cwd: top, env }) : []
}

/** Says on standard error what was found. */
export function tellOfGit({ attributes, problems }: GitState, { terminal, cwd }: CommandContext): void {
  const { written, failed } = attributes
  if (written !== undefined) {
    terminal.note(`brought ${shownPath(cwd, written)} in line with the configuration: commit it`)
  }
  if (failed !== undefined) {
    terminal.warn(`${shownPath(cwd, failed.file)} does not name the files of all environments: ${failed.reason}`)
  }
  for (const { problem, hint } of problems) terminal.warn(problem, hint)
}

/** The same for programs. */
export function gitJson({ attributes: { written, failed }, problems }: GitState): unknown {
  const attributes = written !== undefined ? 'written' : failed === undefined ? 'current' : 'stale'
  return { attributes, problems }
}
