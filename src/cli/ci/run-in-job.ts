import { childEnvironment, type GivenVariable } from '../../pipeline/child-environment.ts'
import { findProgram } from '../../pipeline/find-program.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import type { CommandContext } from '../context.ts'
import { fileSecrets } from '../redaction/file-secrets.ts'
import { runToEnd } from '../run/run-to-end.ts'

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

/** Runs a command as `secrets run --redact` does, and gives its status. */
export async function runInJob(
  { name, path, args }: JobCommand,
  { variables, files }: { readonly variables: readonly GivenVariable[]; readonly files: readonly DecryptedFile[] },
  context: CommandContext,
): Promise<number> {
  const { env, cwd, platform, terminal } = context
  const { SecretIndex } = await import('../../pipeline/redaction/redactor.ts')
  const { masked, left } = fileSecrets(files)
  if (left.length > 0) terminal.note(`not masked in the output: ${left.join(', ')}`)
  const own = childEnvironment(env, variables, { platform })
  return runToEnd({ command: name, path, args, cwd, platform, env: own.env }, new SecretIndex(masked), context)
}
