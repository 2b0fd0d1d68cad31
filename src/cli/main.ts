import type { Environment } from './environment.ts'
import { WORKER_COMMAND } from './filter-worker-command.ts'
import { processEnvironment } from './process-environment.ts'
import { packageVersion } from './version.ts'

/** The first word of a command line that git runs as a filter: no command for people, and in a hurry. */
const FILTER_COMMAND = 'filter-process'

/**
 * Runs `secrets` with the arguments behind its name and gives the exit status. Never rejects. Start-up is
 * the cost that people feel: this file imports next to nothing, so that `--version` needs nothing else.
 */
export async function main(argv: readonly string[], environment: Environment): Promise<number> {
  if (asksVersion(argv)) return printVersion(environment)
  if (argv[0] === FILTER_COMMAND) {
    const { runGitFilter } = await import('./run-git-filter.ts')
    return runGitFilter(argv.slice(1), environment)
  }
  if (argv[0] === WORKER_COMMAND) {
    const { runFilterWorker } = await import('./filter-worker.ts')
    const working = runFilterWorker(environment)
    if (working !== undefined) return working
  }
  const { runCommandLine } = await import('./command-line.ts')
  return runCommandLine(argv, environment)
}

/** Runs the command line of `process` and ends the process with its status when all output is taken. */
export async function start(process: NodeJS.Process): Promise<void> {
  const argv = process.argv.slice(2)
  hideMessagesOfDefects(process)
  if (hasNodeOptions(process) && (await refusesNodeOptions(process))) process.exit(REFUSED_OPTION)
  process.exit(asksVersion(argv) ? await printVersion(process) : await main(argv, processEnvironment(process)))
}

/** EX_USAGE, as for any other option that makes no sense. */
const REFUSED_OPTION = 64

/** Most have none, and what looks at them stays unloaded. */
function hasNodeOptions({ env, execArgv }: NodeJS.Process): boolean {
  return execArgv.length > 0 || (env['NODE_OPTIONS'] ?? '') !== ''
}

async function refusesNodeOptions(process: NodeJS.Process): Promise<boolean> {
  const { turnOffReports } = await import('./crash-reports.ts')
  const refused = turnOffReports(process)
  if (refused === undefined) return false
  process.stderr.write(
    `secrets: error: Node's option ${refused} would write values to the disk\n` +
      'hint: take it out of NODE_OPTIONS; for a program of your own: secrets run … -- env NODE_OPTIONS=… node …\n',
  )
  return true
}

function asksVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')
}

function printVersion({ stdout }: Pick<Environment, 'stdout'>): Promise<number> {
  stdout.on('error', () => {})
  return new Promise((resolve) => {
    stdout.write(`${packageVersion()}\n`, () => resolve(0))
  })
}

/** Ends the process on an error that nobody caught. Node would print its message, which may quote a secret. */
export function hideMessagesOfDefects(process: NodeJS.Process): void {
  const report = (error: unknown): void => {
    const kind = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : typeof error
    process.stderr.write(`secrets: error: something unexpected happened (${kind}): this is a defect of secrets\n`)
    process.exit(70)
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
}
