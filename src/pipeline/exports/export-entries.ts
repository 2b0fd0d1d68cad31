import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { ReaderAbilities } from '../choice/choice.ts'
import type { ExportEntry, Exported, ExportFormat, ExportOptions } from './export-format.ts'
import { holdersOf } from './holders.ts'

/** What a format can be given, as the choice of entries has to know it. */
export function abilitiesOf({ shape, freeNames, bytes }: ExportFormat): ReaderAbilities {
  const flat = freeNames === true ? 'free' : 'variables'
  return { naming: shape === 'nested' ? 'tree' : flat, ...(bytes === undefined ? {} : { bytes }) }
}

/**
 * Entries in a format. Throws `USAGE` for options that it does not take, `UNREPRESENTABLE` with every entry that it cannot hold, each
 * with the reason, and what holds them; nothing is written then.
 */
export async function exportEntries(
  format: ExportFormat,
  entries: readonly ExportEntry[],
  options: ExportOptions,
): Promise<Exported> {
  checkExportOptions(format, options)
  const offenders = entries.flatMap((entry) => {
    const reason = format.problem?.(entry, options)
    return reason === undefined ? [] : [{ entry, reason }]
  })
  if (offenders.length > 0) throw await unrepresentable(offenders, format, options)
  return format.write(entries, options)
}

/** Throws `USAGE` for an option that a format does not take, and for a dialect that it does not know. */
export function checkExportOptions(format: ExportFormat, options: ExportOptions): void {
  const { name, dialects = [] } = format
  const taken: readonly string[] = [...(format.options ?? []), ...(dialects.length === 0 ? [] : ['dialect'])]
  const other = Object.entries(options).find(([option, value]) => value !== undefined && !taken.includes(option))
  if (other !== undefined) {
    const [option] = other
    throw new SecretsError(
      'USAGE',
      `${option === 'dialect' ? '--dialect and --portable are' : `--${option} is`} not for ${name}`,
      {
        hint: taken.length === 0 ? `${name} takes no options` : `${name} takes --${taken.join(', --')}`,
      },
    )
  }
  const { dialect } = options
  if (dialect === undefined || dialects.some((each) => each.name === dialect)) return
  throw new SecretsError('USAGE', `${name} has no dialect ${JSON.stringify(dialect)}`, {
    hint: `use one of: ${dialects.map((each) => each.name).join(', ')}`,
  })
}

interface Offender {
  readonly entry: ExportEntry
  readonly reason: string
}

async function unrepresentable(
  offenders: readonly Offender[],
  format: ExportFormat,
  options: ExportOptions,
): Promise<SecretsError> {
  const what = offenders.length === 1 ? 'a value' : `${offenders.length} values`
  const as = options.dialect === undefined ? format.name : `${format.name} (${options.dialect})`
  const holders = await holdersOf(
    offenders.map(({ entry }) => entry),
    format,
  )
  return new SecretsError('UNREPRESENTABLE', `${what} cannot be written as ${as} so that the same is read back`, {
    details: offenders.map(({ entry, reason }) => `${entry.file}: ${formatPath(entry.path)}: ${reason}`),
    hint: `${holders.length === 0 ? '' : `what holds ${offenders.length === 1 ? 'it' : 'them'}: ${holders.join(', ')}; `}secrets run hands over any text; --except leaves entries out`,
  })
}
