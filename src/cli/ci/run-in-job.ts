import type { GivenVariable } from '../../pipeline/child-environment.ts'
import type { ChosenEntries } from '../../pipeline/choice/choice.ts'
import { findProgram } from '../../pipeline/find-program.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import type { CommandContext } from '../context.ts'
import { fileSecrets } from '../redaction/file-secrets.ts'
import { runWithValues } from '../run/run-with-values.ts'

/** A command of a job, found before anything is decrypted. */
export interface JobCommand {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

/** The command behind `--`; undefined without one. Throws `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`. */
export async function jobCommand(
  [name, ...args]: readonly string[],
  { env, cwd, platform }: Pick<CommandContext, 'env' | 'cwd' | 'platform'>,
): Promise<JobCommand | undefined> {
  if (name === undefined) return undefined
  return { name, path: await findProgram(name, { env, cwd, platform }), args }
}

/** What a command of a job is given. */
export interface JobValues {
  readonly files: readonly DecryptedFile[]
  readonly chosen: ChosenEntries
  readonly more: readonly GivenVariable[]
}

/** Runs a command as `secrets run --redact` does, and gives its status. */
export async function runInJob(
  { name, path, args }: JobCommand,
  { files, chosen, more }: JobValues,
  context: CommandContext,
): Promise<number> {
  const { cwd, platform, terminal } = context
  const { SecretIndex } = await import('../../pipeline/redaction/redactor.ts')
  const { masked, left } = fileSecrets(files)
  if (left.length > 0) terminal.note(`not masked in the output: ${left.join(', ')}`)
  const given = { files, chosen, more, index: new SecretIndex(masked), options: {} }
  return runWithValues({ command: name, path, args, cwd, platform }, given, context)
}
