import { resolve } from 'node:path'
import { type SecretFile, secretFileOf } from '../project/secret-file.ts'
import { targetFile } from '../project/targets.ts'
import type { CommandContext } from './context.ts'

/** What is known of standard input beside its bytes. */
export interface InputFileOptions {
  /** The file that it stands for: decides the format and the environment. It need not exist. */
  readonly filename: string | undefined
  /** Name of the format. */
  readonly format: string | undefined
}

/** How messages call it when it stands for no file. */
const SHOWN = 'standard input'

/** Standard input as a secret file. Throws what `readInput` and `secretFileOf` throw. */
export async function readInputFile(context: CommandContext, options: InputFileOptions): Promise<SecretFile> {
  const { filename, format } = options
  const bytes = await context.readInput()
  const path = resolve(context.cwd, filename ?? '-')
  const target =
    filename === undefined
      ? { path, shown: SHOWN, relative: SHOWN, environment: undefined }
      : await targetFile(path, filename, { project: await context.projectIfAny() })
  return secretFileOf(target, bytes, { format })
}
