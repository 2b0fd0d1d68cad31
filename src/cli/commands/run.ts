import { constants } from 'node:os'
import { SecretsError } from '../../core/errors.ts'
import { childEnvironment } from '../../pipeline/child-environment.ts'
import { environmentVariables, type Variable } from '../../pipeline/environment-variables.ts'
import { findProgram } from '../../pipeline/find-program.ts'
import { type ProgramEnd, type ProgramStart, startProgram } from '../../pipeline/run-program.ts'
import { type DecryptedFile, decryptFiles } from '../../project/decrypt-files.ts'
import { resolveTargets } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { mustForward, takeFurtherSignals } from '../further-signals.ts'

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
    only: { type: 'strings', value: 'PATH', description: 'this entry, or all below it (repeatable)', complete: 'path' },
    upperCase: { type: 'boolean', description: 'write the keys in capitals' },
    prefix: { type: 'string', value: 'TEXT', description: 'put this before every name', complete: 'none' },
    allowName: {
      type: 'strings',
      value: 'NAME',
      description: 'take this variable although programs obey it (repeatable)',
    },
    keepExisting: { type: 'boolean', description: 'leave variables that are set already as they are' },
    keepKeys: { type: 'boolean', description: 'leave keys that open secret files in the environment' },
  },
  rest: { name: 'COMMAND', description: 'the command and its arguments', required: true },
  async run(args, context) {
    const [name = '', ...rest] = args.rest
    const { cwd, platform, env } = context
    const path = await findProgram(name, { env, cwd, platform })
    const files = await decrypted(args.targets, context)
    const variables = variablesOf(files, args, context)
    const start = { command: name, path, args: rest, cwd, platform }
    return runToEnd({ ...start, env: childEnvironment(env, variables, { ...args, platform }) }, context)
  },
})

async function decrypted(targets: readonly string[], context: CommandContext): Promise<readonly DecryptedFile[]> {
  const project = await context.projectIfAny()
  const files = await resolveTargets(targets, { project, cwd: context.cwd })
  const progress = context.terminal.progress('decrypting', files.length)
  try {
    return await decryptFiles(files, { project, keyring: await context.keyring(), onDone: () => progress.advance() })
  } finally {
    progress.end()
  }
}

interface Chosen {
  readonly only: readonly string[]
  readonly prefix: string | undefined
  readonly upperCase: boolean
  readonly allowName: readonly string[]
}

function variablesOf(
  files: readonly DecryptedFile[],
  { only, prefix, upperCase, allowName }: Chosen,
  { terminal, platform }: CommandContext,
): readonly Variable[] {
  const [binary, others] = [files.filter(isBinary), files.filter((file) => !isBinary(file))]
  const [first] = binary
  if (first !== undefined && others.length === 0) {
    throw new SecretsError('BAD_NAME', 'a binary file cannot be a variable', {
      place: { file: first.file.target.shown },
      hint: 'write it to a file: secrets decrypt --output',
    })
  }
  if (first !== undefined) {
    const names = binary.map(({ file }) => file.target.shown).join(', ')
    terminal.note(`binary files are no variables, and are left out: ${names}`)
  }
  return environmentVariables(
    others.map(({ file, open }) => ({
      file: file.target.shown,
      quoted: file.format.name === 'dotenv',
      entries: open.entries,
    })),
    { only, prefix, upperCase, allowedNames: allowName, caseSensitive: platform !== 'win32' },
  )
}

function isBinary({ file }: DecryptedFile): boolean {
  return file.format.plainContent !== undefined
}

/** Runs a program that gets every signal that we get, and gives its status as a shell counts. */
async function runToEnd(start: ProgramStart, context: CommandContext): Promise<number> {
  const waiting: NodeJS.Signals[] = []
  let send = (signal: NodeJS.Signals): void => void waiting.push(signal)
  const atTerminal = context.terminal.isTerminal('stdin')
  const forward = (signal: NodeJS.Signals): void => {
    if (mustForward(signal, atTerminal)) send(signal)
  }
  const release = [context.takeOverSignals(forward), takeFurtherSignals(process, context.platform, forward)]
  try {
    const program = startProgram(start)
    send = program.send
    for (const signal of waiting) send(signal)
    return shellStatus(await program.ended)
  } finally {
    for (const each of release) each()
  }
}

function shellStatus({ status, signal }: ProgramEnd): number {
  return status ?? 128 + (signal === undefined ? 0 : constants.signals[signal])
}
