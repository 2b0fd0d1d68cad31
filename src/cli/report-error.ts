import { isAbsolute } from 'node:path'
import { isSecretsError, type Place, type SecretsError } from '../core/errors.ts'
import { shownPath } from '../project/paths.ts'
import { EXIT_STATUS } from './exit-status.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible-text.ts'

/** How an error is shown. */
export interface ReportOptions {
  /** As one line of JSON on standard error: `{"error": {code, message, hint, place, details, status}}`. */
  readonly json: boolean
  /** With the places in the code where an unexpected error arose (`SECRETS_DEBUG=1`). */
  readonly debug: boolean
  /** Absolute path of the folder that files are named from, as in all other messages. */
  readonly cwd?: string
}

/** Shows any error on standard error and gives the exit status for it. */
export function reportError(error: unknown, terminal: Terminal, options: ReportOptions): number {
  const report = isSecretsError(error) ? reportOf(error, options.cwd) : defectReport(error, options.debug)
  if (options.json) terminal.say(JSON.stringify({ error: report }))
  else for (const line of reportLines(report, terminal)) terminal.say(line)
  return report.status
}

interface Report {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly place: Place
  readonly details: readonly string[]
  readonly status: number
}

function reportOf(error: SecretsError, cwd: string | undefined): Report {
  const { file } = error.place
  const isFull = cwd !== undefined && file !== undefined && isAbsolute(file)
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    place: isFull ? { ...error.place, file: shownPath(cwd, file) } : error.place,
    details: error.details,
    // A newer copy of the package may know codes that this one does not.
    status: new Map<string, number>(Object.entries(EXIT_STATUS)).get(error.code) ?? EXIT_STATUS.INTERNAL,
  }
}

/** The message of an error that is not ours may quote anything, a secret too: it is never shown. */
function defectReport(error: unknown, debug: boolean): Report {
  const kind = [identifier(error, 'name'), identifier(error, 'code')].filter((part) => part !== '').join(', ')
  return {
    code: 'INTERNAL',
    message: `something unexpected happened (${kind === '' ? typeof error : kind}): this is a defect of secrets`,
    hint: debug
      ? 'please report it with these places and what you typed, without any secret'
      : 'please report it with what you typed, without any secret, and with what SECRETS_DEBUG=1 adds',
    place: {},
    details: debug ? stackFrames(error) : [],
    status: EXIT_STATUS.INTERNAL,
  }
}

function identifier(error: unknown, property: 'name' | 'code'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, property) : undefined
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,60}$/.test(value) ? value : ''
}

/** The frames of the code alone: the lines above them are the message. */
function stackFrames(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const message = error.stack.indexOf(error.message)
  if (message === -1) return []
  return error.stack
    .slice(message + error.message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at \S.*:\d+:\d+\)?$/.test(line))
}

function reportLines(report: Report, terminal: Terminal): readonly string[] {
  const place = shownPlace(report.place)
  const message = visible(place === '' ? report.message : `${place}: ${report.message}`)
  return [
    `secrets: ${terminal.paint('error', 'error:')} ${message}`,
    ...report.details.map((detail) => `  ${visible(detail)}`),
    ...(report.hint === undefined ? [] : [`${terminal.paint('hint', 'hint:')} ${visible(report.hint)}`]),
  ]
}

/** `FILE:LINE:COLUMN` as editors and terminals make it a link, and the path of the entry behind it. */
function shownPlace({ file, line, column, path }: Place): string {
  const numbers = line === undefined ? '' : column === undefined ? `${line}` : `${line}:${column}`
  const where = [file ?? (numbers === '' ? '' : 'line'), numbers].filter((part) => part !== '').join(':')
  return [where, path ?? ''].filter((part) => part !== '').join(': ')
}
