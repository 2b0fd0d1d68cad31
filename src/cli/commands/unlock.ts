import { type Switched, type SwitchOptions, unlockFiles } from '../../git/switch-checkout.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { decryptedEnvironments } from '../decrypted-environments.ts'

/** `secrets unlock` */
export const command: Command = defineCommand({
  name: 'unlock',
  group: 'git',
  summary: 'have decrypted environments in clear in the work tree',
  description: [
    'Decrypts the files of environments with "checkout: decrypted" in the work tree, and has git do so from now on, in this ' +
      'clone. What is committed stays encrypted. Refuses to lose changes that git does not have.',
  ],
  examples: [
    { line: 'secrets unlock', description: 'all environments that say "checkout: decrypted"' },
    { line: 'secrets unlock development', description: 'one of them' },
  ],
  positionals: { environments: { arity: 'many', description: 'environments', complete: 'environment' } },
  json: true,
  opensMany: true,
  async run({ environments }, context) {
    const options = await decryptedEnvironments(environments, context)
    const { switched, kept } = await unlocked(options, context)
    if (context.json) await context.terminal.json({ decrypted: switched, encrypted: kept })
    else context.terminal.note(`decrypted ${switched.length} ${switched.length === 1 ? 'file' : 'files'}`)
    return kept.length === 0 ? 0 : 1
  },
})

/** On Windows git writes the files: its index has other time stamps there. */
async function unlocked(options: SwitchOptions, context: CommandContext): Promise<Switched> {
  const keyring = await context.keyring()
  const filter = context.platform === 'win32' ? undefined : await context.gitFilter?.(options.cwd)
  try {
    return await unlockFiles({ ...options, keyring, filters: filter?.filters })
  } finally {
    await filter?.close()
  }
}
