import type { CommandContext } from '../context.ts'

/** One thing to choose. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** What a shell offers: our candidates, and what it finds itself. */
export interface Proposal {
  readonly candidates: readonly Candidate[]
  readonly shell?: 'files' | 'folders'
}

/** No proposal. */
export const NOTHING: Proposal = { candidates: [] }

/** Where a value stands: the command line's first target decides on paths. */
export interface ValuePlace {
  readonly context: CommandContext
  readonly target: string | undefined
}
