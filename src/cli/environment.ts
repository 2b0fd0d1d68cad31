import type { Readable } from 'node:stream'

/** A stream that is only written to: standard output or standard error. */
export interface OutputStream {
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
  readonly columns?: number
}

/** Signals that end a program politely. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The signals of the process, as a value. */
export interface SignalSource {
  /** Aborted by the first signal that nobody took over. */
  readonly signal: AbortSignal
  /** The signal that aborted, if one did. */
  readonly caught: () => EndingSignal | undefined
  /**
   * Gives every signal to `handler` instead of aborting, until the returned function is called: for a
   * command that has a child process which gets them and decides.
   */
  readonly takeOver: (handler: (signal: EndingSignal) => void) => () => void
}

/**
 * Standard input and output without a stream and the event loop between: for the git filter, which has nothing to do while
 * git works, and answers a thousand times. Both give undefined where the system would not wait; a stream must be
 * used from then on.
 */
export interface BlockingPipes {
  /** Reads what there is into `target`; gives how many bytes, 0 at the end. */
  readonly read: (target: Uint8Array) => number | undefined
  /** Writes the beginning of `content`; gives how many bytes. */
  readonly write: (content: Uint8Array) => number | undefined
}

/** All that is ambient for the command line. `processEnvironment` makes it of the process, tests of values. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Only touched when something is read: opening it costs time. */
  readonly stdin: Readable
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** Absolute path of the JavaScript that runs, for threads that run it too. Absent in tests, which have none. */
  readonly program?: string
  /** Settings of the machine, which hold for every user. Absent in tests, and where there are none to look for. */
  readonly systemSettings?: string
  /** Absent where standard input and output are none of the system's. */
  readonly pipes?: BlockingPipes
  readonly isTerminal: (stream: 'stdin' | 'stdout' | 'stderr') => boolean
  readonly signals: SignalSource
  readonly now: () => Date
}
