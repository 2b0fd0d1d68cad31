import { resolve } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { withRecipient } from '../../project/access/add-recipient.ts'
import { removeRecipient, renameRecipient } from '../../project/access/edit-recipients.ts'
import { editConfig } from '../../project/access/edited-config.ts'
import { fingerprint } from '../../project/access/fingerprint.ts'
import { listRecipients } from '../../project/access/list-recipients.ts'
import { recipientIn } from '../../project/access/recipient-text.ts'
import { refuseStillReading } from '../../project/access/still-reading.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { readFileContent } from '../../project/read-file.ts'
import { STANDARD_INPUT } from '../../project/targets.ts'
import { writeFiles } from '../../project/write-files.ts'
import { recipientLines } from '../access/recipient-report.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'

/** `secrets recipients` */
export const command: Command = defineCommand({
  name: 'recipients',
  group: 'access',
  summary: 'list, add, rename and remove the keys that .secretsrc names',
  writes: ({ action }) => action !== undefined && action !== 'list',
  description: [
    'Names people, machines and key services once, with their public keys. A recipient can read nothing until an environment names ' +
      'it: "secrets grant" does that. Comments and layout of .secretsrc stay.',
    'add NAME KEY takes the key, or - for standard input, or --from-file. rename OLD NEW changes the name everywhere. remove NAME ' +
      'takes out what no environment names and no file is encrypted to. A fingerprint of each key is shown, for comparison with its owner.',
  ],
  examples: [
    { line: 'secrets recipients', description: 'who there is, and what they can read' },
    { line: 'secrets recipients add carol age1…', description: 'a person' },
    { line: 'secrets recipients add ci --from-file ci.pub', description: 'a key in a file' },
    { line: 'secrets recipients rename carol carol-laptop', description: 'another name for the same key' },
    { line: 'secrets recipients remove carol', description: 'after "secrets revoke carol"' },
  ],
  positionals: {
    action: { arity: 'optional', choices: ['list', 'add', 'rename', 'remove'], description: 'what to do (list)' },
    words: { arity: 'many', description: 'NAME KEY, OLD NEW, or NAME', complete: 'recipient' },
  },
  options: {
    fromFile: { type: 'string', value: 'FILE', description: 'add: read the key from a file', complete: 'file' },
    number: { type: 'number', value: 'N', description: 'add: which of several keys in the file, from 1' },
  },
  json: true,
  async run({ action = 'list', words, fromFile, number }, context) {
    if (action !== 'add' && (fromFile !== undefined || number !== undefined)) {
      throw usage('--from-file and --number are for "recipients add"')
    }
    if (action === 'list') return list(words, context)
    if (action === 'add') return add(words, { fromFile, number }, context)
    return action === 'rename' ? rename(words, context) : remove(words, context)
  },
})

async function list(words: readonly string[], context: CommandContext): Promise<void> {
  if (words.length > 0) throw usage('list takes no name')
  const { terminal, json } = context
  const found = await listRecipients(await context.project(), await context.keyring())
  if (json) return terminal.json(found)
  if (found.length === 0) return terminal.note('the configuration names nobody: secrets recipients add NAME KEY')
  return terminal.line(recipientLines(found, (style, text) => terminal.paint(style, text, 'stdout')).join('\n'))
}

interface KeySource {
  readonly fromFile: string | undefined
  readonly number: number | undefined
}

async function add(words: readonly string[], source: KeySource, context: CommandContext): Promise<void> {
  const [name, key, ...rest] = words
  const given = [key, source.fromFile].filter((each) => each !== undefined).length
  if (name === undefined || given !== 1 || rest.length > 0) throw usage('add takes a name and a key')
  const reference = await readKey(key, source, context)
  const keyring = await context.keyring()
  const print = fingerprint(await keyring.canonical(reference).catch(() => reference))
  const project = await context.project()
  const written = await change((text) => withRecipient(text, { name, reference }, { project, keyring }), context)
  context.terminal.note(
    written ? `added ${name}; compare with its owner: ${print}` : `${name} is there already, with this key: ${print}`,
  )
  if (written) context.terminal.note(`${name} can read nothing yet: secrets grant ${name} ENVIRONMENT`)
  if (context.json) await context.terminal.json({ name, reference, fingerprint: print, written })
}

async function readKey(
  key: string | undefined,
  { fromFile, number }: KeySource,
  context: CommandContext,
): Promise<string> {
  if (fromFile !== undefined) {
    const { bytes } = await readFileContent(resolve(context.cwd, fromFile))
    return recipientIn(Buffer.from(bytes).toString('utf8'), number)
  }
  return recipientIn(key === STANDARD_INPUT ? (await context.readInput()).toString('utf8') : (key ?? ''), number)
}

async function rename(words: readonly string[], context: CommandContext): Promise<void> {
  const [from, to, ...rest] = words
  if (from === undefined || to === undefined || rest.length > 0) throw usage('rename takes the old and the new name')
  await change((text) => renameRecipient(text, from, to), context)
  context.terminal.note(`${from} is called ${to} now`)
  if (context.json) await context.terminal.json({ from, to, written: true })
}

async function remove(words: readonly string[], context: CommandContext): Promise<void> {
  const [name, ...rest] = words
  if (name === undefined || rest.length > 0) throw usage('remove takes one name')
  await change(async (text) => {
    const edited = await removeRecipient(text, name)
    const project = await context.project()
    const stored = findStored(context)
    await refuseStillReading(name, { project, keyring: await context.keyring(), cwd: context.cwd, stored })
    return edited
  }, context)
  context.terminal.note(`removed ${name}`)
  if (context.json) await context.terminal.json({ name, written: true })
}

async function change(edit: (text: string) => Promise<string>, context: CommandContext): Promise<boolean> {
  const { project, signal } = context
  const { root } = await project()
  const edited = await editConfig(await project(), edit)
  if (edited.change === undefined) return false
  await writeFiles([edited.change], { root, signal, state: stateFolder(context) })
  return true
}

function usage(message: string): SecretsError {
  return new SecretsError('USAGE', message, { hint: 'secrets recipients --help' })
}
