import { fingerprint } from '../../project/access/fingerprint.ts'
import { type AccessPlan, changesOf, planGrant } from '../../project/access/plan-access.ts'
import { applyPlan, PLAN_OPTIONS } from '../access/apply-plan.ts'
import { planJson } from '../access/plan-report.ts'
import { withProgress } from '../access/with-progress.ts'
import { type Command, defineCommand } from '../command.ts'

/** Status when nothing was written although there was something to write. */
const NOT_WRITTEN = 1

/** `secrets grant` */
export const command: Command = defineCommand({
  name: 'grant',
  group: 'access',
  summary: 'let somebody read environments',
  writes: true,
  description: [
    'Adds a recipient to environments, in .secretsrc and in all their files, in one step: everything is written or nothing. It takes ' +
      'the key of somebody who can read the files now. What is there already stays; running it again changes nothing.',
    'The plan is shown first, with a fingerprint of the key: compare it with the owner, because whoever holds that key will be able to ' +
      'read all values of the environments, in commits from now on.',
  ],
  examples: [
    { line: 'secrets grant carol staging production', description: 'a recipient of .secretsrc' },
    { line: 'secrets grant --key age1… ci production', description: 'a new recipient, named ci' },
    { line: 'secrets grant --yes ci production', description: 'without asking, for scripts' },
  ],
  positionals: {
    name: { arity: 'one', description: 'recipient', complete: 'recipient' },
    environments: { arity: 'some', description: 'what it may read', complete: 'environment' },
  },
  options: {
    ...PLAN_OPTIONS,
    key: { type: 'string', value: 'KEY', description: 'public key of a recipient that .secretsrc does not name yet' },
    group: { type: 'number', value: 'N', description: 'which group, for environments with several, from 1' },
  },
  json: true,
  async run({ name, environments, yes, dryRun, key, group }, context) {
    const project = await context.project()
    const plan = await withProgress(context, (options) => planGrant({ name, environments, group, key }, options))
    const reference = plan.config.project.recipients.get(name)?.reference ?? ''
    const keyring = await context.keyring()
    const print = fingerprint(await keyring.canonical(reference).catch(() => reference))
    const decision = { files: plan.files, changes: changesOf(plan), root: project.root, yes, dryRun }
    const outcome = await applyPlan(
      { ...decision, lines: [`key of ${name}: ${print}`, ...configLines(name, plan)] },
      context,
    )
    if (context.json) {
      await context.terminal.json({
        written: outcome === 'written',
        name,
        fingerprint: print,
        environments: plan.environments,
        files: planJson(plan.files),
      })
    }
    if (outcome === 'same') context.terminal.note(`nothing to do: ${name} can read ${environments.join(', ')}`)
    if (outcome === 'written') context.terminal.note(`${name} can read ${environments.join(', ')}`)
    return outcome === 'not written' && !dryRun ? NOT_WRITTEN : 0
  },
})

function configLines(name: string, { config, environments }: AccessPlan): readonly string[] {
  if (config.change === undefined) return []
  return environments.map((environment) => `configuration: ${name} joins ${environment}`)
}
