/** What has a heap written to the disk, all values in it (an abort leaves a core dump), and cannot be turned off once Node runs. */
const HEAP_OPTIONS =
  /--heap[-_]?snapshot[-_]near[-_]heap[-_]limit|--heap[-_]?snapshot[-_]signal|--heap[-_]prof\b|--abort[-_]on[-_]uncaught[-_]exception/i

/** What this file needs of `process`. */
export type ReportingProcess = Pick<NodeJS.Process, 'execArgv' | 'env' | 'report'>

/**
 * Turns off the reports that Node writes of crashes and on signals: they hold every variable of the process. Gives the option that
 * cannot be turned off and would write values to the disk, where there is one: nothing must be opened then.
 */
export function turnOffReports({ execArgv, env, report }: ReportingProcess): string | undefined {
  report.reportOnFatalError = false
  report.reportOnSignal = false
  report.reportOnUncaughtException = false
  return HEAP_OPTIONS.exec([...execArgv, env['NODE_OPTIONS'] ?? ''].join(' '))?.[0]
}
