import { readFile } from 'node:fs/promises'
import { readableContent, wantsRaw } from '../../git/textconv.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { type Command, defineCommand } from '../command.ts'
import { quietKeyring } from '../quiet-keyring.ts'

/** `secrets textconv FILE`, called by git. */
export const command: Command = defineCommand({
  name: 'textconv',
  group: 'hidden',
  summary: 'print a version of a secret file in clear, for git diff',
  examples: [],
  positionals: { file: { arity: 'one', description: 'file with the version' } },
  async run({ file }, context) {
    const bytes = await readFile(file)
    const keyring = async (): Promise<Keyring> => quietKeyring(context)
    if (!wantsRaw(context.env)) return context.terminal.result(await readableContent(file, bytes, keyring))
    const { rawContent } = await import('../../git/raw-content.ts')
    await context.terminal.result(await rawContent(file, bytes, { git: context, keyring, now: context.now }))
  },
})
