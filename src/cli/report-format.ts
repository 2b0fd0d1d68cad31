import type { CheckProblem } from '../project/check-problem.ts'
import type { Terminal } from './terminal.ts'

/** What a report tells: the findings of `check` or `scan`. */
export interface Findings {
  /** The command: `check` or `scan`. */
  readonly command: string
  readonly problems: readonly ReportedProblem[]
  /** What the names of rules mean. */
  readonly rules: Readonly<Record<string, string>>
  /** One line about the whole. */
  readonly summary: string
  /** For programs: numbers beside the problems. */
  readonly counts: Readonly<Record<string, number>>
}

/** One thing to mend, as reports name it. */
export interface ReportedProblem extends Omit<CheckProblem, 'rule'> {
  readonly rule: string
  /** The file from the top of the repository, `/`-separated: what machines want, wherever the command ran. */
  readonly uri: string
}

/** What is ambient for a report. */
export interface ReportOptions {
  readonly version: string
  readonly paint: (style: Parameters<Terminal['paint']>[0], text: string) => string
}

/** A way to tell problems. Adding one is one new file in `src/cli/reports/` that exports `report`. */
export interface ReportFormat {
  /** As `--format` takes it. */
  readonly name: string
  readonly summary: string
  /** The whole report, with its last line break; '' for nothing. */
  render(findings: Findings, options: ReportOptions): string
}
