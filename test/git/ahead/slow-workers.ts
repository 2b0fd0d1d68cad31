/** Threads for tests, which work when the test says so. */
import { Claims } from '../../../src/git/ahead/claims.ts'
import type { FilterJob, FilterOutcome, FilterWorkers } from '../../../src/git/ahead/shared-work.ts'

/** What a job comes to. */
export type Work = (job: FilterJob) => Omit<FilterOutcome, 'id'>

/** One thread; `patienceMs` as in `FilterWorkers`. */
export class SlowWorkers implements FilterWorkers {
  readonly claims: Claims = new Claims()
  readonly count = 1
  readonly patienceMs: number
  readonly jobs: FilterJob[] = []
  readonly #work: Work
  readonly #outcomes: FilterOutcome[] = []
  #begun: FilterJob | undefined

  constructor(work: Work, patienceMs = 20) {
    this.#work = work
    this.patienceMs = patienceMs
  }

  readonly send = (jobs: readonly FilterJob[]): void => {
    this.jobs.push(...jobs)
  }

  readonly receive = (): FilterOutcome | undefined => this.#outcomes.shift()

  /** Claims the next job that nobody has, and does nothing yet. */
  begin(): FilterJob | undefined {
    const index = this.jobs.findIndex(({ id }) => this.claims.take(id))
    this.#begun = index === -1 ? undefined : this.jobs[index]
    return this.#begun
  }

  /** Ends what was begun. */
  end(): void {
    if (this.#begun === undefined) return
    this.#outcomes.push({ id: this.#begun.id, ...this.#work(this.#begun) })
    this.#begun = undefined
    this.claims.announce()
  }

  /** Does as many jobs as there are. */
  doAll(): void {
    while (this.begin() !== undefined) this.end()
  }
}
