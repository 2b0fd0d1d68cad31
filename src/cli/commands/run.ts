import { childEnvironment } from '../../pipeline/child-environment.ts'
import { valueText } from '../../pipeline/choice/value-text.ts'
import { isInPipeline } from '../../pipeline/ci/detect-system.ts'
import { findProgram } from '../../pipeline/find-program.ts'
import type { SecretIndex } from '../../pipeline/redaction/redactor.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import { choiceOptions } from '../choice/choice-options.ts'
import { chosenEntries, openChosen } from '../choice/chosen-entries.ts'
import { readChoice } from '../choice/read-choice.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { fileSecrets } from '../redaction/file-secrets.ts'
import { runToEnd } from '../run/run-to-end.ts'

/** `secrets run` */
export const command: Command = defineCommand({
  name: 'run',
  group: 'pipeline',
  summary: 'run a command with values as environment variables',
  description: [
    'Starts a command, without a shell, with the values of all files of the targets in its environment, and ends as it ends: same ' +
      'status, 128 and its number for a signal. Signals are passed on. Nothing is written to the disk.',
    'A variable is called by its path, keys and list indices joined by _: database_password, HOSTS_0. What is no name of a ' +
      'variable, and two entries of one name, are errors. null is an empty text, quotes around values of dotenv files are taken off. Binary files are no variables. Names that ' +
      'change what programs do (PATH, LD_PRELOAD, NODE_OPTIONS, …) have to be allowed.',
    'In a CI system, what the command prints has its values masked, in whatever form; elsewhere with --redact. Standard error then ' +
      'says how often which name was masked. A terminal is given to the command as it is.',
    'The command does not get the keys that you have: SECRETS_*KEY*, SOPS_* and whatever holds an age secret key are taken out of ' +
      'its environment. A key file that it may read is not hidden from it.',
  ],
  examples: [
    { line: 'secrets run production -- node server.js', description: 'a server with the values of an environment' },
    { line: 'secrets run --upper-case staging -- ./deploy.sh', description: 'database.url as DATABASE_URL' },
    { line: 'secrets run --only database staging -- psql', description: 'nothing but what is below database' },
    { line: 'secrets run .env.local -- sh -c \'echo "$API_URL"\'', description: 'a shell, where one is needed' },
  ],
  positionals: { targets: { arity: 'some', description: 'environments, files or globs', complete: 'target' } },
  options: {
    ...choiceOptions,
    keepExisting: { type: 'boolean', description: 'leave variables that are set already as they are' },
    cleanEnv: {
      type: 'boolean',
      description: 'pass nothing else on but PATH, HOME and such',
      conflicts: ['keepExisting'],
    },
    redact: {
      type: 'boolean',
      description: 'mask the values in what the command prints; the default in CI',
      conflicts: ['noRedact'],
    },
    noRedact: { type: 'boolean', description: 'pass on what the command prints as it is' },
    keepKeys: { type: 'boolean', description: 'leave keys that open secret files in the environment' },
  },
  rest: { name: 'COMMAND', description: 'the command and its arguments', required: true },
  async run(args, context) {
    const [name = '', ...rest] = args.rest
    const { cwd, platform, env } = context
    const path = await findProgram(name, { env, cwd, platform })
    const choice = await readChoice(args, context)
    const files = await openChosen(args.targets, choice, context)
    const { entries } = chosenEntries(choice, files, { naming: 'variables' }, context)
    const variables = entries.map((entry) => ({ name: entry.name, text: valueText(entry.value) }))
    const start = { command: name, path, args: rest, cwd, platform }
    const index = await secretIndex(files, args, context)
    return runToEnd({ ...start, env: childEnvironment(env, variables, { ...args, platform }) }, index, context)
  },
})

/** What to mask in the output: in pipelines unless that is declined, elsewhere only when it is asked for. */
async function secretIndex(
  files: readonly DecryptedFile[],
  { redact, noRedact }: { readonly redact: boolean; readonly noRedact: boolean },
  { env, terminal }: CommandContext,
): Promise<SecretIndex | undefined> {
  const isShown = terminal.isTerminal('stdout') && terminal.isTerminal('stderr')
  if (noRedact || !(redact || (isInPipeline(env) && !isShown))) return undefined
  const { SecretIndex } = await import('../../pipeline/redaction/redactor.ts')
  const { masked, left } = fileSecrets(files)
  if (left.length > 0) terminal.note(`not masked in the output: ${left.join(', ')}`)
  return new SecretIndex(masked)
}
