import type { ReportedProblem, ReportFormat, ReportOptions } from '../report-format.ts'
import { visible } from '../visible-text.ts'

/** For people: places that editors and terminals make links, with what mends them below. */
export const report: ReportFormat = {
  name: 'text',
  summary: 'for people',
  render: ({ problems, summary }, options) => {
    const lines = problems.flatMap((problem, index) => {
      const next = problems[index + 1]
      // A hint that many problems share is told once.
      const repeated = next !== undefined && next.hint === problem.hint && next.file === problem.file
      const hint = repeated || problem.hint === undefined ? [] : [hintLine(problem.hint, options)]
      return [problemLine(problem, options), ...hint]
    })
    return [...lines, visible(summary)].map((line) => `${line}\n`).join('')
  },
}

function problemLine(problem: ReportedProblem, { paint }: ReportOptions): string {
  const { file, line, column, path, message, rule, commit } = problem
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const where = [commit?.slice(0, 10), place, path].filter((part) => part !== undefined && part !== '').join(': ')
  return `${visible(where)}: ${visible(message)} ${paint('faint', `(${rule})`)}`
}

function hintLine(hint: string, { paint }: ReportOptions): string {
  return `  ${paint('hint', 'hint:')} ${visible(hint)}`
}
