import { SecretsError } from '../../core/errors.ts'
import { abilitiesOf, checkExportOptions, exportEntries } from '../../pipeline/exports/export-entries.ts'
import type { Exported } from '../../pipeline/exports/export-format.ts'
import { exportFormatNamed, exportFormatNames } from '../../pipeline/exports/find-export-format.ts'
import { refusePlaceholders } from '../../pipeline/placeholders/refuse-placeholders.ts'
import type { ChoiceArguments } from '../choice/choice-options.ts'
import { chosenEntries, openChosen } from '../choice/chosen-entries.ts'
import { readChoice } from '../choice/read-choice.ts'
import type { CommandContext } from '../context.ts'
import { openDestination } from './export-destination.ts'
import { type ExportArguments, formatOptions } from './export-options.ts'
import { writeExport } from './write-export.ts'

/**
 * Writes the values of targets in a format to where they are wanted. What is wrong with the options and the place is said before
 * anything is decrypted, what a format cannot hold before anything is written.
 */
export async function exportValues(
  args: ExportArguments &
    ChoiceArguments & { readonly targets: readonly string[]; readonly allowPlaceholders: boolean },
  context: CommandContext,
): Promise<void> {
  const format = await exportFormatNamed(args.format ?? missingFormat())
  const options = formatOptions(args)
  checkExportOptions(format, options)
  const destination = await openDestination(args, context)
  const choice = await readChoice(args, context)
  const files = await openChosen(args.targets, choice, context)
  const { entries } = chosenEntries(choice, files, abilitiesOf(format), context)
  if (!args.allowPlaceholders) refusePlaceholders(entries)
  const exported: Exported = await exportEntries(format, entries, options)
  await writeExport(exported, { destination, values: entries.length }, context)
}

function missingFormat(): never {
  throw new SecretsError('USAGE', 'in which format?', { hint: `--format ${exportFormatNames().join(' | ')}` })
}
