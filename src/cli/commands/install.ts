import { dirname } from 'node:path'
import { type HookOutcome, installHooks, missingHooks } from '../../git/hooks.ts'
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
    'Hooks before commits and pushes check what git is about to take, whatever put it there: they stand before hooks that are there ' +
      'already, those of husky, lefthook and pre-commit among them. Hooks outside of the repository are left alone.',
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
    check: { type: 'boolean', description: 'change nothing; the exit status is 1 when something is missing' },
  },
  json: true,
  async run({ global, check, noHooks }, context) {
    if (check) return reportProblems(noHooks, context)
    const { top } = global ? { top: undefined } : await findRepository(context)
    const project = top === undefined ? undefined : await context.project()
    const settings = await setUp(global ? 'global' : 'local', context)
    const attributes = top === undefined || project === undefined ? undefined : await installAttributes(project, top)
    const plain = top === undefined || project === undefined ? [] : await plainBlobs(project, { ...context, cwd: top })
    const hooks = top === undefined || noHooks ? [] : await setUpHooks(top, context)
    if (context.json) await context.terminal.json({ settings, attributes: attributes ?? null, plain, hooks })
    else tell({ settings, attributes, project, global, plain, hooks }, context)
    return 0
  },
})

function setUp(scope: 'local' | 'global', { cwd, env }: CommandContext): Promise<readonly string[]> {
  const settings = driverSettings(programPaths(), { textconv: isCommand('textconv'), merge: isCommand('merge-driver') })
  return installSettings(settings, { cwd, env, scope })
}

function setUpHooks(top: string, { env }: CommandContext): Promise<readonly HookOutcome[]> {
  return installHooks({ top, git: { cwd: top, env } }, programPaths())
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
  readonly hooks: readonly HookOutcome[]
}

function tell({ settings, attributes, project, global, plain, hooks }: Outcome, { terminal }: CommandContext): void {
  if (settings.length > 0) terminal.note(`git is set up ${global ? 'for all your repositories' : 'in this clone'}`)
  if (attributes !== undefined) terminal.note(`wrote ${attributes}: commit it`)
  for (const line of hookLines(hooks)) terminal.note(line)
  const sameHooks = hooks.every(({ state }) => state === 'unchanged')
  if (settings.length === 0 && attributes === undefined && sameHooks) terminal.note('everything is in place already')
  if (project?.environments.some(({ checkout }) => checkout === 'decrypted')) {
    terminal.note('"secrets unlock" decrypts the files that are checked out already')
  }
  if (plain.length > 0) {
    const { problem, hint } = plainProblem(plain)
    terminal.warn(problem, hint)
  }
}

function hookLines(hooks: readonly HookOutcome[]): readonly string[] {
  const named = (wanted: HookOutcome['state']): readonly HookOutcome[] => hooks.filter(({ state }) => state === wanted)
  const written = named('written').map(({ name }) => name)
  const [elsewhere] = named('elsewhere')
  return [
    ...(written.length === 0 ? [] : [`${written.join(' and ')} check what git takes`]),
    ...named('shared').map(({ path }) => `wrote ${path}: commit it`),
    ...(elsewhere === undefined
      ? []
      : [
          `your hooks are those of ${dirname(elsewhere.path)}: call "secrets hook pre-commit" and "secrets hook pre-push" there`,
        ]),
  ]
}

async function reportProblems(noHooks: boolean, context: CommandContext): Promise<number> {
  const { cwd, env, terminal } = context
  const top = worktreeTop(await findRepository({ cwd, env }))
  const found = await installationProblems(await context.project(), top, { cwd, env })
  const hooks = noHooks ? [] : await missingHooks({ top, git: { cwd: top, env } })
  const missing = hooks.map(({ name }) => ({
    problem: `no ${name} hook checks what git takes`,
    hint: `run "secrets install", or call "secrets hook ${name}" from a hook of yours`,
  }))
  const problems = [...found, ...missing]
  if (context.json) await terminal.json({ problems })
  else for (const { problem, hint } of problems) terminal.warn(problem, hint)
  return problems.length === 0 ? 0 : 1
}
