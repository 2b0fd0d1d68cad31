import { parsePath } from '../../core/path-syntax.ts'
import { type Command, defineCommand } from '../command.ts'
import { changeNamedEntry } from '../entry-command.ts'
import { DOCUMENT, INPUT_FORMAT } from '../file-options.ts'

/** `secrets unset` */
export const command: Command = defineCommand({
  name: 'unset',
  group: 'daily',
  summary: 'remove one value, or everything below a path',
  writes: true,
  description: ['Removes the entry with its line and leaves the text around it, and every other ciphertext, as it is.'],
  examples: [
    { line: 'secrets unset production database.password', description: 'one value' },
    { line: "secrets unset secrets/app.yaml 'hosts[0]'", description: 'the first element of a list' },
    { line: 'secrets unset --if-exists staging OLD_TOKEN', description: 'fine if it is gone already' },
  ],
  positionals: {
    target: { arity: 'one', description: 'environment or file', complete: 'target' },
    path: { arity: 'one', description: 'path of the entry: a.b[0]', complete: 'path' },
  },
  options: {
    ifExists: { type: 'boolean', description: 'no error if there is no such entry' },
    document: DOCUMENT,
    inputFormat: INPUT_FORMAT,
  },
  json: true,
  async run({ target, path, ifExists, document, inputFormat }, context) {
    const entry = { target, path: parsePath(path), format: inputFormat }
    await changeNamedEntry(entry, { value: undefined, document, allowPlaintext: true, ifExists }, context)
  },
})
