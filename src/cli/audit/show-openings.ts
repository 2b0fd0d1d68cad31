import type { FoundLine } from '../../audit/chain/read-chain.ts'
import { isWanted, type OpeningFilter, openingsOf, parseWhen } from '../../audit/stored-records.ts'
import { SecretsError } from '../../core/errors.ts'
import type { CommandContext } from '../context.ts'
import { openingsList, openingsTable, printReport, type ReportForm } from './report.ts'

/** The options of `audit` that choose openings, as they were given. */
export interface GivenFilter {
  readonly since: string | undefined
  readonly until: string | undefined
  readonly environment: string | undefined
  readonly who: string | undefined
}

/** Throws `USAGE` for what is no time. */
export function givenFilter({ since, until, environment, who }: GivenFilter, now: Date): OpeningFilter {
  return { since: givenTime(since, now), until: givenTime(until, now), environment, who }
}

/** Prints the openings that are wanted. Warns of a log that does not verify. */
export async function showOpenings(
  lines: readonly FoundLine[],
  { form, filter }: { readonly form: ReportForm; readonly filter: OpeningFilter },
  context: CommandContext,
): Promise<undefined> {
  const { terminal } = context
  const broken = lines.find(({ problem }) => problem !== undefined)
  if (broken !== undefined) {
    terminal.warn(`the log does not verify: ${broken.file}:${broken.line} ${broken.problem}`, 'secrets audit --verify')
  }
  const openings = openingsOf(lines).filter((opening) => isWanted(opening, filter))
  if (form === 'json') await terminal.json(openings.flatMap(({ records }) => records))
  else if (form === 'csv') await printReport(openingsList(openings), form, context)
  else if (openings.length === 0) terminal.note('nothing of that kind was opened')
  else await printReport(openingsTable(openings), form, context)
}

function givenTime(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const time = parseWhen(text, now)
  if (time !== undefined) return time
  throw new SecretsError('USAGE', 'this is no time', {
    hint: 'write 2024-05-06, 2024-05-06T07:08Z, or how long ago: 12h, 7d, 4w',
  })
}
