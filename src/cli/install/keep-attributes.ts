import { isSecretsError } from '../../core/errors.ts'
import { attributesState } from '../../git/attributes.ts'
import { findRepository } from '../../git/repository.ts'
import type { FileChange } from '../../project/file-change.ts'
import type { Project } from '../../project/model.ts'
import { writeFiles } from '../../project/write-files.ts'
import type { CommandContext } from '../context.ts'

/**
 * What makes our lines of `.gitattributes` follow the configuration. Undefined where they do, and where there are none: only
 * `install` begins that. Throws what `attributesState` throws.
 */
export async function attributesChange(
  project: Project,
  { env }: Pick<CommandContext, 'env'>,
): Promise<FileChange | undefined> {
  const top = await workTreeOf(project, env)
  if (top === undefined) return undefined
  const { state, change } = await attributesState(project, top)
  return state === 'stale' ? change : undefined
}

/** How our lines were found. */
export interface KeptAttributes {
  /** Absolute path of a `.gitattributes` that was written. */
  readonly written: string | undefined
  /** Absolute path of one that should have been, and why it was not. */
  readonly failed: { readonly file: string; readonly reason: string } | undefined
}

/** Writes `attributesChange`. A work tree that cannot be written to is told, and no error. */
export async function keepAttributes(project: Project, context: CommandContext): Promise<KeptAttributes> {
  const change = await attributesChange(project, context)
  if (change === undefined) return { written: undefined, failed: undefined }
  try {
    await writeFiles([change], { root: project.root, signal: context.signal })
    return { written: change.path, failed: undefined }
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return { written: undefined, failed: { file: change.path, reason: error.message } }
  }
}

/** Undefined outside of a work tree, and without git. */
export async function workTreeOf(project: Project, env: CommandContext['env']): Promise<string | undefined> {
  const found = await findRepository({ cwd: project.root, env }).catch(() => undefined)
  return found?.top
}
