import type { ReportedProblem, ReportFormat } from '../report-format.ts'

/**
 * Annotations of GitHub Actions: workflow commands, which show up at the lines of a pull request. Escaping is that of
 * its own toolkit (`command.ts` of @actions/core).
 */
export const report: ReportFormat = {
  name: 'github',
  summary: 'annotations of GitHub Actions',
  render: ({ problems, summary }) => [...problems.map(annotation), data(summary)].map((line) => `${line}\n`).join(''),
}

function annotation({ uri, line, column, path, rule, message, hint, commit }: ReportedProblem): string {
  const properties = [
    `file=${property(uri)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(line === undefined || column === undefined ? [] : [`col=${column}`]),
    `title=${property(`secrets: ${rule}`)}`,
  ]
  const where = [commit?.slice(0, 10), path].filter((part) => part !== undefined && part !== '').join(': ')
  const text = [where, message].filter((part) => part !== '').join(': ')
  return `::error ${properties.join(',')}::${data(hint === undefined ? text : `${text}\n${hint}`)}`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
