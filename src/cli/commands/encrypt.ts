import { resolve } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { formatNames } from '../../formats/find-format.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { type EncryptedFile, type EncryptOptions, encryptFile, encryptFiles } from '../../project/encrypt-files.ts'
import type { FileChange } from '../../project/file-change.ts'
import { inParallel } from '../../project/in-parallel.ts'
import { environmentFiles, resolveTargets, STANDARD_INPUT, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { sortTargets } from '../encrypt-in-clear.ts'
import { readInputFile } from '../input-file.ts'
import { noteUnsealed } from '../note-unsealed.ts'
import { encryptedJson, noteEncrypted, warnOfEncrypted } from '../report-encrypted.ts'
import { sealingRuleOf } from '../sealing-options.ts'

/** Files that are encrypted side by side. */
const PARALLEL = 8

/** `secrets encrypt` */
export const command: Command = defineCommand({
  name: 'encrypt',
  group: 'daily',
  summary: 'encrypt files in place, for whom .secretsrc says',
  writes: ({ stdout }) => stdout !== true,
  description: [
    'Encrypts the values of files where they stand; all else in a file stays as it is. Without a target it takes the ' +
      'files of all environments. Several files are all written or none is.',
    'A file that is encrypted already is left alone, but for values that were added in clear: those are encrypted too, ' +
      'which takes a key that opens the file. Encrypting a new file takes none.',
    'Files of environments with "checkout: decrypted" lie in clear, and git encrypts them. They are encrypted here only where they are ' +
      'named, by a target, and then to what git has of them.',
  ],
  examples: [
    { line: 'secrets encrypt', description: 'whatever is in clear in any environment' },
    { line: 'secrets encrypt production', description: 'the files of one environment' },
    { line: 'secrets encrypt --recipient age1… notes.yaml', description: 'a file of no environment' },
    {
      line: 'secrets encrypt --filename secrets/production.yaml - < plain.yaml > secrets/production.yaml',
      description: 'as a filter: the name says format and environment',
    },
  ],
  positionals: {
    targets: { arity: 'many', description: 'environments, files, globs, or - for standard input', complete: 'target' },
  },
  options: {
    output: {
      type: 'string',
      alias: 'o',
      value: 'FILE',
      description: 'write the one encrypted file there instead of in place',
      conflicts: ['stdout'],
      complete: 'file',
    },
    stdout: { type: 'boolean', description: 'print the one encrypted file instead of writing it' },
    filename: {
      type: 'string',
      value: 'FILE',
      description: 'what standard input stands for: says format and environment',
      complete: 'file',
    },
    format: {
      type: 'string',
      choices: formatNames(),
      description: 'format of the file, if its name does not say it',
      complete: 'format',
    },
    recipient: {
      type: 'strings',
      alias: 'r',
      value: 'KEY',
      description: 'a key or a name, for files of no environment',
      complete: 'recipient',
    },
    only: { type: 'string', value: 'REGEX', description: 'encrypt only below keys that match' },
    except: { type: 'string', value: 'REGEX', description: 'leave in clear what stands below keys that match' },
    onlySuffix: { type: 'string', value: 'END', description: 'encrypt only below keys that end so' },
    exceptSuffix: { type: 'string', value: 'END', description: 'leave in clear what stands below keys that end so' },
    onlyComment: { type: 'string', value: 'REGEX', description: 'encrypt only what a matching comment stands before' },
    exceptComment: { type: 'string', value: 'REGEX', description: 'leave in clear what such a comment stands before' },
    mac: { type: 'string', choices: ['all', 'encrypted'], description: 'which values the MAC covers (all)' },
  },
  json: true,
  async run(args, context) {
    const { targets, output, stdout, filename, format } = args
    const fromInput = targets.includes(STANDARD_INPUT) && targets.length === 1
    refuseSenseless({ fromInput, filename, printing: stdout || (fromInput && output === undefined) }, context)
    const project = await context.projectIfAny()
    const options: EncryptOptions = {
      project,
      keyring: context.keyring,
      now: context.now,
      format,
      rule: sealingRuleOf(args, project),
    }
    const files = fromInput
      ? [await encryptFile(await readInputFile(context, { filename, format }), options)]
      : await encryptTargets(targets, options, context)
    const only = stdout || fromInput || output !== undefined ? theOnly(files) : undefined
    warnOfEncrypted(files, context.terminal)
    if (only !== undefined && output === undefined) return context.terminal.result(only.content)
    const { writeFiles } = await import('../../project/write-files.ts')
    await writeFiles(only === undefined ? changesOf(files) : [elsewhere(only, output ?? '', context)], {
      root: project?.root,
      signal: context.signal,
      state: stateFolder(context),
    })
    noteEncrypted(files, context.terminal)
    noteUnsealed(changesOf(files), context)
    if (context.json) await context.terminal.json(encryptedJson(files))
  },
})

interface Invocation {
  readonly fromInput: boolean
  readonly filename: string | undefined
  readonly printing: boolean
}

function refuseSenseless({ fromInput, filename, printing }: Invocation, { json }: CommandContext): void {
  if (filename !== undefined && !fromInput) {
    throw new SecretsError('USAGE', '--filename is for standard input alone', { hint: 'name - as the only target' })
  }
  if (printing && json) {
    throw new SecretsError('CONFLICTING_OPTIONS', '--json and a file on standard output exclude each other', {
      hint: 'write the file with --output',
    })
  }
}

async function targetsOf(targets: readonly string[], context: CommandContext): Promise<readonly TargetFile[]> {
  const { cwd } = context
  if (targets.length > 0) return resolveTargets(targets, { project: await context.projectIfAny(), cwd })
  const files = await environmentFiles(await context.project(), cwd)
  if (files.length > 0) return files
  throw new SecretsError('FILE_NOT_FOUND', 'no environment has any file yet', {
    hint: 'name the file to encrypt, or look at "files" of the environments in the configuration',
  })
}

async function encryptTargets(
  named: readonly string[],
  options: EncryptOptions,
  context: CommandContext,
): Promise<readonly EncryptedFile[]> {
  const { terminal } = context
  const targets = await targetsOf(named, context)
  // Recipients on the command line are for files of no environment, which is said by the error.
  const { others, asStored, left } =
    options.rule === undefined
      ? await sortTargets(targets, named, context)
      : { others: targets, asStored: [], left: [] }
  if (left.length > 0) {
    const which = left.length === 1 ? `${left[0]?.shown} stays` : `${left.length} files stay`
    terminal.note(`${which} in clear here: git encrypts what is added`)
  }
  const progress = terminal.progress('encrypting', others.length)
  try {
    const files = await encryptFiles(others, { ...options, onDone: () => progress.advance() })
    if (asStored.length === 0) return files
    const { encryptAsStored } = await import('../../project/encrypt-as-stored.ts')
    return [...files, ...(await inParallel(asStored, PARALLEL, (file) => encryptAsStored(file, options)))]
  } finally {
    progress.end()
  }
}

function theOnly(files: readonly EncryptedFile[]): EncryptedFile {
  const [only] = files
  if (only !== undefined && files.length === 1) return only
  throw new SecretsError('USAGE', `${files.length} files do not go into one`, {
    hint: 'name one file, or leave out --stdout and --output to encrypt all of them in place',
  })
}

function changesOf(files: readonly EncryptedFile[]): readonly FileChange[] {
  return files.flatMap(({ change }) => change ?? [])
}

function elsewhere({ content }: EncryptedFile, output: string, { cwd }: CommandContext): FileChange {
  return { path: resolve(cwd, output), content, expects: 'anything', protection: 'shared' }
}
