import type { ExportEntry } from '../exports/export-format.ts'

/** Variables of this process, by name. */
export type CiVariables = Readonly<Record<string, string | undefined>>

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

/** How one system takes values: done in this order, masks before anything else. */
export interface CiHandOver {
  /** Lines for standard output that make the system mask; they hold values, and the system swallows them. */
  readonly masks: readonly string[]
  /** Lines for standard output that the system swallows as well. */
  readonly commands?: readonly string[]
  /** Text that is added to a file which the system names by a variable. */
  readonly appends?: readonly { readonly variable: string; readonly text: string }[]
  /** A program of the system that reads values from its standard input. */
  readonly programs?: readonly { readonly command: readonly string[]; readonly input: string }[]
  /** What the user has to add to the pipeline file, told on standard error; names only. */
  readonly advice?: readonly string[]
}

/** A system that runs pipelines. One file in `systems` each; `npm run generate` finds it. */
export interface CiSystem {
  /** After `--ci`. */
  readonly id: string
  /** As its makers write it. */
  readonly name: string
  /** Variables by which it makes itself known, from its documentation on predefined variables: any of them, not empty. */
  readonly knownBy: readonly string[]
  /** Systems that others imitate come after those; lower first. */
  readonly rank: number
  /** What it says of the job. */
  job(env: CiVariables): CiJob
  /** Whether the job runs for a change from outside (a fork) and therefore gets no secrets; undefined where it does not say. */
  isOutside?(env: CiVariables): boolean | undefined
  /** Why it cannot take this entry, as for an export format. */
  problem?(entry: ExportEntry, env: CiVariables): string | undefined
  /**
   * How values reach later steps of the job. Absent where the system has no way that keeps them secret: `refusal` says why, and
   * what to do in its place.
   */
  handOver?(entries: readonly ExportEntry[], env: CiVariables): CiHandOver
  readonly refusal?: { readonly message: string; readonly hint: string }
}
