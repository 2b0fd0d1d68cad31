import { SecretsError } from '../../core/errors.ts'
import { parsePath } from '../../core/path-syntax.ts'
import { readEntry, readTargets } from '../../project/read-entry.ts'
import type { SecretFile } from '../../project/secret-file.ts'
import { jsonValue, rawValue } from '../../project/show-value.ts'
import { resolveTargets, STANDARD_INPUT } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { DOCUMENT, INPUT_FILENAME, INPUT_FORMAT } from '../file-options.ts'
import { readInputFile } from '../input-file.ts'

/** `secrets get` */
export const command: Command = defineCommand({
  name: 'get',
  group: 'daily',
  summary: 'print one value',
  description: [
    'Prints the value to the byte, without a line break behind it: true, false, null and numbers as they are written. A map or a ' +
      'list is printed as YAML, with --json as JSON. Without a path the whole document is printed, or the content of a binary file.',
    'In an environment with several files, the one that has the entry is meant; only that one is decrypted.',
  ],
  examples: [
    { line: 'secrets get production database.password', description: 'one value of an environment' },
    { line: 'secrets get secrets/app.yaml \'hosts[0]."api.key"\'', description: 'lists, and keys with dots' },
    { line: 'secrets get --json secrets/app.yaml database', description: 'everything below database, as JSON' },
  ],
  positionals: {
    target: { arity: 'one', description: 'environment or file, or - for standard input', complete: 'target' },
    path: { arity: 'optional', description: 'path of the entry: a.b[0]', complete: 'path' },
  },
  options: {
    document: DOCUMENT,
    inputFormat: INPUT_FORMAT,
    filename: INPUT_FILENAME,
  },
  json: true,
  async run({ target, path, document, inputFormat, filename }, context) {
    const steps = parsePath(path ?? '')
    const project = await context.projectIfAny()
    const files = await readFiles({ target, format: inputFormat, filename }, context)
    const value = await readEntry(files, steps, { project, keyring: context.keyring, document })
    await context.terminal.result(context.json ? jsonValue(value) : await rawValue(value))
  },
})

interface Wanted {
  readonly target: string
  readonly format: string | undefined
  readonly filename: string | undefined
}

async function readFiles(
  { target, format, filename }: Wanted,
  context: CommandContext,
): Promise<readonly SecretFile[]> {
  if (target === STANDARD_INPUT) return [await readInputFile(context, { filename, format })]
  if (filename !== undefined) throw new SecretsError('USAGE', '--filename is for standard input alone')
  const project = await context.projectIfAny()
  return readTargets(await resolveTargets([target], { project, cwd: context.cwd }), { project, format })
}
