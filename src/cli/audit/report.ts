import type { StoredOpening } from '../../audit/stored-records.ts'
import { csvLines, tableLines } from '../access/table.ts'
import type { CommandContext } from '../context.ts'

/** Rows of texts with a head, in the three forms. */
export interface Report {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** How a report is printed. */
export type ReportForm = 'table' | 'json' | 'csv'

/** Characters of a cell of a table for people. */
const WIDEST = 48

/** Prints a report: as JSON a list of objects by the names of the columns. */
export async function printReport(
  { columns, rows }: Report,
  form: ReportForm,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<void> {
  if (form === 'json') {
    await terminal.json(rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? '']))))
    return
  }
  if (form === 'csv') {
    await terminal.result(
      csvLines([columns, ...rows])
        .map((line) => `${line}\n`)
        .join(''),
    )
    return
  }
  const shown = rows.map((row) => row.map((cell) => (cell.length > WIDEST ? `${cell.slice(0, WIDEST - 1)}…` : cell)))
  for (const line of tableLines([columns.map((name) => name.toUpperCase()), ...shown])) await terminal.line(line)
}

/** Openings for people: the columns that fit a line. */
export function openingsTable(openings: readonly StoredOpening[]): Report {
  return {
    columns: ['time', 'outcome', 'who', 'key', 'environment', 'files', 'command'],
    rows: openings.map((opening) => [
      opening.time,
      opening.outcome,
      opening.job.length > 0 ? opening.job.join(' ') : `${opening.user}@${opening.host}`,
      opening.keys.join(', '),
      opening.environment,
      filesText(opening),
      opening.command,
    ]),
  }
}

/** Openings for programs: all columns. */
export function openingsList(openings: readonly StoredOpening[]): Report {
  return {
    columns: [
      'time',
      'outcome',
      'user',
      'host',
      'keys',
      'job',
      'environment',
      'files',
      'values',
      'commit',
      'command',
      'reason',
    ],
    rows: openings.map((opening) => [
      opening.time,
      opening.outcome,
      opening.user,
      opening.host,
      opening.keys.join(', '),
      opening.job.join(' '),
      opening.environment,
      filesText(opening),
      opening.values,
      opening.commit,
      opening.command,
      opening.reason,
    ]),
  }
}

function filesText({ files, more }: StoredOpening): string {
  const others = more === '' ? '' : more === 'unknown' ? ' …' : ` and ${more} more`
  return `${files.join(' ')}${others}`
}
