import { type ChildEnvironmentOptions, childEnvironment, type GivenVariable } from '../../pipeline/child-environment.ts'
import type { ChosenEntries } from '../../pipeline/choice/choice.ts'
import { valueText } from '../../pipeline/choice/value-text.ts'
import type { SecretIndex } from '../../pipeline/redaction/redactor.ts'
import type { ProgramStart } from '../../pipeline/run-program.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import type { CommandContext } from '../context.ts'
import { openingCredentials } from './opening-credentials.ts'
import { listed, passedText } from './report-passed.ts'
import { runToEnd } from './run-to-end.ts'
import { withPaths, writeValueFiles } from './value-files.ts'

/** What a command is started with beside itself. */
export interface GivenValues {
  readonly files: readonly DecryptedFile[]
  readonly chosen: ChosenEntries
  /** Variables beside those of the files. */
  readonly more?: readonly GivenVariable[]
  readonly index: SecretIndex | undefined
  readonly options: Pick<ChildEnvironmentOptions, 'keep' | 'keepKeys' | 'keepExisting' | 'cleanEnv'>
}

/** Runs a command to its end with its values, says what it was given, and gives its status. */
export async function runWithValues(
  start: Omit<ProgramStart, 'env'>,
  { files, chosen, more = [], index, options }: GivenValues,
  context: CommandContext,
): Promise<number> {
  const { terminal, platform } = context
  const credentials = await openingCredentials(files, context)
  const written = await writeValueFiles(chosen.entries, context)
  try {
    const variables = chosen.entries.map(({ name, value }) => ({
      name,
      text: written.paths.get(name) ?? valueText(value),
    }))
    const made = childEnvironment(context.env, [...variables, ...more], { ...options, platform, credentials })
    if (made.takenOut.length > 0)
      terminal.note(`not passed on, because it opens secret files: ${listed(made.takenOut)}`)
    const args = withPaths(start.args, written.paths)
    const status = await runToEnd({ ...start, args, env: made.env }, index, context)
    terminal.note(passedText(start.command, chosen, new Set(made.leftAsSet)))
    return status
  } finally {
    await written.remove()
  }
}
