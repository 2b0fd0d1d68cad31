import { SecretsError } from '../../core/errors.ts'
import { installationProblems } from '../../git/installation-problems.ts'
import { requireRepository, requireWorkTree } from '../../git/repository.ts'
import { shownPath } from '../../project/paths.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { type Clone, setUpClone, setUpDrivers } from '../install/set-up-git.ts'
import { tellSetUp } from '../install/set-up-lines.ts'
import { setUpSubmodules, submodulesWithSecrets } from '../install/set-up-submodules.ts'

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
    'Hooks before commits and pushes check what git is about to take, whatever put it there: they stand before hooks that are there ' +
      'already, those of husky, lefthook and pre-commit among them. Hooks outside of the repository are left alone.',
    'Work trees of one clone share all this. A submodule is a clone of its own: --recurse-submodules sets those up too that have a ' +
      'configuration. In a bare repository there is nothing to install: call "secrets hook pre-receive" from its pre-receive hook.',
  ],
  examples: [
    { line: 'secrets install', description: 'this repository' },
    { line: 'secrets install --global', description: 'all clones of yours, present and future' },
    { line: 'secrets install --no-hooks', description: 'with hooks that call "secrets hook" by themselves' },
    { line: 'secrets install --check', description: 'say what is missing, change nothing' },
  ],
  options: {
    global: { type: 'boolean', description: 'set git up for all repositories of yours', conflicts: ['check'] },
    noHooks: { type: 'boolean', description: 'leave the hooks of git alone' },
    recurseSubmodules: {
      type: 'boolean',
      description: 'submodules that are checked out too',
      conflicts: ['global', 'check'],
    },
    check: { type: 'boolean', description: 'change nothing; the exit status is 1 when something is missing' },
  },
  json: true,
  async run({ global, check, noHooks, recurseSubmodules }, context) {
    if (check) return reportProblems(noHooks, context)
    if (global) return setUpGlobally(context)
    const top = await topToSetUp(context)
    const clone = { top, project: await context.project() }
    const others = await submodulesWithSecrets(top, context)
    const setUp = await setUpClone(clone, { noHooks }, context)
    const submodules = recurseSubmodules ? await setUpSubmodules(others, { noHooks }, context) : []
    if (context.json) {
      const { attributes, ...rest } = setUp
      const names = submodules.map(({ clone: { top: path } }) => path)
      await context.terminal.json({ ...rest, attributes: attributes ?? null, submodules: names })
      return 0
    }
    tellSetUp(setUp, clone.project, context)
    for (const { clone: submodule, setUp: its } of submodules) {
      context.terminal.note(`submodule ${shownPath(context.cwd, submodule.top)}:`)
      tellSetUp(its, submodule.project, context)
    }
    if (!recurseSubmodules) tellOfSubmodules(others, context)
    return 0
  },
})

async function setUpGlobally(context: CommandContext): Promise<number> {
  const settings = await setUpDrivers('global', context)
  if (context.json)
    await context.terminal.json({ settings, attributes: null, plain: [], overridden: [], hooks: [], submodules: [] })
  else {
    const what = settings.length > 0 ? 'git is set up for all your repositories' : 'everything is in place already'
    context.terminal.note(what)
  }
  return 0
}

/** Git runs no filter where there are no files. */
async function topToSetUp({ cwd, env }: CommandContext): Promise<string> {
  const { top } = await requireRepository({ cwd, env })
  if (top !== undefined) return top
  throw new SecretsError('GIT_FAILED', 'there is no work tree here, so that git encrypts and decrypts nothing', {
    hint: 'in a bare repository, call "secrets hook pre-receive" from its pre-receive hook: it refuses secrets in clear',
  })
}

function tellOfSubmodules(submodules: readonly Clone[], { terminal, cwd }: CommandContext): void {
  for (const { top } of submodules) {
    const shown = shownPath(cwd, top)
    terminal.note(`submodule ${shown} has secret files of its own: secrets install --recurse-submodules sets it up too`)
  }
}

async function reportProblems(noHooks: boolean, context: CommandContext): Promise<number> {
  const { cwd, env, terminal } = context
  const top = await requireWorkTree({ cwd, env })
  const problems = await installationProblems({ top, project: await context.project() }, { hooks: !noHooks }, { env })
  if (context.json) await terminal.json({ problems })
  else for (const { problem, hint } of problems) terminal.warn(problem, hint)
  return problems.length === 0 ? 0 : 1
}
