import { SecretsError } from '../../core/errors.ts'
import { generateIdentity, keyFileEntry } from '../../keys/age/generate.ts'
import { defaultKeyFile } from '../../keys/age/key-file.ts'
import { type Command, defineCommand } from '../command.ts'
import { addToKeyFile, writeNewKeyFile } from '../write-key-file.ts'

/** `secrets keygen` */
export const command: Command = defineCommand({
  name: 'keygen',
  group: 'start',
  summary: 'make a key pair, and print its public key',
  description: [
    'Makes an age identity, the secret half of a key pair, and stores it where secrets and sops look for it: ' +
      'keys.txt in the folder sops/age of your configuration. A file that exists is added to, never replaced.',
    'The public key is printed: give it to somebody who can grant you access, or name it in .secretsrc.',
  ],
  examples: [
    { line: 'secrets keygen', description: 'a key for yourself, in the default key file' },
    { line: 'secrets keygen --output runner.txt', description: 'a key for a pipeline, in a file of its own' },
    { line: 'secrets keygen --post-quantum', description: 'a key that withstands a quantum computer' },
  ],
  options: {
    output: {
      type: 'string',
      alias: 'o',
      value: 'FILE',
      description: 'a new file for the key, in place of the default key file',
      complete: 'file',
    },
    postQuantum: { type: 'boolean', description: 'a hybrid key (ML-KEM-768 and X25519), for age 1.3 and later' },
  },
  json: true,
  async run({ output, postQuantum }, context) {
    const file = output ?? defaultKeyFile(context.keyContext)
    if (file === undefined)
      throw new SecretsError('IDENTITY_INVALID', 'this system names no folder for keys', {
        hint: 'name a file with --output',
      })
    const key = await generateIdentity({ postQuantum })
    const entry = keyFileEntry(key, context.now())
    const place = { file, cwd: context.cwd }
    await (output === undefined ? addToKeyFile(place, entry) : writeNewKeyFile(place, entry))
    context.terminal.note(`the secret key is in ${file}`)
    if (context.json) await context.terminal.json({ recipient: key.recipient, file })
    else await context.terminal.result(`${key.recipient}\n`)
  },
})
