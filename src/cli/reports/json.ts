import type { ReportFormat } from '../report-format.ts'

/** For programs: `{"problems": […], "files": N, …}`. */
export const report: ReportFormat = {
  name: 'json',
  summary: 'for programs; the same as --json',
  render: ({ problems, counts }) => `${JSON.stringify({ problems, ...counts }, undefined, 2)}\n`,
}
