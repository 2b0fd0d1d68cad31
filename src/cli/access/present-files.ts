import type { PastVersion } from '../../project/access/past-version.ts'
import { readTargets } from '../../project/read-entry.ts'
import { readSecretFile, type SecretFile } from '../../project/secret-file.ts'
import { environmentFiles } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'

/**
 * The files of now: those of all environments, and those of `versions` that are still there, although no environment claims them any more.
 * Throws what reading files throws.
 */
export async function presentFiles(
  versions: readonly PastVersion[],
  context: CommandContext,
): Promise<readonly SecretFile[]> {
  const project = await context.project()
  const options = { project, stored: findStored(context) }
  const claimed = await environmentFiles(project, context.cwd)
  const known = new Set(claimed.map(({ path }) => path))
  const others = new Map(versions.map(({ file }) => [file.target.path, file.target]))
  const left = [...others.values()].filter(({ path }) => !known.has(path))
  const unclaimed = await Promise.all(left.map((target) => readSecretFile(target, options).catch(() => undefined)))
  const encrypted = unclaimed.flatMap((file) => (file?.sealed === undefined ? [] : [file]))
  return [...(await readTargets(claimed, options)), ...encrypted]
}
