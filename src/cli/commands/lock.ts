import { lockFiles } from '../../git/switch-checkout.ts'
import { otherWorkTrees } from '../../git/work-trees.ts'
import { type Command, defineCommand } from '../command.ts'
import { decryptedEnvironments } from '../decrypted-environments.ts'

/** `secrets lock` */
export const command: Command = defineCommand({
  name: 'lock',
  group: 'git',
  summary: 'have decrypted environments encrypted in the work tree',
  description: [
    'Puts the encrypted files of environments with "checkout: decrypted" back into the work tree, and keeps them so in this clone ' +
      'until "secrets unlock". Needs no key where nothing changed. Refuses to lose changes that git does not have.',
    'The work tree here is changed, no other one of the clone; new ones are encrypted as well.',
  ],
  examples: [
    { line: 'secrets lock', description: 'all environments that say "checkout: decrypted"' },
    { line: 'secrets lock development', description: 'one of them' },
  ],
  positionals: { environments: { arity: 'many', description: 'environments', complete: 'environment' } },
  json: true,
  async run({ environments }, context) {
    const options = await decryptedEnvironments(environments, context)
    const { switched, kept } = await lockFiles(options)
    const { terminal } = context
    if (context.json) await terminal.json({ encrypted: switched, decrypted: kept })
    else terminal.note(`${switched.length} ${switched.length === 1 ? 'file is' : 'files are'} encrypted again`)
    for (const path of kept) terminal.warn(`${path} is in clear: git does not have it`, `secrets encrypt ${path}`)
    for (const tree of await otherWorkTrees(options)) {
      terminal.note(`the work tree ${tree} is left as it is: run "secrets lock" there`)
    }
    return kept.length === 0 ? 0 : 1
  },
})
