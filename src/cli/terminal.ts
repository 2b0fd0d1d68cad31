import { type Environment, type OutputStream } from './environment.ts'
import { type Progress, startProgress } from './progress.ts'
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
  readonly columns: number
  /** A result: exactly these bytes on standard output. Resolves when they are taken, rejects with `ClosedPipe`. */
  result(content: string | Uint8Array): Promise<void>
  /** A result for people or scripts: the text and a line break, control characters spelled out line by line. */
  line(text: string): Promise<void>
  /** A result for programs: one JSON document, indented, and a line break. */
  json(value: unknown): Promise<void>
  /** Something worth knowing, on standard error; not with --quiet. */
  note(message: string): void
  /** Something that should be mended, and how. */
  warn(message: string, hint?: string): void
  /** One line on standard error, with its own beginning: only for reports of errors and questions. */
  say(text: string): void
  /** `text` in a style where the stream takes colours, else as it is. Escape (`visible`) what came from outside first. */
  paint(style: Style, text: string, stream?: 'stdout' | 'stderr'): string
  /** Shows how far something long is, by its own rules (6). Always call `end`. */
  progress(label: string, total: number): Progress
  /** Resolves when everything printed so far is taken. */
  drained(): Promise<void>
}

/** A style, by what it says: its look is chosen here. */
export type Style = 'error' | 'warning' | 'hint' | 'strong' | 'faint' | 'added' | 'removed' | 'changed'

/** Parameters of SGR (ECMA-48 8.3.117) that begin and end each style; bright colours are not needed. */
const STYLES: Readonly<Record<Style, readonly [number, number]>> = {
  error: [31, 39],
  warning: [33, 39],
  hint: [36, 39],
  strong: [1, 22],
  faint: [2, 22],
  added: [32, 39],
  removed: [31, 39],
  changed: [33, 39],
}

/** The reader of standard output went away. Ends the program with `CLOSED_PIPE_STATUS` and not a word. */
export class ClosedPipe extends Error {}

/** Settings of one command line. */
export interface TerminalOptions {
  readonly quiet: boolean
  /** Warnings as JSON too: with errors, standard error is one JSON document in each line. */
  readonly json: boolean
  readonly color: boolean
}

/** The terminal of one command. */
export function createTerminal(environment: Environment, options: TerminalOptions): Terminal {
  const stdout = trackWrites(environment.stdout)
  const stderr = trackWrites(environment.stderr)
  const colors = {
    stdout: hasColors(environment, options, 'stdout'),
    stderr: hasColors(environment, options, 'stderr'),
  }
  let progress: Progress | undefined
  const say = (text: string): void => {
    progress?.hide()
    // Who closed standard error does not want to hear of it.
    stderr.write(`${text}\n`).catch(() => {})
  }
  const paint: Terminal['paint'] = (style, text, stream = 'stderr') => (colors[stream] ? painted(style, text) : text)
  const result: Terminal['result'] = (content) => {
    progress?.hide()
    return stdout.write(content)
  }
  return {
    interactive: environment.isTerminal('stdin') && environment.isTerminal('stderr'),
    isTerminal: environment.isTerminal,
    columns: environment.stderr.columns ?? 80,
    result,
    line: (text) =>
      result(
        `${text
          .split('\n')
          .map(colors.stdout ? visibleButStyles : visible)
          .join('\n')}\n`,
      ),
    json: (value) => result(`${JSON.stringify(value, undefined, 2)}\n`),
    note: (message) => {
      if (!options.quiet) say(`secrets: ${visible(message)}`)
    },
    warn: (message, hint) => {
      if (options.json) return say(JSON.stringify({ warning: { message, ...(hint === undefined ? {} : { hint }) } }))
      say(`secrets: ${paint('warning', 'warning:')} ${visible(message)}`)
      if (hint !== undefined) say(`${paint('hint', 'hint:')} ${visible(hint)}`)
    },
    say,
    paint,
    progress: (label, total) => {
      const shown = environment.isTerminal('stderr') && !options.quiet && environment.env['TERM'] !== 'dumb'
      progress = startProgress(visible(label), total, (text) => {
        if (shown) stderr.write(text).catch(() => {})
      })
      return progress
    },
    drained: async () => {
      progress?.end()
      await Promise.allSettled([stdout.drained(), stderr.drained()])
    },
  }
}

/** NO_COLOR wins over FORCE_COLOR: its standard says that it stops colours regardless. */
function hasColors(environment: Environment, options: TerminalOptions, stream: 'stdout' | 'stderr'): boolean {
  const { NO_COLOR: none = '', FORCE_COLOR: force = '', TERM: kind } = environment.env
  if (!options.color || none !== '' || force === '0' || force === 'false') return false
  return force !== '' || (kind !== 'dumb' && environment.isTerminal(stream))
}

function painted(style: Style, text: string): string {
  const [begin, end] = STYLES[style]
  return `\u001b[${begin}m${text}\u001b[${end}m`
}

/** Our own styles survive; anything else that begins with an escape (concealed text, cursor moves) does not. */
function visibleButStyles(line: string): string {
  return line
    .split(/(\u001b\[(?:1|2|22|31|32|33|36|39)m)/)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('')
}

interface TrackedStream {
  write(content: string | Uint8Array): Promise<void>
  drained(): Promise<unknown>
}

function trackWrites(stream: OutputStream): TrackedStream {
  const pending = new Set<Promise<void>>()
  // Every failure reaches the callback of its write too; without a listener it would end the process.
  stream.on('error', () => {})
  return {
    write: (content) => {
      const written = write(stream, content)
      pending.add(written)
      const forget = (): boolean => pending.delete(written)
      written.then(forget, forget)
      return written
    },
    drained: () => Promise.allSettled(pending),
  }
}

function write(stream: OutputStream, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(content, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(isClosedPipe(error) ? new ClosedPipe('standard output was closed') : error)
    })
  })
}

/** EOF is what Windows says for a pipe whose reader went away. */
function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'EOF' || error.code === 'ERR_STREAM_DESTROYED')
}
