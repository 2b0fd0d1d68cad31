import { forgetCleaned } from '../../git/clean-memory.ts'
import { removeHooks } from '../../git/hooks.ts'
import { removeAttributes, removeSettings } from '../../git/install.ts'
import { configValues, DRIVER } from '../../git/local-config.ts'
import { requireRepository } from '../../git/repository.ts'
import { withoutPlace } from '../../git/submodules.ts'
import { lockFiles } from '../../git/switch-checkout.ts'
import { otherWorkTrees } from '../../git/work-trees.ts'
import { findProjectIfAny } from '../../project/find-project.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'

/** `secrets uninstall` */
export const command: Command = defineCommand({
  name: 'uninstall',
  group: 'git',
  summary: 'take back what install did',
  description: [
    'Puts the encrypted files back into all work trees of the clone, and takes away what "secrets install" added to .gitattributes, to the ' +
      'configuration of git and to its hooks, and nothing else. Refuses to lose changes that git does not have.',
  ],
  examples: [
    { line: 'secrets uninstall', description: 'this repository' },
    { line: 'secrets uninstall --global', description: 'what "install --global" set' },
  ],
  options: { global: { type: 'boolean', description: 'take back what "install --global" set' } },
  json: true,
  async run({ global }, context) {
    const { cwd, env, terminal } = context
    const attributes = global ? undefined : await leaveRepository(context)
    const settings = await removeSettings({ cwd, env, scope: global ? 'global' : 'local' })
    const hooks = global ? [] : await leaveHooks(context)
    if (context.json) return terminal.json({ settings, attributes: attributes ?? null, hooks })
    if (settings.length > 0)
      terminal.note(`git is set up ${global ? 'for all your repositories' : 'in this clone'} no more`)
    if (attributes !== undefined) terminal.note(`took our lines out of ${attributes}: commit it`)
    if (hooks.length > 0) terminal.note(`took our lines out of ${hooks.join(' and ')}`)
    if (settings.length + hooks.length === 0 && attributes === undefined)
      terminal.note('there was nothing to take away')
  },
})

/** Files in clear would be committed as they are once the filter is gone. */
async function leaveRepository(context: CommandContext): Promise<string | undefined> {
  const { cwd, env } = context
  const { top, commonFolder } = await requireRepository({ cwd, env })
  const project = top === undefined ? undefined : await context.projectIfAny()
  if (top === undefined || project === undefined) return undefined
  const environments = project.environments.filter(({ checkout }) => checkout === 'decrypted')
  const filtered = (await configValues(`filter.${DRIVER}.process`, { cwd, env })).length > 0
  if (filtered && environments.length > 0) {
    await lockFiles({ cwd: top, env, project, environments })
    await lockOthers(await otherWorkTrees({ cwd: top, env }), withoutPlace(env))
  }
  await forgetCleaned(commonFolder)
  return removeAttributes(project, top)
}

/** All work trees of a clone lose the filter at once. */
async function lockOthers(trees: readonly string[], env: CommandContext['env']): Promise<void> {
  for (const cwd of trees) {
    const project = await findProjectIfAny({ cwd, env })
    const environments = project?.environments.filter(({ checkout }) => checkout === 'decrypted') ?? []
    if (project !== undefined && environments.length > 0) await lockFiles({ cwd, env, project, environments })
  }
}

/** The scripts that were ours, or held lines of ours. */
async function leaveHooks({ cwd, env }: CommandContext): Promise<readonly string[]> {
  const { top } = await requireRepository({ cwd, env })
  if (top === undefined) return []
  const hooks = await removeHooks({ top, git: { cwd: top, env } })
  return hooks.filter(({ state }) => state === 'removed').map(({ path }) => path)
}
