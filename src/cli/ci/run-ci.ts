import type { CiSystem } from '../../pipeline/ci/ci-system.ts'
import { detectSystem } from '../../pipeline/ci/detect-system.ts'
import { refuseUnsafe } from '../../pipeline/ci/plan-hand-over.ts'
import { refusePlaceholders } from '../../pipeline/placeholders/refuse-placeholders.ts'
import type { ChoiceArguments } from '../choice/choice-options.ts'
import { chosenEntries } from '../choice/chosen-entries.ts'
import { readChoice } from '../choice/read-choice.ts'
import type { CommandContext } from '../context.ts'
import { AUTO, chosenSystem } from './choose-system.ts'
import { type HandOverOptions, handToSteps } from './hand-over.ts'
import { handedValues } from './handed-values.ts'
import { jobTargets } from './job-targets.ts'
import { openForJob } from './open-for-job.ts'
import { type JobCommand, jobCommand, runInJob } from './run-in-job.ts'
import { tellJob } from './tell-job.ts'

/** What `secrets ci` is given. */
export interface CiArguments extends ChoiceArguments, HandOverOptions {
  readonly targets: readonly string[]
  readonly placeholders: boolean
  readonly allowPlaceholders: boolean
  readonly rest: readonly string[]
}

/** Tells later steps and commands that they have placeholders. */
const PLACEHOLDERS = { name: 'SECRETS_PLACEHOLDERS', text: 'true', masks: [] } as const

/** One step of a job: opens what the runner's key opens, and hands it to later steps, or to one command. Gives the status. */
export async function runCi(args: CiArguments, context: CommandContext): Promise<number> {
  const command = await jobCommand(args.rest, context)
  const system = await systemFor(command, args, context)
  const choice = await readChoice(args, context)
  const targets = await jobTargets(args.targets, choice, context)
  if (system !== undefined) tellJob(system, context)
  const { placeholders } = args
  const { files, arePlaceholders } = await openForJob({ targets, choice, system, placeholders }, context)
  const reader = { naming: 'variables', files: command !== undefined } as const
  const chosen = chosenEntries(choice, files, reader, context)
  if (!arePlaceholders && !args.allowPlaceholders) refusePlaceholders(chosen.entries)
  const more = arePlaceholders ? [PLACEHOLDERS] : []
  if (command !== undefined) return runInJob(command, { files, chosen, more }, context)
  const { values, unmasked } = handedValues(chosen.entries, files)
  if (system !== undefined) await handToSteps(system, { values: [...values, ...more], unmasked }, context)
  return 0
}

/** A command can be given values anywhere; later steps only by a system that is known, and keeps values secret. */
async function systemFor(
  command: JobCommand | undefined,
  args: HandOverOptions,
  context: CommandContext,
): Promise<CiSystem | undefined> {
  if (command !== undefined) return detectSystem(context.env)?.load()
  const system = await chosenSystem(AUTO, context.env)
  refuseUnsafe(system, args.allowUnmasked)
  return system
}
