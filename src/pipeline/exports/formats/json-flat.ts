import type { ExportFormat } from '../export-format.ts'
import { flatFormat } from '../flat-format.ts'

/** One object of texts by the names of variables: for jq, and for programs that take nothing else. */
export const format: ExportFormat = flatFormat({
  name: 'json-flat',
  summary: 'one object of texts, by the names of variables',
  write: (values) =>
    `${JSON.stringify(Object.fromEntries(values.map(({ name, text }) => [name, text])), undefined, 2)}\n`,
  read: (text) => {
    const values: unknown = JSON.parse(text)
    return values instanceof Object ? new Map(Object.entries(values)) : undefined
  },
})
