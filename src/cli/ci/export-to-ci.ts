import { refuseUnsafe } from '../../pipeline/ci/plan-hand-over.ts'
import { refusePlaceholders } from '../../pipeline/placeholders/refuse-placeholders.ts'
import type { ChoiceArguments } from '../choice/choice-options.ts'
import { chosenEntries, openChosen } from '../choice/chosen-entries.ts'
import { readChoice } from '../choice/read-choice.ts'
import type { CommandContext } from '../context.ts'
import { chosenSystem } from './choose-system.ts'
import { type HandOverOptions, handToSteps } from './hand-over.ts'
import { handedValues } from './handed-values.ts'

/** Hands values of targets to later steps of the job: `secrets export --ci`. Throws what these steps throw. */
export async function exportToCi(
  choice: string,
  args: ChoiceArguments &
    HandOverOptions & { readonly targets: readonly string[]; readonly allowPlaceholders: boolean },
  context: CommandContext,
): Promise<void> {
  const system = await chosenSystem(choice, context.env)
  refuseUnsafe(system, args.allowUnmasked)
  const chosen = await readChoice(args, context)
  const files = await openChosen(args.targets, chosen, context)
  const { entries } = chosenEntries(chosen, files, { naming: 'variables' }, context)
  if (!args.allowPlaceholders) refusePlaceholders(entries)
  await handToSteps(system, handedValues(entries, files), context)
}
