import type { ExportFormat } from '../export-format.ts'
import { flatFormat, type NamedText, statementsReader } from '../flat-format.ts'

/** "Command prompt line string limitation" of Microsoft: 8191 characters for a line. */
const LINE = 8191

/** A batch file for `call` in cmd.exe, which has no way to hide its own signs that holds everywhere ("set", "Using batch files" of Microsoft). */
export const format: ExportFormat = flatFormat({
  name: 'cmd',
  summary: 'a batch file for cmd.exe, which cannot hold much',
  write: (values) => ['@echo off', ...values.map(line), ''].join('\r\n'),
  read: (text) =>
    text.startsWith(START) ? statementsReader(STATEMENT, (value) => value)(text.slice(START.length)) : undefined,
  limit,
})

const START = '@echo off\r\n'
const STATEMENT = /set "(?<name>[A-Za-z_]\w*)=(?<value>[ -~]*)"\r\n/

function line({ name, text }: NamedText): string {
  return `set "${name}=${text}"`
}

function limit(value: NamedText): string | undefined {
  const { text } = value
  if (text === '') return 'an empty value takes the variable away in cmd.exe'
  if (/[%!"]/.test(text)) return 'cmd.exe has no notation for % ! and " that holds everywhere'
  if (/[\r\n]/.test(text)) return 'cmd.exe has no notation for line breaks'
  if (!/^[ -~]*$/.test(text)) return 'cmd.exe reads batch files in a code page, which only holds ASCII for certain'
  return line(value).length > LINE ? `cmd.exe takes lines of ${LINE} characters at most` : undefined
}
