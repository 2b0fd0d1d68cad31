import { isSecretsError, SecretsError, withPlace } from '../../core/errors.ts'
import { formatByName, formatNames } from '../../formats/find-format.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { type DecryptedFile, type DecryptOptions, decryptFile, decryptFiles } from '../../project/decrypt-files.ts'
import { hasGlobSigns } from '../../project/glob.ts'
import { existingPaths, resolveTargets, STANDARD_INPUT, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { Destination } from '../decrypt-output.ts'
import { INPUT_FILENAME, INPUT_FORMAT } from '../file-options.ts'
import { readInputFile } from '../input-file.ts'

/** `secrets decrypt` */
export const command: Command = defineCommand({
  name: 'decrypt',
  group: 'daily',
  summary: 'print a file in clear, or write files in clear',
  writes: ({ inPlace, output }) => inPlace === true || output !== undefined,
  description: [
    'Prints one file as it was before it was encrypted. Several files, or an environment, need --output with a folder, ' +
      'where the tree of folders is kept, or --in-place. Written files are readable by their owner alone.',
    'Nothing is printed or written before all values and the MAC of every file were checked.',
  ],
  examples: [
    { line: 'secrets decrypt secrets/production.yaml', description: 'the file in clear, on standard output' },
    { line: 'secrets decrypt production --output /dev/shm/plain', description: 'all files of an environment' },
    { line: 'secrets decrypt --path database.password secrets/production.yaml', description: 'one value' },
    { line: 'secrets decrypt --format json secrets/production.yaml', description: 'the same values as JSON' },
  ],
  positionals: {
    targets: { arity: 'some', description: 'environments, files, globs, or - for standard input', complete: 'target' },
  },
  options: {
    output: {
      type: 'string',
      alias: 'o',
      description: 'a file for one file, a folder for several',
      value: 'FILE|FOLDER',
      conflicts: ['inPlace'],
      complete: 'file',
    },
    inPlace: { type: 'boolean', alias: 'i', description: 'write the files in clear where they stand' },
    format: {
      type: 'string',
      choices: formatNames(),
      description: 'another format for the values (comments are left out)',
      conflicts: ['inPlace'],
      complete: 'format',
    },
    path: {
      type: 'string',
      description: 'one entry instead of the whole file: a.b[0]',
      conflicts: ['inPlace'],
      complete: 'path',
    },
    inputFormat: INPUT_FORMAT,
    filename: INPUT_FILENAME,
  },
  async run(args, context) {
    const { targets, filename, output, inPlace } = args
    const fromInput = targets.length === 1 && targets[0] === STANDARD_INPUT
    if (filename !== undefined && !fromInput) throw misplaced('--filename is for standard input alone')
    if (fromInput && inPlace) throw misplaced('--in-place needs files')
    const files = fromInput ? [await decryptInput(args, context)] : await decryptTargets(targets, args, context)
    if (output === undefined && !inPlace) return printFile(files, args, context)
    const { destinationOf } = await import('../decrypt-output.ts')
    const destination: Destination =
      output === undefined
        ? { kind: 'in place' }
        : await destinationOf({ output, cwd: context.cwd, oneFile: await namesOneFile(targets, context) })
    await writeOut(await Promise.all(files.map((file) => asAsked(file, args))), { destination, ...args }, context)
  },
})

function misplaced(message: string): SecretsError {
  return new SecretsError('USAGE', message, { hint: 'secrets decrypt --help shows what it takes' })
}

interface Wanted {
  readonly format: string | undefined
  readonly path: string | undefined
  readonly inputFormat: string | undefined
  readonly filename: string | undefined
}

async function optionsOf(
  { format, path, inputFormat }: Wanted,
  root: string | undefined,
  context: CommandContext,
): Promise<DecryptOptions> {
  const keyring = await context.keyring()
  const project = root === undefined ? undefined : { root }
  // With a path the entry alone is converted.
  return { project, keyring, inputFormat, format: path === undefined ? format : undefined }
}

async function decryptInput(wanted: Wanted, context: CommandContext): Promise<DecryptedFile> {
  const { filename, inputFormat } = wanted
  const options = await optionsOf(wanted, await context.projectRoot(), context)
  return decryptFile(await readInputFile(context, { filename, format: inputFormat }), options)
}

async function decryptTargets(
  targets: readonly string[],
  wanted: Wanted,
  context: CommandContext,
): Promise<readonly DecryptedFile[]> {
  const direct = await existingPaths(targets, context.cwd)
  if (direct === undefined) return decryptResolved(targets, wanted, context)
  const options = await optionsOf(wanted, await context.projectRoot(), context)
  try {
    return await decryptAll(direct, options, context)
  } catch (error) {
    // The configuration may say that the file lies in clear on purpose.
    if (!isSecretsError(error) || error.code !== 'NOT_ENCRYPTED') throw error
    return decryptResolved(targets, wanted, context)
  }
}

async function decryptResolved(
  targets: readonly string[],
  wanted: Wanted,
  context: CommandContext,
): Promise<readonly DecryptedFile[]> {
  const project = await context.projectIfAny()
  const options = await optionsOf(wanted, project?.root ?? (await context.projectRoot()), context)
  return decryptAll(await resolveTargets(targets, { project, cwd: context.cwd }), options, context)
}

async function decryptAll(
  files: readonly TargetFile[],
  options: DecryptOptions,
  context: CommandContext,
): Promise<readonly DecryptedFile[]> {
  const progress = context.terminal.progress('decrypting', files.length)
  try {
    return await decryptFiles(files, { ...options, onDone: () => progress.advance() })
  } finally {
    progress.end()
  }
}

async function printFile(files: readonly DecryptedFile[], wanted: Wanted, context: CommandContext): Promise<void> {
  const [only] = files
  if (only === undefined || files.length > 1) {
    throw new SecretsError('USAGE', `${files.length} files cannot be printed as one`, {
      hint: 'write them with --output FOLDER or --in-place, or name one of them',
      details: files.map(({ file }) => file.target.shown),
    })
  }
  const { content } = await asAsked(only, wanted)
  noteDropped([only], wanted, context)
  await context.terminal.result(content)
}

async function asAsked(decrypted: DecryptedFile, { path, format }: Wanted): Promise<DecryptedFile> {
  if (path === undefined) return decrypted
  const { file } = decrypted
  const to = format === undefined ? undefined : await formatByName(format)
  const { decryptedEntry } = await import('../../project/decrypted-entry.ts')
  return withPlace({ file: file.target.shown }, async () => {
    return { ...decrypted, content: await decryptedEntry(decrypted, path, to) }
  })
}

interface WriteOutOptions extends Wanted {
  readonly destination: Destination
}

async function writeOut(
  files: readonly DecryptedFile[],
  { destination, ...wanted }: WriteOutOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, cwd } = context
  const { changesTo } = await import('../decrypt-output.ts')
  const changes = await changesTo(destination, files, { cwd, format: wanted.format })
  const root = await context.projectRoot()
  const { writeFiles } = await import('../../project/write-files.ts')
  await writeFiles(changes, {
    root,
    makeFolders: destination.kind === 'folder',
    signal: context.signal,
    state: stateFolder(context),
  })
  noteDropped(files, wanted, context)
  const count = files.length === 1 ? (files[0]?.file.target.shown ?? '') : `${files.length} files`
  if (destination.kind !== 'in place') return terminal.note(`wrote ${count} in clear to ${destination.path}`)
  const names = files.length > 3 ? '' : ` ${files.map(({ file }) => file.target.shown).join(' ')}`
  terminal.note(`${count} ${files.length === 1 ? 'is' : 'are'} in clear now; encrypt again: secrets encrypt${names}`)
}

function noteDropped(files: readonly DecryptedFile[], { format }: Wanted, { terminal }: CommandContext): void {
  for (const { file, droppedComments } of files) {
    if (droppedComments === 0) continue
    const what = droppedComments === 1 ? 'a comment is' : `${droppedComments} comments are`
    terminal.note(`${file.target.shown}: ${what} not carried over to ${format}`)
  }
}

/** A name that stands for one file today and for several tomorrow must not mean another thing then. */
async function namesOneFile(targets: readonly string[], context: CommandContext): Promise<boolean> {
  const [only] = targets
  if (only === undefined || targets.length > 1) return false
  if ((await existingPaths(targets, context.cwd)) !== undefined) return true
  const project = await context.projectIfAny()
  const isEnvironment = project?.environments.some(({ name }) => name === only) === true
  return !isEnvironment && !hasGlobSigns(only)
}
