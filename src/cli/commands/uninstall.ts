import { attributesFile } from '../../git/attributes.ts'
import { forgetCleaned } from '../../git/clean-memory.ts'
import { removeHooks } from '../../git/hooks.ts'
import { removeAttributes, removeSettings } from '../../git/install.ts'
import { configValues, DRIVER } from '../../git/local-config.ts'
import { requireRepository } from '../../git/repository.ts'
import type { GitOptions } from '../../git/run-git.ts'
import { withoutPlace } from '../../git/submodules.ts'
import { otherWorkTrees } from '../../git/work-trees.ts'
import { findProjectIfAny } from '../../project/find-project.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { filesNamed, leaveWorkTrees, projectsIn, type WorkTree } from '../install/leave-work-trees.ts'

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
    const { attributes, plain } = global ? { attributes: [], plain: [] } : await leaveRepository(context)
    const settings = await removeSettings({ cwd, env, scope: global ? 'global' : 'local' })
    const hooks = global ? [] : await leaveHooks(context)
    if (context.json) return terminal.json({ settings, attributes, hooks, plain })
    if (settings.length > 0)
      terminal.note(`git is set up ${global ? 'for all your repositories' : 'in this clone'} no more`)
    if (attributes.length > 0) {
      const them = attributes.length === 1 ? 'it' : 'them'
      terminal.note(`took our lines out of ${attributes.join(' and ')}: commit ${them}`)
    }
    if (hooks.length > 0) terminal.note(`took our lines out of ${hooks.join(' and ')}`)
    if (settings.length + hooks.length + attributes.length === 0) terminal.note('there was nothing to take away')
    if (plain.length > 0) {
      terminal.warn(`git would store in clear now: ${plain.join(', ')}`, 'encrypt them first: secrets encrypt FILE')
    }
  },
})

interface Left {
  /** Every `.gitattributes` that was changed, absolute. */
  readonly attributes: readonly string[]
  /** Files in clear that git does not have, as they are shown. */
  readonly plain: readonly string[]
}

/** Files in clear would be committed as they are once the filter is gone. */
async function leaveRepository(context: CommandContext): Promise<Left> {
  const { cwd, env } = context
  const { top, commonFolder } = await requireRepository({ cwd, env })
  if (top === undefined) return { attributes: [], plain: [] }
  const git = { cwd: top, env }
  const projects = await projectsIn(git, await context.projectIfAny())
  const filtered = (await configValues(`filter.${DRIVER}.process`, git)).length > 0
  const plain = filtered ? await leaveWorkTrees([{ git, projects }, ...(await otherTrees(git))], cwd) : []
  await forgetCleaned(commonFolder)
  const places = projects.map((project) => attributesFile(project, top))
  const files = [...new Set([...places, ...(await filesNamed('.gitattributes', git))])]
  const attributes: string[] = []
  for (const file of files) if (await removeAttributes(file, top)) attributes.push(file)
  return { attributes, plain }
}

/** All work trees of a clone lose the filter at once. */
async function otherTrees(git: GitOptions): Promise<readonly WorkTree[]> {
  const env = withoutPlace(git.env)
  const trees: WorkTree[] = []
  for (const cwd of await otherWorkTrees(git)) {
    const found = await findProjectIfAny({ cwd, env })
    trees.push({ git: { cwd, env }, projects: await projectsIn({ cwd, env }, found) })
  }
  return trees
}

/** The scripts that were ours, or held lines of ours. */
async function leaveHooks({ cwd, env }: CommandContext): Promise<readonly string[]> {
  const { top } = await requireRepository({ cwd, env })
  if (top === undefined) return []
  const hooks = await removeHooks({ top, git: { cwd: top, env } })
  return hooks.filter(({ state }) => state === 'removed').map(({ path }) => path)
}
