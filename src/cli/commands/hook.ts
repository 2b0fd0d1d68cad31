import { stagedFiles } from '../../git/changed-files.ts'
import { configValues } from '../../git/local-config.ts'
import { pushedCommits, receivedCommits } from '../../git/pushed-commits.ts'
import { type RepositoryView, viewRepository } from '../../git/repository-view.ts'
import { trackedFile } from '../../git/tracked-file.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { fileKeyring } from '../file-keyring.ts'
import { printReport } from '../guard/print-report.ts'
import { runCheck } from '../guard/run-check.ts'
import { runScan } from '../guard/run-scan.ts'
import { missingHere } from '../install/git-state.ts'
import { refuseKilled } from '../unfinished/find-killed.ts'

/** `secrets hook`: what the hooks of git start. */
export const command: Command = defineCommand({
  name: 'hook',
  group: 'hidden',
  summary: 'what the hooks of git start',
  examples: [{ line: 'secrets hook pre-commit', description: 'check and scan what is staged' }],
  positionals: {
    name: { arity: 'one', description: 'which hook', choices: ['pre-commit', 'pre-push', 'pre-receive'] },
    args: { arity: 'many', description: 'what git gives the hook' },
  },
  async run({ name, args }, context) {
    if (name === 'pre-commit') return beforeCommit(context)
    const { git } = await viewRepository(context)
    const commits =
      name === 'pre-receive'
        ? await receivedCommits((await context.readInput()).toString('utf8'), git)
        : await pushedCommits(await referencesOf(context), args[0], git)
    return checkCommits(commits, context)
  },
})

async function beforeCommit(context: CommandContext): Promise<number> {
  // Half of a change is not to become a commit.
  await refuseKilled(context)
  const view = await viewRepository(context)
  // What was staged in part has a wrong MAC. A key that has to be touched, or costs money, is not asked for every commit.
  const quietly = { ...context, keyring: () => fileKeyring(context.keyContext) }
  const found = await runCheck(
    { range: { kind: 'staged' }, isWanted: undefined, checkMac: true, requireSeal: false, noExposure: false },
    view,
    quietly,
  )
  const status = found.problems.length === 0 ? 0 : await printReport(found, 'text', context)
  await tellMissing(view, context)
  return Math.max(status, await scanStaged(view, context))
}

/** A hook that the repository brings along runs in clones, too, in which nobody ran `install`. */
async function tellMissing({ top }: RepositoryView, context: CommandContext): Promise<void> {
  const project = await context.projectIfAny()
  if (project === undefined) return
  for (const { problem, hint } of await missingHere(project, top, context)) context.terminal.warn(problem, hint)
}

/** Whether values are looked for before a commit: `git config secretsrc.scan false` for whoever has a slow key. */
const SCAN_KEY = 'secretsrc.scan'

/** Without a key the values are not known, and nobody is kept from working. */
async function scanStaged(view: RepositoryView, context: CommandContext): Promise<number> {
  if (/^(?:false|no|off|0)$/i.test((await configValues(SCAN_KEY, view.git)).at(-1) ?? '')) return 0
  const staged = await stagedFiles(view.git)
  const claims = await Promise.all(staged.map(({ path }) => isClaimed(path, view)))
  // Where only secret files are staged no key has to be touched.
  if (!claims.includes(false)) return 0
  const { findings, known } = await runScan('staged', undefined, view, context)
  if (known.reason !== undefined) {
    const which = known.unopened === 1 ? 'one secret file' : `${known.unopened} secret files`
    context.terminal.note(`what is staged was not scanned for the values of ${which}: ${known.reason.message}`)
  }
  return findings.problems.length === 0 ? 0 : printReport(findings, 'text', context)
}

async function isClaimed(path: string, { top, config }: RepositoryView): Promise<boolean> {
  const project = await config(path)
  return project !== undefined && trackedFile(top, path, project).environment !== undefined
}

async function checkCommits(
  ranges: Awaited<ReturnType<typeof pushedCommits>>,
  context: CommandContext,
): Promise<number> {
  let status = 0
  for (const range of ranges) {
    const view = await viewRepository(context, range.tip)
    const found = await runCheck(
      { range, isWanted: undefined, checkMac: false, requireSeal: false, noExposure: false },
      view,
      context,
    )
    if (found.problems.length > 0) status = await printReport(found, 'text', context)
  }
  return status
}

/** As git tells them; pre-commit reads those lines itself and hands on what they say by variables. */
async function referencesOf({ env, readInput }: CommandContext): Promise<string> {
  const { PRE_COMMIT_FROM_REF: from = '', PRE_COMMIT_TO_REF: to = '' } = env
  return to === '' ? (await readInput()).toString('utf8') : `- ${to} - ${from}`
}
