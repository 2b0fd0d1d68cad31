/** Variables of this process, by name. */
export type CiVariables = Readonly<Record<string, string | undefined>>

/** The text of a small file that a system wrote for the job; undefined where there is none. */
export type ReadJobFile = (path: string) => Promise<string | undefined>

/** Who runs a job, for errors and the audit log; only what its system says of itself, and nothing secret. */
export interface CiJob {
  /** Where it is shown: an address, where the system gives one. */
  readonly url?: string
  readonly repository?: string
  readonly ref?: string
  readonly commit?: string
  /** Who or what started it. */
  readonly actor?: string
  /** Name and number of the job. */
  readonly id?: string
}

/** One value that is handed to later steps. */
export interface HandedValue {
  /** The name of a variable. */
  readonly name: string
  readonly text: string
  /** Texts by which a log may show it, for systems that mask what they are told; none where a log cannot bear its mask. */
  readonly masks: readonly string[]
}

/** How one system takes values: done in this order, masks before anything else. */
export interface CiHandOver {
  /** Lines for standard output that make the system mask; they hold values, and the system swallows them. */
  readonly masks?: readonly string[]
  /** Programs of the system that read values from their standard input, in turn. */
  readonly programs?: readonly CiProgram[]
  /** Text that is added to a file which the system names by a variable. */
  readonly appends?: readonly CiAppend[]
  /** Lines for standard output that the system swallows as well. */
  readonly commands?: readonly string[]
  /** What the user has to add to the pipeline file, told on standard error; names only. */
  readonly advice?: readonly string[]
}

/** A program of a system. */
export interface CiProgram {
  readonly command: readonly [program: string, ...args: readonly string[]]
  readonly input: string
}

/** Text for a file. */
export interface CiAppend {
  /** The variable that holds the path of the file. */
  readonly variable: string
  readonly text: string
  /** Whether the system leaves it to the first who writes to make the file. */
  readonly mayBeNew?: boolean
}

/** A message for who asked for what a system does not keep secret, and the safe way. */
export interface CiRefusal {
  readonly message: string
  readonly hint: string
}

/** A system that runs pipelines. One file in `systems` each; `npm run generate` finds it. */
export interface CiSystem {
  /** After `--ci`. */
  readonly id: string
  /** As its makers write it. */
  readonly name: string
  /**
   * Variables by which it makes itself known, from its documentation on predefined variables: any of them, not empty;
   * `NAME=value` where only that value counts. None for a place of a system that others are asked for in its stead.
   */
  readonly knownBy: readonly string[]
  /** Systems that others imitate come after those; lower first. */
  readonly rank: number
  /** What it says of the job. */
  job(env: CiVariables): CiJob
  /**
   * Why the job gets no secrets of its repository, as the end of "this is …": a change from a fork; false where it is
   * none; undefined where the system does not say.
   */
  outside?(env: CiVariables, read: ReadJobFile): Promise<string | false | undefined>
  /** Where the key of a job is put, as a hint for who has none. */
  readonly keyAdvice?: string
  /** Why it cannot take this value, as for an export format. */
  problem?(value: HandedValue, env: CiVariables): string | undefined
  /**
   * How values reach later steps of the job. Absent where the system has no way that keeps them secret: `refusal` says why, and
   * what to do in its place. `newDelimiter` gives another text each time that nobody can guess.
   */
  handOver?(values: readonly HandedValue[], env: CiVariables, newDelimiter: () => string): CiHandOver
  /** Why there is no `handOver`; beside one, why it has to be asked for by `--allow-unmasked`. */
  readonly refusal?: CiRefusal
}
