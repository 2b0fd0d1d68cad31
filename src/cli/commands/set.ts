import { parsePath } from '../../core/path-syntax.ts'
import { GENERATED_KINDS } from '../../project/generate-value.ts'
import { VALUE_TYPES } from '../../project/parse-value.ts'
import { type Command, defineCommand } from '../command.ts'
import { changeNamedEntry } from '../entry-command.ts'
import { DOCUMENT, INPUT_FORMAT } from '../file-options.ts'
import { givenValue } from '../given-value.ts'

/** `secrets set` */
export const command: Command = defineCommand({
  name: 'set',
  group: 'daily',
  summary: 'set one value',
  writes: true,
  description: [
    'The value comes from standard input, without one line break at its end; on a terminal it is asked for and not shown. Nothing ' +
      'but the entry changes in the file: comments, order, quotes and all other ciphertexts stay.',
    'A value is a text; one that takes the place of a number or a truth stays one where it can. Missing maps are made, and an index ' +
      'one behind the end of a list appends. A file that does not exist yet is made if an environment claims it.',
    'A value that the selection would leave in clear is refused.',
  ],
  examples: [
    { line: 'secrets set production database.password', description: 'asks for the value' },
    { line: 'secrets set production database.password < password.txt', description: 'from standard input' },
    { line: 'secrets set staging API_TOKEN --generate base64url', description: '32 random bytes' },
    { line: 'secrets set staging PIN --alphabet 0123456789 --length 6', description: 'six random digits' },
    { line: "secrets set secrets/app.yaml 'tls.key' --from-file key.pem", description: 'a file, to the byte' },
    { line: 'secrets set dev debug --type bool --plain-value true', description: 'a value that is no secret' },
  ],
  positionals: {
    target: { arity: 'one', description: 'environment or file', complete: 'target' },
    path: { arity: 'optional', description: 'path of the entry: a.b[0]; not for binary files', complete: 'path' },
  },
  options: {
    fromFile: {
      type: 'string',
      value: 'FILE',
      description: 'take the content of a file, with its line break at the end',
      conflicts: ['generate', 'alphabet', 'plainValue'],
      complete: 'file',
    },
    generate: {
      type: 'string',
      value: 'KIND',
      choices: GENERATED_KINDS,
      description: 'make a random value',
      conflicts: ['alphabet', 'plainValue'],
    },
    alphabet: {
      type: 'string',
      value: 'CHARACTERS',
      description: 'make a random value of these characters',
      conflicts: ['plainValue'],
    },
    length: { type: 'number', description: 'characters, or bytes before encoding, to make (default 32)' },
    plainValue: { type: 'string', value: 'VALUE', description: 'the value itself: other users and logs can see it' },
    type: { type: 'string', choices: VALUE_TYPES, description: 'how the value is read' },
    keepNewline: { type: 'boolean', description: 'keep the line break at the end of standard input' },
    allowPlaintext: { type: 'boolean', description: 'store a value that the selection leaves in clear' },
    document: DOCUMENT,
    inputFormat: INPUT_FORMAT,
  },
  json: true,
  async run({ target, path, inputFormat, document, allowPlaintext, ...source }, context) {
    const entry = { target, path: parsePath(path ?? ''), format: inputFormat }
    const value = givenValue({ ...source, path: entry.path }, context)
    await changeNamedEntry(entry, { value, document, allowPlaintext }, context)
  },
})
