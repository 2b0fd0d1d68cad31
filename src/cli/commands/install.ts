import { installAttributes, installSettings } from '../../git/install.ts'
import { installationProblems, plainProblem } from '../../git/installation-problems.ts'
import { driverSettings } from '../../git/local-config.ts'
import { plainBlobs } from '../../git/plain-blobs.ts'
import { findRepository, worktreeTop } from '../../git/repository.ts'
import type { Project } from '../../project/model.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { programPaths } from '../program-paths.ts'
import { commands } from './registry.ts'

/** `secrets install` */
export const command: Command = defineCommand({
  name: 'install',
  group: 'git',
  summary: 'let git encrypt, decrypt, show and merge secret files',
  description: [
    'Names the files of all environments in .gitattributes, which is to be committed, and sets git up in this clone: whatever is ' +
      'added is encrypted on the way, and adding fails where that is not possible. Run it again when .secretsrc or Node changed.',
    'With --global git is set up for all repositories of yours. That alone encrypts nothing: each repository says by its ' +
      '.gitattributes which files are secret. But no clone can store them in clear any more.',
  ],
  examples: [
    { line: 'secrets install', description: 'this repository' },
    { line: 'secrets install --global', description: 'all clones of yours, present and future' },
    { line: 'secrets install --check', description: 'say what is missing, change nothing' },
  ],
  options: {
    global: { type: 'boolean', description: 'set git up for all repositories of yours', conflicts: ['check'] },
    check: { type: 'boolean', description: 'change nothing; the exit status is 1 when something is missing' },
  },
  json: true,
  async run({ global, check }, context) {
    if (check) return reportProblems(context)
    const { top } = global ? { top: undefined } : await findRepository(context)
    const project = top === undefined ? undefined : await context.project()
    const settings = await setUp(global ? 'global' : 'local', context)
    const attributes = top === undefined || project === undefined ? undefined : await installAttributes(project, top)
    const plain = top === undefined || project === undefined ? [] : await plainBlobs(project, { ...context, cwd: top })
    if (context.json) await context.terminal.json({ settings, attributes: attributes ?? null, plain })
    else tell({ settings, attributes, project, global, plain }, context)
    return 0
  },
})

function setUp(scope: 'local' | 'global', { cwd, env }: CommandContext): Promise<readonly string[]> {
  const settings = driverSettings(programPaths(), { textconv: isCommand('textconv'), merge: isCommand('merge-driver') })
  return installSettings(settings, { cwd, env, scope })
}

function isCommand(name: string): boolean {
  return commands.some((entry) => entry.name === name)
}

interface Outcome {
  readonly settings: readonly string[]
  readonly attributes: string | undefined
  readonly project: Project | undefined
  readonly global: boolean
  readonly plain: readonly string[]
}

function tell({ settings, attributes, project, global, plain }: Outcome, { terminal }: CommandContext): void {
  if (settings.length > 0) terminal.note(`git is set up ${global ? 'for all your repositories' : 'in this clone'}`)
  if (attributes !== undefined) terminal.note(`wrote ${attributes}: commit it`)
  if (settings.length === 0 && attributes === undefined) terminal.note('everything is in place already')
  if (project?.environments.some(({ checkout }) => checkout === 'decrypted')) {
    terminal.note('"secrets unlock" decrypts the files that are checked out already')
  }
  if (plain.length > 0) {
    const { problem, hint } = plainProblem(plain)
    terminal.warn(problem, hint)
  }
}

async function reportProblems(context: CommandContext): Promise<number> {
  const { cwd, env, terminal } = context
  const top = worktreeTop(await findRepository({ cwd, env }))
  const problems = await installationProblems(await context.project(), top, { cwd, env })
  if (context.json) await terminal.json({ problems })
  else for (const { problem, hint } of problems) terminal.warn(problem, hint)
  return problems.length === 0 ? 0 : 1
}
