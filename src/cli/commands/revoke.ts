import { type Exposure, exposures } from '../../project/access/exposure.ts'
import { type AccessPlan, changesOf, planRevocation } from '../../project/access/plan-access.ts'
import { canonicalNames } from '../../project/differences.ts'
import { readTargets } from '../../project/read-entry.ts'
import { applyPlan, PLAN_OPTIONS } from '../access/apply-plan.ts'
import { exposureJson, exposureLines } from '../access/exposure-report.ts'
import { pastVersions } from '../access/past-versions.ts'
import { planJson } from '../access/plan-report.ts'
import { withProgress } from '../access/with-progress.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'

/** Status when nothing was written although there was something to write. */
const NOT_WRITTEN = 1

/** `secrets revoke` */
export const command: Command = defineCommand({
  name: 'revoke',
  group: 'access',
  summary: 'take access to environments away',
  writes: true,
  description: [
    'Removes a recipient from environments, from all of them by default, in .secretsrc and in their files, in one step: everything is ' +
      'written or nothing. Every file gets a new data key. The recipient keeps its name in .secretsrc.',
    'Whoever could read a value may have kept it, and old commits stay readable: the list of what was exposed is printed, to be changed at ' +
      'its source. "secrets exposure" prints it again and ticks off what has been changed.',
  ],
  examples: [
    { line: 'secrets revoke bob', description: 'from all environments' },
    { line: 'secrets revoke bob production', description: 'from one' },
    { line: 'secrets revoke --dry-run bob', description: 'what would change, and what is exposed' },
  ],
  positionals: {
    name: { arity: 'one', description: 'recipient', complete: 'recipient' },
    environments: { arity: 'many', description: 'what it may not read any more (all)', complete: 'environment' },
  },
  options: PLAN_OPTIONS,
  json: true,
  async run({ name, environments, yes, dryRun }, context) {
    const project = await context.project()
    const plan = await withProgress(context, (options) => planRevocation({ name, environments }, options))
    const exposed = await exposedBy(name, plan, context)
    const decision = { files: plan.files, changes: changesOf(plan), root: project.root, yes, dryRun }
    const outcome = await applyPlan({ ...decision, lines: configLines(name, plan) }, context)
    await report(name, { exposed, written: outcome === 'written', plan }, context)
    if (outcome === 'same')
      context.terminal.note(`nothing to do: ${name} cannot read ${environments.join(', ') || 'anything'}`)
    return outcome === 'not written' && !dryRun ? NOT_WRITTEN : 0
  },
})

/** Worked out before anything is written: the values of now are those that the recipient can read. */
async function exposedBy(name: string, plan: AccessPlan, context: CommandContext): Promise<readonly Exposure[]> {
  const project = await context.project()
  const keyring = await context.keyring()
  const changed = plan.files.filter(({ state }) => state === 'changed')
  const targets = changed.map(({ target }) => target)
  const present = await readTargets(targets, { project, stored: findStored(context) })
  const names = new Set(targets.map(({ environment }) => environment?.name))
  const versions = await pastVersions(
    project.environments.filter((environment) => names.has(environment.name)),
    context,
  )
  const reference = await keyring.canonical(project.recipients.get(name)?.reference ?? name)
  const known = [...(await canonicalNames(project, keyring)).keys()]
  const losing = new Set(targets.map(({ path }) => path))
  const inTree = present.map((file) => ({ commit: undefined, date: undefined, file }))
  return exposures({ versions: [...versions, ...inTree], present, keyring, known, references: [reference], losing })
}

interface Outcome {
  readonly exposed: readonly Exposure[]
  readonly written: boolean
  readonly plan: AccessPlan
}

async function report(name: string, { exposed, written, plan }: Outcome, context: CommandContext): Promise<void> {
  const { terminal, json } = context
  const known = await canonicalNames(await context.project(), await context.keyring())
  const nameOf = (reference: string): string => known.get(reference) ?? reference
  const { environments, files } = plan
  if (json) {
    return terminal.json({
      written,
      name,
      environments,
      files: planJson(files),
      exposure: exposureJson(exposed, nameOf),
    })
  }
  const lines = exposureLines(exposed, nameOf, (style, text) => terminal.paint(style, text, 'stdout'))
  if (lines.length > 0) await terminal.line(lines.join('\n'))
  if (!written) return
  const where = environments.length === 0 ? 'the files' : environments.join(', ')
  terminal.note(
    `${name} cannot read what is written to ${where} from now on; what is exposed: secrets exposure ${name}`,
  )
}

function configLines(name: string, { config, environments }: AccessPlan): readonly string[] {
  if (config.change === undefined) return []
  return environments.map((environment) => `configuration: ${name} leaves ${environment}`)
}
