import { join } from 'node:path'
import type { KnownValues } from '../../git/known-values.ts'
import type { RepositoryView } from '../../git/repository-view.ts'
import { type KnownLeak, scanRepository } from '../../git/scan-repository.ts'
import type { ScanRange } from '../../git/scan-sources.ts'
import { shellWord } from '../../project/check-problem.ts'
import { shownPath } from '../../project/paths.ts'
import type { IsWanted } from '../../project/wanted-files.ts'
import type { CommandContext } from '../context.ts'
import type { Findings, ReportedProblem } from '../report-format.ts'
import { counted, reported } from './print-report.ts'

/** What scanning found, and what it could not look for. */
export interface ScanOutcome {
  readonly findings: Findings
  readonly known: KnownValues
}

const RULES = { 'known-secret': 'A file that is no secret file holds a value of one.' }

/** Looks for the values of the wanted secret files in the contents of `range`, as findings to report. Throws as `scanRepository`. */
export async function runScan(
  range: ScanRange,
  isWanted: IsWanted | undefined,
  view: RepositoryView,
  context: CommandContext,
): Promise<ScanOutcome> {
  const { top } = view
  const { cwd } = context
  const { leaks, files, known } = await scanRepository(range, isWanted, view, await context.keyring())
  const problems = leaks.map((leak) =>
    reported(problemOf(leak, shownPath(cwd, join(top, leak.file.path))), { top, cwd }),
  )
  const { values, skipped, unopened } = known
  const counts = { files, values, skipped, unopened }
  return {
    findings: { command: 'scan', problems, rules: RULES, summary: summaryOf(problems.length, counts), counts },
    known,
  }
}

function problemOf({ line, column, known, file: { commit } }: KnownLeak, file: string): Omit<ReportedProblem, 'uri'> {
  const entry = known.entry === '' ? 'the content' : known.entry
  const form = known.form === 'as it is' ? '' : ` (${known.form})`
  return {
    rule: 'known-secret',
    message: `holds the value of ${entry} in ${known.file}${form}`,
    hint: commit === undefined ? hintFor(file) : 'it is in the history for good: change the value at its source',
    file,
    line,
    column,
    ...(commit === undefined ? {} : { commit }),
  }
}

function hintFor(file: string): string {
  return `take it out of ${shellWord(file)}; if it is no secret there, write secrets:allow into its line or the one above`
}

function summaryOf(problems: number, counts: Findings['counts']): string {
  const { files = 0, values = 0, skipped = 0 } = counts
  const first = `${counted(problems, 'leak')} of ${counted(values, 'known value')} in ${counted(files, 'file')}`
  return skipped === 0 ? first : `${first}; ${counted(skipped, 'value')} too short or too common to look for`
}
