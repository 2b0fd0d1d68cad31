import { gitHistory } from '../../git/git-client.ts'
import { GitObjects } from '../../git/git-objects.ts'
import { findRepository } from '../../git/repository.ts'
import { pathInRepository } from '../../git/revision.ts'
import { lastSealedVersion } from '../../git/sealed-history.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { type PlanSealOptions, planSeals, type SealPlan } from '../../project/seal/plan-seal.ts'
import { environmentFiles, resolveTargets } from '../../project/targets.ts'
import { noteStaged, PLAN_OPTIONS } from '../access/apply-plan.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { sealPlanJson, sealPlanLines } from '../seal-report.ts'
import { findStored } from '../stored-files.ts'
import { writeChanges } from '../write-changes.ts'

/** Status when files are still without a right seal. */
const UNSEALED = 1

/** `secrets seal` */
export const command: Command = defineCommand({
  name: 'seal',
  group: 'daily',
  summary: 'show what changed by hand, and seal files anew',
  writes: true,
  description: [
    'A seal vouches for all of a file that the MAC does not cover: comments, empty values, names of keys, order, recipients, the ' +
      'selection, and the spelling of everything. sops drops it when it writes; a change by hand makes it wrong, and the file is refused.',
    'Compares each file without a right seal with the last version in git that has one, and names what differs: entries, ' +
      'comments, recipients, rules; no values. Then it asks, and makes the seal. Look at the list before you agree: from then on the ' +
      'seal vouches for it. The MAC has to be right.',
    'The exit status is 1 with --dry-run when a file has no right seal, and when the answer is no.',
  ],
  examples: [
    { line: 'secrets seal', description: 'all files of all environments, after sops wrote some' },
    { line: 'secrets seal --dry-run secrets/production.yaml', description: 'what changed, and nothing else' },
  ],
  positionals: { targets: { arity: 'many', description: 'environments, files or globs', complete: 'target' } },
  options: PLAN_OPTIONS,
  json: true,
  async run({ targets, yes, dryRun }, context) {
    const plans = await plan(targets, context)
    const { terminal } = context
    const changes = plans.flatMap(({ change }) => change ?? [])
    warnOfOthers(plans, context)
    const written = changes.length > 0 && (await agreed(plans, { yes, dryRun }, context))
    if (written) {
      noteStaged(await writeChanges(changes, (await context.projectIfAny())?.root, context), context)
      terminal.note(`sealed ${counted(changes.length)}`)
    }
    if (context.json) await terminal.json({ written, files: plans.map(sealPlanJson) })
    if (changes.length === 0) terminal.note('nothing to do: no file lacks a seal')
    return written || changes.length === 0 ? 0 : UNSEALED
  },
})

async function agreed(
  plans: readonly SealPlan[],
  { yes, dryRun }: { readonly yes: boolean; readonly dryRun: boolean },
  { terminal, questions, json }: CommandContext,
): Promise<boolean> {
  if (!json)
    await terminal.line(sealPlanLines(plans, (style, text) => terminal.paint(style, text, 'stdout')).join('\n'))
  if (dryRun) return false
  return yes || questions.confirm({ message: 'Seal this?', instead: 'look with --dry-run, then --yes' })
}

async function plan(targets: readonly string[], context: CommandContext): Promise<readonly SealPlan[]> {
  const { cwd, now } = context
  const project = targets.length === 0 ? await context.project() : await context.projectIfAny()
  const all = targets.length === 0 && project !== undefined
  const wanted = all ? await environmentFiles(project, cwd) : await resolveTargets(targets, { project, cwd })
  const progress = context.terminal.progress('comparing', wanted.length)
  const keyring = await context.keyring()
  const lastSealed = await historyOf(context, keyring)
  const options = { project, keyring, now, lastSealed, stored: findStored(context), onDone: () => progress.advance() }
  return planSeals(wanted, options).finally(() => progress.end())
}

/** Without a repository there is nothing to compare with. */
async function historyOf(
  { cwd, env, onExit }: CommandContext,
  keyring: Keyring,
): Promise<PlanSealOptions['lastSealed']> {
  const top = (await findRepository({ cwd, env }).catch(() => undefined))?.top
  if (top === undefined) return async () => undefined
  const git = { cwd: top, env }
  if ((await gitHistory(git).commitOf('HEAD')) === undefined) return async () => undefined
  const objects = new GitObjects(git)
  onExit(() => objects.close())
  return async (target) => {
    const path = await pathInRepository(top, target.path)
    return path.startsWith('../') ? undefined : lastSealedVersion(path, target, { git, objects, keyring })
  }
}

function warnOfOthers(plans: readonly SealPlan[], { terminal }: CommandContext): void {
  for (const { target, state } of plans) {
    if (state === 'plain')
      terminal.warn(`${target.shown} is not encrypted, and was left alone`, `secrets encrypt ${target.shown}`)
    if (state === 'off') terminal.note(`${target.shown}: its environment wants no seal`)
  }
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}
