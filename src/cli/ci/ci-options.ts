import type { FlagOption, TextOption } from '../command.ts'
import { ciChoices } from './choose-system.ts'

/** For values that a system shows in its logs. */
export const allowUnmasked: FlagOption = {
  type: 'boolean',
  description: 'hand over although the system does not mask the values',
}

/** For values that only stand for others, see `src/pipeline/placeholders`. */
export const allowPlaceholders: FlagOption = {
  type: 'boolean',
  description: 'hand over placeholders that stand in the files',
}

/** The options of `secrets export` for the systems that run pipelines. */
export const exportToCiOptions: {
  readonly ci: TextOption
  readonly allowUnmasked: FlagOption
  readonly allowPlaceholders: FlagOption
} = {
  ci: {
    type: 'string',
    value: 'SYSTEM',
    choices: ciChoices(),
    description: 'hand over to later steps of the job, masks first; auto finds it',
    conflicts: ['format', 'dialect', 'portable', 'name', 'namespace', 'type', 'output', 'allowTracked'],
  },
  allowUnmasked,
  allowPlaceholders,
}
