import { relative, resolve, sep } from 'node:path'
import type { CommandContext } from '../context.ts'
import type { Findings, ReportedProblem } from '../report-format.ts'
import { reports } from '../reports/registry.ts'
import { packageVersion } from '../version.ts'

/** Prints findings as `format` (with `--json`: as JSON), and gives the exit status: 1 when there is something to mend. */
export async function printReport(
  findings: Findings,
  format: string | undefined,
  { terminal, json }: CommandContext,
): Promise<number> {
  const name = format ?? (json ? 'json' : 'text')
  const report = await reports.find((entry) => entry.name === name)?.load()
  const text = report?.render(findings, {
    version: packageVersion(),
    paint: (style, part) => terminal.paint(style, part, 'stdout'),
  })
  await terminal.result(text ?? '')
  return findings.problems.length > 0 ? 1 : 0
}

/** A problem with its file as machines name it, from the top of the repository. */
export function reported(
  problem: Omit<ReportedProblem, 'uri'>,
  { top, cwd }: { readonly top: string; readonly cwd: string },
): ReportedProblem {
  return { ...problem, uri: relative(top, resolve(cwd, problem.file)).split(sep).join('/') }
}

/** `1 problem`, `2 problems`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
