import type { Filters } from '../git/filter-protocol.ts'
import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Project } from '../project/model.ts'
import type { EndingSignal } from './environment.ts'
import type { Questions } from './questions.ts'
import type { Terminal } from './terminal.ts'

/** The git filter of a work tree, in this process. */
export interface OpenGitFilter {
  readonly filters: Filters
  /** Ends its threads, keeps what it learned, and says what stayed encrypted. */
  readonly close: () => Promise<void>
}

/** What a command gets beside its arguments. A command touches nothing ambient: all of it is here. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly platform: NodeJS.Platform
  /** The settings of the machine, if there is a place for such. */
  readonly systemSettings?: string | undefined
  readonly now: () => Date
  /** Aborted when the user or the system wants the command to end; pass it on to whatever waits. */
  readonly signal: AbortSignal
  /** The only way to print. */
  readonly terminal: Terminal
  /** Questions to the person at the terminal; NOT_INTERACTIVE where there is none. */
  readonly questions: Questions
  /** `--json` was given: results by `terminal.json`, nothing else on standard output. */
  readonly json: boolean
  /** `--quiet` was given. */
  readonly quiet: boolean
  /** `--config FILE`, as given. */
  readonly configFile: string | undefined
  /** What key providers get; one for the whole command, with its caches. */
  readonly keyContext: KeyContext
  /** The configuration, read when first asked for. Throws CONFIG_NOT_FOUND, CONFIG_INVALID. */
  readonly project: () => Promise<Project>
  /** The same, or undefined where no configuration is found; an invalid one is still an error. */
  readonly projectIfAny: () => Promise<Project | undefined>
  /** The folder of the configuration, which is not read for it. */
  projectRoot(): Promise<string | undefined>
  /** What opens and closes data keys; knows the names of recipients once the project was read. */
  readonly keyring: () => Promise<Keyring>
  /** What git's filter does to the files of a work tree, in this process; `top` is its absolute path. To be closed. Absent in the filter itself. */
  readonly gitFilter?: (top: string) => Promise<OpenGitFilter>
  /** All of standard input. Throws LIMIT_EXCEEDED, INTERRUPTED. */
  readonly readInput: () => Promise<Buffer>
  /** Standard input piece by piece, as it comes. Throws READ_FAILED, INTERRUPTED. */
  readonly inputPieces: () => AsyncIterable<Uint8Array>
  /** Runs when the command ends, however it ends, last registered first: to remove files, to end children. */
  readonly onExit: (cleanup: () => void | Promise<void>) => void
  /** Gives signals to `handler` instead of aborting `signal`, until the returned function is called. */
  readonly takeOverSignals: (handler: (signal: EndingSignal) => void) => () => void
}
