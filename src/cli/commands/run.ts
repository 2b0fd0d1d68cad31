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
import { consumableKeyFiles, consumeKeyFiles } from '../run/consume-key.ts'
import { runWithValues } from '../run/run-with-values.ts'

/** `secrets run` */
export const command: Command = defineCommand({
  name: 'run',
  group: 'pipeline',
  summary: 'run a command with values as environment variables',
  description: [
    'Starts a command, without a shell, with the values of all files of the targets in its environment, and ends as it ends: same ' +
      'status, 128 and its number for a signal. Signals are passed on. Nothing is written to the disk unless --file asks for it.',
    'A variable is called by its path, keys and list indices joined by _: database_password, HOSTS_0. What is no name of a ' +
      'variable, and two entries of one name, are errors. null is an empty text, quotes around values of dotenv files are taken off. Names that ' +
      'change what programs do (PATH, LD_PRELOAD, NODE_OPTIONS, …) have to be allowed.',
    'A job should be given what it needs: by --only, by --job as the configuration declares it, or by --map. The last line on ' +
      'standard error says what was passed, and what was not.',
    'With --file or --files, a value is a file that its owner alone can read, in memory where the system has that, until the command has ' +
      'ended; its variable has the path, as has {NAME} in the arguments. Binary files can be handed on in this way only.',
    'In a CI system, what the command prints has its values masked, in whatever form; elsewhere with --redact. Standard error then ' +
      'says how often which name was masked. A terminal is given to the command as it is.',
    'The command does not get the keys that you have: SECRETS_*KEY*, SOPS_*, whatever holds an age secret key, and the credentials of ' +
      'every key service that the project uses (AWS_*, VAULT_TOKEN, …) are taken out of its environment. --keep NAME leaves one in. A key file that ' +
      'it may read is not hidden from it; --consume-key removes the one that a job wrote.',
  ],
  examples: [
    { line: 'secrets run production -- node server.js', description: 'a server with the values of an environment' },
    {
      line: 'secrets run --job deploy production -- ./deploy.sh',
      description: 'what the configuration declares for it',
    },
    { line: 'secrets run --only database staging -- psql', description: 'nothing but what is below database' },
    {
      line: 'secrets run --file kubeconfig staging -- kubectl --kubeconfig {kubeconfig} get pods',
      description: 'a value as a file',
    },
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
    keepKeys: { type: 'boolean', description: 'leave keys and credentials that open secret files in the environment' },
    keep: {
      type: 'strings',
      value: 'NAME',
      description: 'pass this variable on in any case; * at its end for more',
      complete: 'none',
    },
    consumeKey: { type: 'boolean', description: 'remove the key file that the job wrote before the command starts' },
    file: {
      type: 'strings',
      value: 'PATH',
      description: 'hand this entry on as a private file; {NAME} is its path',
      complete: 'path',
    },
    files: { type: 'boolean', description: 'hand all entries on as private files', conflicts: ['file'] },
  },
  rest: { name: 'COMMAND', description: 'the command and its arguments', required: true },
  async run(args, context) {
    const [name = '', ...rest] = args.rest
    const { cwd, platform, env } = context
    const path = await findProgram(name, { env, cwd, platform })
    const choice = await readChoice(args, context)
    const keyFiles = args.consumeKey ? await consumableKeyFiles(context) : []
    const files = await openChosen(args.targets, choice, context)
    await consumeKeyFiles(keyFiles, context)
    const wanted = { ...choice, files: args.files ? ('all' as const) : args.file }
    const chosen = chosenEntries(wanted, files, { naming: 'variables', files: true }, context)
    const index = await secretIndex(files, args, context)
    return runWithValues(
      { command: name, path, args: rest, cwd, platform },
      { files, chosen, index, options: args },
      context,
    )
  },
})

/**
 * What to mask in the output: in pipelines unless that is declined, elsewhere only when it is asked for. A terminal makes no
 * difference: Buildkite, CircleCI, Travis and act give one to jobs whose output goes to a log all the same.
 */
async function secretIndex(
  files: readonly DecryptedFile[],
  { redact, noRedact }: { readonly redact: boolean; readonly noRedact: boolean },
  { env, terminal }: CommandContext,
): Promise<SecretIndex | undefined> {
  if (noRedact || !(redact || isInPipeline(env))) return undefined
  const { SecretIndex } = await import('../../pipeline/redaction/redactor.ts')
  const { masked, left } = fileSecrets(files)
  if (left.length > 0) terminal.note(`not masked in the output: ${left.join(', ')}`)
  return new SecretIndex(masked)
}
