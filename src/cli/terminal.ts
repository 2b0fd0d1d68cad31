import type { Environment } from './environment.ts'
import { type Progress, startProgress } from './progress.ts'
import { hasColors, painted, type Style, visibleWithStyles } from './text-style.ts'
import { type TrackedStream, trackWrites } from './tracked-stream.ts'
import { visible } from './visible-text.ts'

/**
 * The only file of the product that prints. Its rules:
 *
 * 1. Standard output is for results alone, to the byte: what a pipe, a file or `$(…)` is meant to get.
 *    Nothing is added, not even a line break. Values of secrets go nowhere else.
 * 2. All else goes to standard error: notes (`secrets: …`, not with --quiet), warnings
 *    (`secrets: warning: …`), errors (`secrets: error: …`), hints (`hint: …`), questions, progress.
 * 3. Messages are lower case and have no full stop. A warning says what is wrong, a hint what to type.
 * 4. Whatever came from outside (names of files, entries, recipients) is printed with its control
 *    characters spelled out, so that a hostile name cannot move the cursor or fake a line.
 * 5. Colours only where a person looks: the stream is a terminal that has them (TERM is not `dumb`), and
 *    neither --no-color nor NO_COLOR (https://no-color.org) is given; FORCE_COLOR turns them on elsewhere.
 * 6. Progress only on a terminal, only after a second, erased when done.
 * 7. A closed pipe is no error: `secrets … | head -1` ends quietly, with the status of SIGPIPE.
 * 8. A command ends only when all that it printed has been taken.
 */
export interface Terminal {
  /** Whether somebody can be asked: standard input and standard error are terminals. */
  readonly interactive: boolean
  readonly isTerminal: Environment['isTerminal']
  /** Width of standard error in columns. */
  readonly columns: () => number
  /** A result: exactly these bytes on standard output. Resolves when they are taken, rejects with `ClosedPipe`. */
  readonly result: (content: string | Uint8Array) => Promise<void>
  /** What another program printed on its standard error: exactly these bytes. Resolves and rejects as `result`. */
  readonly errorBytes: (content: Uint8Array) => Promise<void>
  /** A result for people or scripts: the text and a line break, control characters spelled out line by line. */
  readonly line: (text: string) => Promise<void>
  /** A result for programs: one JSON document, indented, and a line break. */
  readonly json: (value: unknown) => Promise<void>
  /** Something worth knowing, on standard error; not with --quiet. */
  readonly note: (message: string) => void
  /** Something that should be mended, and how. */
  readonly warn: (message: string, hint?: string) => void
  /** One line on standard error, with its own beginning: only for reports of errors and questions. */
  readonly say: (text: string) => void
  /** `text` in a style where the stream takes colours, else as it is. Escape (`visible`) what came from outside first. */
  readonly paint: (style: Style, text: string, stream?: 'stdout' | 'stderr') => string
  /** Shows how far something long is, by its own rules (6). Always call `end`. */
  readonly progress: (label: string, total: number) => Progress
  /** Runs `action`, which asks somebody something, without a line of progress on the screen. */
  readonly aside: <Result>(action: () => Promise<Result>) => Promise<Result>
  /** Resolves when everything printed so far is taken. */
  readonly drained: () => Promise<void>
}

/** Settings of one command line. */
export interface TerminalOptions {
  readonly quiet: boolean
  /** Warnings as JSON too: with errors, standard error is one JSON document in each line. */
  readonly json: boolean
  readonly color: boolean
}

/** The terminal of one command. */
export function createTerminal(environment: Environment, options: TerminalOptions): Terminal {
  const streams = { stdout: trackWrites(() => environment.stdout), stderr: trackWrites(() => environment.stderr) }
  const colors = {
    stdout: options.color && hasColors(environment, 'stdout'),
    stderr: options.color && hasColors(environment, 'stderr'),
  }
  const line = createProgressLine(environment, options, streams.stderr)
  const paint: Terminal['paint'] = (style, text, stream = 'stderr') => (colors[stream] ? painted(style, text) : text)
  const say = (text: string): void => {
    line.hide()
    // Who closed standard error does not want to hear of it.
    streams.stderr.write(`${text}\n`).catch(() => {})
  }
  const result: Terminal['result'] = (content) => {
    line.hide()
    return streams.stdout.write(content)
  }
  return {
    interactive: environment.isTerminal('stdin') && environment.isTerminal('stderr'),
    isTerminal: environment.isTerminal,
    errorBytes: (content) => {
      line.hide()
      return streams.stderr.write(content)
    },
    columns: () => environment.stderr.columns ?? 80,
    ...results(result, colors.stdout ? visibleWithStyles : visible),
    ...messages(say, paint, options),
    say,
    paint,
    progress: (label, total) => line.start(label, total),
    aside: async (action) => {
      const goOn = line.pause()
      return action().finally(goOn)
    },
    drained: async () => {
      line.end()
      await Promise.all([streams.stdout.drained(), streams.stderr.drained()])
    },
  }
}

function results(
  result: Terminal['result'],
  shown: (line: string) => string,
): Pick<Terminal, 'result' | 'line' | 'json'> {
  return {
    result,
    line: (text) => result(`${text.split('\n').map(shown).join('\n')}\n`),
    json: (value) => result(`${JSON.stringify(value, undefined, 2)}\n`),
  }
}

function messages(
  say: Terminal['say'],
  paint: Terminal['paint'],
  { quiet, json }: TerminalOptions,
): Pick<Terminal, 'note' | 'warn'> {
  return {
    note: (message) => {
      if (!quiet) say(`secrets: ${visible(message)}`)
    },
    warn: (message, hint) => {
      if (json) return say(JSON.stringify({ warning: { message, ...(hint === undefined ? {} : { hint }) } }))
      say(`secrets: ${paint('warning', 'warning:')} ${visible(message)}`)
      if (hint !== undefined) say(`${paint('hint', 'hint:')} ${visible(hint)}`)
    },
  }
}

interface ProgressLine {
  readonly start: (label: string, total: number) => Progress
  readonly hide: () => void
  readonly pause: () => () => void
  readonly end: () => void
}

/** The one line of progress that there can be; a new one takes the place of the one before. */
function createProgressLine(environment: Environment, { quiet }: TerminalOptions, stderr: TrackedStream): ProgressLine {
  const shown = environment.isTerminal('stderr') && !quiet && environment.env['TERM'] !== 'dumb'
  let current: Progress | undefined
  return {
    start: (label, total) => {
      current?.end()
      current = startProgress(visible(label), total, (text) => {
        if (shown) stderr.write(text).catch(() => {})
      })
      return current
    },
    hide: () => current?.hide(),
    pause: () => current?.pause() ?? (() => undefined),
    end: () => current?.end(),
  }
}
