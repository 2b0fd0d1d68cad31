import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { redactStream } from '../../pipeline/redaction/redact-stream.ts'
import { Redactor, type SecretIndex } from '../../pipeline/redaction/redactor.ts'
import {
  type ProgramEnd,
  type ProgramOutput,
  type ProgramStart,
  type RunningProgram,
  startProgram,
} from '../../pipeline/run-program.ts'
import type { CommandContext } from '../context.ts'
import { mustForward, takeFurtherSignals } from '../further-signals.ts'
import { maskedNames, maskedText } from '../redaction/report-redaction.ts'
import { isInForeground } from './foreground.ts'
import { followJob } from './job-control.ts'

/**
 * Runs a program that gets every signal that we get, and gives its status as a shell counts. With an index, the secrets in what it
 * prints are masked, and told at the end.
 */
export async function runToEnd(
  start: ProgramStart,
  index: SecretIndex | undefined,
  context: CommandContext,
): Promise<number> {
  const waiting: NodeJS.Signals[] = []
  let send = (signal: NodeJS.Signals): void => void waiting.push(signal)
  const { platform, terminal } = context
  const forward = (signal: NodeJS.Signals): void => {
    const atTerminal = terminal.isTerminal('stdin') && isInForeground(platform, terminal)
    if (mustForward(signal, atTerminal)) send(signal)
  }
  const release = [context.takeOverSignals(forward), takeFurtherSignals(process, platform, forward)]
  try {
    // A signal that came before is one for us.
    context.signal.throwIfAborted()
    const program = startProgram({ ...start, captured: index !== undefined })
    send = program.send
    if (platform !== 'win32') release.push(followJob(process, program, isInForeground(platform, terminal)))
    for (const signal of waiting) send(signal)
    return shellStatus(index === undefined ? await program.ended : await masked(program, index, context))
  } finally {
    for (const each of release) each()
  }
}

async function masked(program: RunningProgram, index: SecretIndex, context: CommandContext): Promise<ProgramEnd> {
  const redactors = { stdout: new Redactor(index), stderr: new Redactor(index) }
  const { output } = program
  if (output !== undefined) endWithProgram(program, output)
  const { terminal } = context
  const [end] = await Promise.all([
    program.ended,
    output && passOn(output.stdout, redactors.stdout, (content) => terminal.result(content)),
    output && passOn(output.stderr, redactors.stderr, (content) => terminal.errorBytes(content)),
  ])
  const counts = maskedNames(index, [redactors.stdout, redactors.stderr])
  if (counts.size > 0) terminal.note(`masked in the output: ${maskedText(counts)}`)
  return end
}

/** A reader that went away ends the program as it would without us: its next write fails. */
async function passOn(
  source: Readable,
  redactor: Redactor,
  write: (content: Uint8Array) => Promise<void>,
): Promise<void> {
  try {
    await redactStream(source, redactor, write)
  } finally {
    source.destroy()
  }
}

/** Programs that outlive the one that started them may keep its output open: so long after its end, in milliseconds, they are cut off. */
const AFTER_END = 1000

function endWithProgram(program: RunningProgram, { stdout, stderr }: ProgramOutput): void {
  const stop = (): void => {
    const timer = setTimeout(() => {
      stdout.push(null)
      stderr.push(null)
    }, AFTER_END)
    timer.unref()
  }
  program.ended.then(stop, stop)
}

function shellStatus({ status, signal }: ProgramEnd): number {
  return status ?? 128 + (signal === undefined ? 0 : constants.signals[signal])
}
