/** Files that are filtered by other threads, or by this one where none of them has begun. */
import type { OpeningKey } from '../../keys/opening-log.ts'
import { type Claims, MAX_OPEN } from './claims.ts'

/** A file to be filtered. */
export interface FilterJob {
  readonly id: number
  readonly command: 'clean' | 'smudge'
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  /** Undefined: what lies in the work tree. */
  readonly content: Uint8Array | undefined
  readonly treeish: string | undefined
}

/** A file that another thread opened, or could not: what a log says of it. */
export interface OpenedElsewhere {
  readonly file: string
  readonly environment: string
  readonly keys: readonly OpeningKey[]
  readonly error: string | undefined
}

/** What became of it. */
export interface FilterOutcome {
  readonly id: number
  /** What was filtered. */
  readonly content: Uint8Array
  /** Undefined where there is anything to say about the file: whoever talks to git does it again. */
  readonly result: Uint8Array | undefined
  /** What was opened for it, for the log; absent where none is kept. */
  readonly opened?: readonly OpenedElsewhere[]
}

/** Threads that take jobs. */
export interface FilterWorkers {
  readonly claims: Claims
  readonly count: number
  /** As long as no file takes; after it a thread is taken for dead. */
  readonly patienceMs: number
  readonly send: (jobs: readonly FilterJob[]) => void
  /** The next outcome that arrived; never waits. */
  readonly receive: () => FilterOutcome | undefined
}

/** The jobs of one filter process. */
export class SharedWork {
  readonly #workers: FilterWorkers
  readonly #outcomes = new Map<number, FilterOutcome>()
  readonly #open = new Set<number>()
  #next = 0

  constructor(workers: FilterWorkers) {
    this.#workers = workers
  }

  /** How many threads there are beside this one. */
  get workers(): number {
    return this.#workers.count
  }

  /** Hands jobs out and gives their numbers; none where too many are open. */
  add(jobs: readonly Omit<FilterJob, 'id'>[]): readonly number[] {
    if (this.#open.size + jobs.length > MAX_OPEN) return []
    const numbered = jobs.map((job) => {
      const id = this.#next
      this.#next += 1
      this.#workers.claims.open(id)
      this.#open.add(id)
      return { ...job, id }
    })
    this.#workers.send(numbered)
    return numbered.map(({ id }) => id)
  }

  /** Takes a job back: false where a thread has begun it, whose outcome there will be. */
  takeBack(id: number): boolean {
    const taken = this.#workers.claims.take(id)
    if (taken) this.#open.delete(id)
    return taken
  }

  /** Jobs that are done. */
  done(): readonly number[] {
    this.#receive()
    return [...this.#outcomes.keys()]
  }

  /** Whether there is an outcome already. */
  isDone(id: number): boolean {
    this.#receive()
    return this.#outcomes.has(id)
  }

  /** The outcome of a job that a thread has begun; waits for it. Undefined when the thread seems to be dead. */
  outcome(id: number): FilterOutcome | undefined {
    this.#waitUntil(() => this.#outcomes.has(id))
    const outcome = this.#outcomes.get(id)
    this.forget(id)
    return outcome
  }

  /** Waits until there is any outcome; false when the threads seem to be dead. */
  waitForAny(): boolean {
    return this.#waitUntil(() => this.#outcomes.size > 0)
  }

  /** Gives a job up, whatever becomes of it. */
  forget(id: number): void {
    this.takeBack(id)
    this.#open.delete(id)
    this.#outcomes.delete(id)
  }

  #waitUntil(arrived: () => boolean): boolean {
    const { claims, patienceMs } = this.#workers
    for (;;) {
      // Before looking: what is announced in between ends the wait at once.
      const known = claims.announced()
      this.#receive()
      if (arrived()) return true
      if (!claims.waitForMore(known, patienceMs)) return false
    }
  }

  #receive(): void {
    for (let outcome = this.#workers.receive(); outcome !== undefined; outcome = this.#workers.receive()) {
      if (this.#open.has(outcome.id)) this.#outcomes.set(outcome.id, outcome)
    }
  }
}
