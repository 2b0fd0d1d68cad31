import { SecretsError } from '../../core/errors.ts'
import { parsePath } from '../../core/path-syntax.ts'
import { resolveTargets, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { editFile } from '../edit/edit-file.ts'
import { changeNamedEntry } from '../entry-command.ts'
import { INPUT_FORMAT } from '../file-options.ts'
import { askedValue } from '../given-value.ts'

/** `secrets edit` */
export const command: Command = defineCommand({
  name: 'edit',
  group: 'daily',
  summary: 'change a file in your editor, or ask for one value',
  writes: true,
  description: [
    'The editor is SECRETS_EDITOR, SOPS_EDITOR, VISUAL or EDITOR, with its arguments; else vim, nano or vi. It gets the file in clear, in a ' +
      'folder that nobody else can read, in memory where the system has one; it is removed when the editor ends, however that is.',
    'What did not change keeps its ciphertext, and without any change nothing is written (status 200). A text that cannot be saved is ' +
      'never lost: it is kept, encrypted, for --resume, which merges in what became of the file meanwhile. A ' +
      'file that does not exist yet is made if an environment claims it.',
    'With a path, the one value is asked for on the terminal and not shown.',
  ],
  examples: [
    { line: 'secrets edit secrets/production.yaml', description: 'the whole file' },
    { line: 'secrets edit production database.password', description: 'one value, without an editor' },
    {
      line: 'secrets edit --resume secrets/production.yaml',
      description: 'go on with an edit that could not be saved',
    },
  ],
  positionals: {
    target: { arity: 'one', description: 'environment or file', complete: 'target' },
    path: { arity: 'optional', description: 'path of one entry: a.b[0]', complete: 'path' },
  },
  options: {
    resume: { type: 'boolean', description: 'go on with the edit that could not be saved', conflicts: ['discard'] },
    discard: { type: 'boolean', description: 'forget the edit that could not be saved' },
    inputFormat: INPUT_FORMAT,
  },
  async run({ target, path, resume, discard, inputFormat }, context) {
    if (path === undefined) {
      return editFile(await oneFile(target, context), { resume, discard, format: inputFormat }, context)
    }
    if (resume || discard) throw new SecretsError('USAGE', '--resume and --discard are for whole files')
    const entry = { target, path: parsePath(path), format: inputFormat }
    await changeNamedEntry(entry, { value: askedValue(entry.path, context), allowPlaintext: false }, context)
    return 0
  },
})

async function oneFile(target: string, context: CommandContext): Promise<TargetFile> {
  const project = await context.projectIfAny()
  const files = await resolveTargets([target], { project, cwd: context.cwd, mayBeNew: true })
  const [only, ...others] = files
  if (only !== undefined && others.length === 0) return only
  const names = files.map(({ shown }) => shown)
  if (!context.terminal.interactive) {
    throw new SecretsError('USAGE', `${target} has ${files.length} files`, { hint: 'name one of them', details: names })
  }
  const choices = names.map((value) => ({ value }))
  const chosen = await context.questions.select({ message: 'which file?', instead: 'name a file', choices })
  const file = files.find(({ shown }) => shown === chosen)
  if (file === undefined) throw new SecretsError('INTERRUPTED', 'no file was chosen')
  return file
}
