import type { ExportFormat } from '../export-format.ts'
import { flatFormat, statementsReader } from '../flat-format.ts'

/** What every version and every encoding of a script reads alike. */
const ASCII_LINE = /^[ -~]*$/

/**
 * Statements for PowerShell: printable ASCII in single quotes, where a quote is written twice (about_Quoting_Rules). Anything else as
 * base64 of UTF-8: version 5.1 reads scripts in the system's code page, pipes break lines, and four more signs count as quotes.
 */
export const format: ExportFormat = flatFormat({
  name: 'powershell',
  summary: 'statements for PowerShell: … | Out-String | Invoke-Expression',
  write: (values) => values.map(({ name, text }) => `$env:${name} = ${expression(text)}\n`).join(''),
  read: statementsReader(/\$env:(?<name>[A-Za-z_]\w*) = (?<value>[^\n]*)\n/, meaning),
  // Before PowerShell 7.5 and .NET 9 an empty text takes a variable away (about_Environment_Variables).
  limit: ({ text }) => (text === '' ? 'an empty value takes the variable away in PowerShell before 7.5' : undefined),
})

function expression(text: string): string {
  if (ASCII_LINE.test(text)) return `'${text.replaceAll("'", "''")}'`
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text, 'utf8').toString('base64')}'))`
}

function meaning(value: string): string | undefined {
  const plain = /^'((?:[^']|'')*)'$/.exec(value)?.[1]
  if (plain !== undefined) return plain.replaceAll("''", "'")
  const encoded = /^\[Text\.Encoding\]::UTF8\.GetString\(\[Convert\]::FromBase64String\('([^']*)'\)\)$/.exec(value)?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
}
