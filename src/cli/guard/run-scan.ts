import { join } from 'node:path'
import type { StoredFile } from '../../git/changed-files.ts'
import { isAllowed } from '../../git/leaked-keys.ts'
import { eachScanned, encryptedFiles, type ScanRange } from '../../git/scan-sources.ts'
import { shellWord } from '../../project/check-problem.ts'
import { shownPath } from '../../project/paths.ts'
import type { IsWanted } from '../../project/wanted-files.ts'
import type { CommandContext } from '../context.ts'
import type { Findings, ReportedProblem } from '../report-format.ts'
import { type KnownValues, knownValues } from './known-values.ts'
import { counted, reported } from './print-report.ts'
import type { RepositoryView } from './repository-view.ts'

/** What scanning found, and what it could not look for. */
export interface ScanOutcome {
  readonly findings: Findings
  readonly known: KnownValues
}

const RULES = { 'known-secret': 'A file that is no secret file holds a value of one.' }

/** Looks for the values of the wanted secret files in the contents of `range`. Throws what is not about one file. */
export async function runScan(
  range: ScanRange,
  isWanted: IsWanted | undefined,
  view: RepositoryView,
  context: CommandContext,
): Promise<ScanOutcome> {
  const known = await knownValues(await encryptedFiles(view, isWanted), await context.keyring())
  const problems: ReportedProblem[] = []
  let files = 0
  if (known.values > 0) {
    files = await eachScanned(range, view, (file, content) => {
      const shown = shownPath(context.cwd, join(view.top, file.path))
      const found = occurrences(content, known).map((one) => problemOf(one, file, shown))
      problems.push(...found.map((problem) => reported(problem, { top: view.top, cwd: context.cwd })))
    })
  }
  problems.sort((one, other) =>
    one.uri < other.uri ? -1 : one.uri > other.uri ? 1 : (one.line ?? 0) - (other.line ?? 0),
  )
  const { values, skipped, unopened } = known
  const counts = { files, values, skipped, unopened }
  return {
    findings: { command: 'scan', problems, rules: RULES, summary: summaryOf(problems.length, counts), counts },
    known,
  }
}

interface Occurrence {
  readonly line: number
  readonly column: number
  readonly known: KnownValues['forms'][number]
}

/** One for each line and entry, whatever else of the value is found there. */
function occurrences(content: Uint8Array, { finder, forms }: KnownValues): readonly Occurrence[] {
  const hits: { readonly start: number; readonly index: number }[] = []
  finder.find(content, (index, start) => hits.push({ start, index }))
  if (hits.length === 0) return []
  const lines = Buffer.from(content).toString('latin1').split('\n')
  const found = new Map<string, Occurrence>()
  let line = 0
  let lineStart = 0
  for (const { start, index } of hits.toSorted((one, other) => one.start - other.start || one.index - other.index)) {
    while (start >= lineStart + (lines[line]?.length ?? 0) + 1 && line < lines.length) {
      lineStart += (lines[line]?.length ?? 0) + 1
      line += 1
    }
    const known = forms[index]
    if (known === undefined || isAllowed(lines, line)) continue
    const key = `${line} ${known.file} ${known.entry}`
    if (!found.has(key)) found.set(key, { line: line + 1, column: start - lineStart + 1, known })
  }
  return [...found.values()]
}

function problemOf(
  { line, column, known }: Occurrence,
  { commit }: StoredFile,
  file: string,
): Omit<ReportedProblem, 'uri'> {
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
