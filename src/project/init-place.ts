import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { SECRETSRC_NAME } from './find-project.ts'

/** The path of a new configuration: at the root of the git repository around `cwd`, or in `cwd` where there is none. */
export async function newConfigFile(cwd: string): Promise<string> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return join(folder, SECRETSRC_NAME)
    if (dirname(folder) === folder) return join(cwd, SECRETSRC_NAME)
  }
}

/** Throws `ALREADY_EXISTS` when there is something at `file`; `shown` is the path for the message. */
export async function refuseExisting(file: string, shown: string): Promise<void> {
  if (!(await exists(file))) return
  throw new SecretsError('ALREADY_EXISTS', 'there is a configuration already, and it was not touched', {
    place: { file: shown },
    hint: 'edit it to add recipients, environments or files; "secrets status" says what is still to be done',
  })
}

/** Whether anything is at a path. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
