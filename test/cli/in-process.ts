import { EventEmitter } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { type CommandEntry, commands } from '../../src/cli/commands/registry.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import type { Environment } from '../../src/cli/environment.ts'
import { watchSignals } from '../../src/cli/signals.ts'

/** What the process would have. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  /** Streams that are terminals. */
  readonly terminals?: readonly ('stdin' | 'stdout' | 'stderr')[]
}

/** An environment of values, with what was printed. */
export interface CapturedEnvironment {
  readonly environment: Environment
  readonly signals: EventEmitter
  /** Statuses with which the process was told to end at once. */
  readonly exits: readonly number[]
  readonly stdout: () => string
  readonly stderr: () => string
}

/** Makes an environment whose output is kept. */
export function captured(surroundings: Surroundings = {}): CapturedEnvironment {
  const [stdout, stderr] = [new CollectingStream(), new CollectingStream()]
  const signals = new EventEmitter()
  const exits: number[] = []
  const cwd = surroundings.cwd ?? '/nowhere'
  return {
    environment: {
      env: surroundings.env ?? {},
      cwd,
      home: cwd,
      platform: process.platform,
      stdin: Readable.from(surroundings.stdin === undefined ? [] : [Buffer.from(surroundings.stdin)]),
      stdout,
      stderr,
      isTerminal: (stream) => surroundings.terminals?.includes(stream) === true,
      signals: watchSignals(signals, (status) => exits.push(status)),
      now: () => new Date('2024-05-06T07:08:09Z'),
    },
    signals,
    exits,
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
  }
}

/** What a command line did. */
export interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process, with the real commands and those that are given. */
export async function run(
  argv: readonly string[],
  surroundings: Surroundings = {},
  others: readonly Command[] = [],
): Promise<Outcome> {
  const { environment, stdout, stderr } = captured(surroundings)
  const status = await runCommandLine(argv, environment, [...commands, ...others.map(entryOf)])
  return { status, stdout: stdout(), stderr: stderr() }
}

/** The registry's entry of a command that is in no registry. */
export function entryOf(command: Command): CommandEntry {
  const { name, summary, group, aliases } = command
  return { name, summary, group, aliases, load: async () => command }
}

/** A command `probe` without arguments that does what a test wants. */
export function probe(action: (context: CommandContext) => Promise<number | undefined | void>): Command {
  return defineCommand({
    name: 'probe',
    group: 'daily',
    summary: 'do what a test wants',
    examples: [],
    json: true,
    run: (_args, context) => action(context),
  })
}

/** A pair of streams for somebody who types. */
export function keyboard(): { readonly input: PassThrough; readonly output: PassThrough } {
  return { input: new PassThrough(), output: new PassThrough() }
}

class CollectingStream extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk)
    // As a pipe does: later, so that a test notices who does not wait.
    setTimeout(done, 1)
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
