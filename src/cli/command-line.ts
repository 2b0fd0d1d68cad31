import { type Choice, chooseCommand } from './choose-command.ts'
import type { Command, ParsedValues } from './command.ts'
import { type CommandEntry, commands } from './commands/registry.ts'
import type { CommandContext } from './context.ts'
import { createContext } from './create-context.ts'
import type { Environment } from './environment.ts'
import { CLOSED_PIPE_STATUS, EXIT_STATUS, SIGNAL_STATUS } from './exit-status.ts'
import { parseArguments } from './parse-arguments.ts'
import { reportError } from './report-error.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { ClosedPipe } from './tracked-stream.ts'
import { findKilled, refuseKilled } from './unfinished/find-killed.ts'
import { packageVersion } from './version.ts'

/** How long an interrupted command may take to come to a clean end by itself. */
const GRACE_MS = 3000

/** Runs one command line to its end and gives its exit status. Reports every error; never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  environment: Environment,
  known: readonly CommandEntry[] = commands,
): Promise<number> {
  const flags = wordsBeforeRest(argv)
  const json = flags.includes('--json')
  const terminal = createTerminal(environment, {
    quiet: json || flags.includes('--quiet') || flags.includes('-q'),
    json,
    color: !flags.includes('--no-color'),
  })
  const status = await statusOf(terminal, { json, environment }, () =>
    runChoice(chooseCommand(argv, known), known, { environment, terminal }),
  )
  await terminal.drained()
  return status
}

/** Common options are looked for before anything is parsed: an error of the parser is printed by them too. */
function wordsBeforeRest(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

interface Reporting {
  readonly json: boolean
  readonly environment: Environment
}

async function statusOf(
  terminal: Terminal,
  { json, environment }: Reporting,
  action: () => Promise<number>,
): Promise<number> {
  const report = (error: unknown): number =>
    reportError(error, terminal, { json, debug: environment.env['SECRETS_DEBUG'] === '1', cwd: environment.cwd })
  try {
    return await action()
  } catch (error) {
    if (error instanceof ClosedPipe) return CLOSED_PIPE_STATUS
    const caught = environment.signals.caught()
    if (caught === undefined) return report(error)
    report(environment.signals.signal.reason)
    return SIGNAL_STATUS[caught]
  }
}

interface Surroundings {
  readonly environment: Environment
  readonly terminal: Terminal
}

async function runChoice(choice: Choice, known: readonly CommandEntry[], surroundings: Surroundings): Promise<number> {
  if (choice.kind === 'overview') return showOverview(choice.asked, known, surroundings.terminal)
  const command = await choice.entry.load()
  return choice.kind === 'help' ? showHelp(command, surroundings.terminal) : runCommand(command, choice, surroundings)
}

/** Without a command the overview is no result but a reminder: a script that forgot one must not go on. */
async function showOverview(asked: boolean, known: readonly CommandEntry[], terminal: Terminal): Promise<number> {
  const { renderOverview } = await import('./help.ts')
  const text = renderOverview(known)
  if (!asked) {
    terminal.say(text.trimEnd())
    return EXIT_STATUS.USAGE
  }
  await terminal.result(text)
  return 0
}

async function showHelp(command: Command, terminal: Terminal): Promise<number> {
  const { renderCommandHelp } = await import('./help.ts')
  await terminal.result(renderCommandHelp(command))
  return 0
}

async function runCommand(
  command: Command,
  { before, behind }: Choice & { readonly kind: 'command' },
  { environment, terminal }: Surroundings,
): Promise<number> {
  // What stands before a command that parses its own arguments is none of those.
  const parsed = parseArguments(command, command.passThrough === true ? behind : [...before, ...behind])
  if (parsed.help) return showHelp(command, terminal)
  if (parsed.version) {
    await terminal.result(`${packageVersion()}\n`)
    return 0
  }
  const unit = command.opensMany === true ? 'process' : 'file'
  const purpose = { command: commandText(command, parsed.values), unit } as const
  const open = createContext(environment, terminal, commonValues(parsed.values), purpose)
  const context: CommandContext = {
    ...open.context,
    gitFilter: async (top) => {
      const { openGitFilter } = await import('./open-git-filter.ts')
      return openGitFilter({
        top,
        command: purpose.command,
        environment,
        context: open.context,
        onOpened: open.openings.absorb,
      })
    },
  }
  try {
    await lookAfterKilled(command, parsed.values, context)
    return await untilInterrupted(command.run(parsed.values, context), environment.signals.signal)
  } finally {
    await open.close()
  }
}

/** The command for the log of openings; of a program that is run, its name alone: an argument may be a value. */
function commandText({ name, rest }: Command, values: ParsedValues): string {
  const [program] = rest !== undefined && Array.isArray(values['rest']) ? values['rest'] : []
  const file = typeof program === 'string' ? program.split(/[/\\]/).at(-1) : undefined
  return file === undefined ? name : `${name} ${file}`
}

/** What git and shells start is in a hurry, and nothing of it writes files of the work tree. */
async function lookAfterKilled(command: Command, values: ParsedValues, context: CommandContext): Promise<void> {
  if (command.group === 'hidden' || command.name === 'unfinished') return
  const writes = typeof command.writes === 'function' ? command.writes(values) : command.writes === true
  if (writes) await refuseKilled(context)
  else await findKilled(context).catch(() => undefined)
}

function commonValues({ json, quiet, config }: ParsedValues): {
  json: boolean
  quiet: boolean
  config: string | undefined
} {
  return { json: json === true, quiet: quiet === true, config: typeof config === 'string' ? config : undefined }
}

/**
 * The result of `running`. After an interrupt the command has some seconds to end by itself (to take back
 * half of a write, to end a child); rejects then in any case, so that a script does not go on.
 */
async function untilInterrupted(running: Promise<number>, signal: AbortSignal): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const interrupted = new Promise<never>((_, reject) => {
    const wait = (): void => {
      timer = setTimeout(() => reject(signal.reason), GRACE_MS)
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
  try {
    const status = await Promise.race([running, interrupted])
    signal.throwIfAborted()
    return status
  } finally {
    clearTimeout(timer)
  }
}
