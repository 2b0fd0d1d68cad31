import { CleanAhead, type Guess } from '../git/ahead/clean-ahead.ts'
import { SharedWork } from '../git/ahead/shared-work.ts'
import { SmudgeLater } from '../git/ahead/smudge-later.ts'
import type { FilterRequest, Filters, LaterFiles } from '../git/filter-protocol.ts'
import type { Environment } from './environment.ts'
import { type StartedWorkers, startFilterWorkers, type WorkersOptions } from './filter-workers.ts'
import type { GitFilter } from './git-filter.ts'
import { QuietFilter } from './quiet-filter.ts'

/**
 * A filter that has other threads work ahead of git: cleaning what git will probably ask for next, and smudging side by
 * side. The threads are started when there are more than a few files.
 */
export class AheadFilter implements Filters {
  readonly later: LaterFiles
  readonly #filter: GitFilter
  readonly #ahead: CleanAhead
  readonly #options: WorkersOptions
  #quiet: QuietFilter | undefined
  #started: { readonly workers: StartedWorkers; readonly work: SharedWork } | 'none' | undefined

  constructor(filter: GitFilter, environment: Environment, options: WorkersOptions) {
    this.#filter = filter
    this.#options = options
    const work = (): SharedWork | undefined => this.#work()
    this.#ahead = new CleanAhead({ top: options.top, work, guess: (path) => this.#guess(path, environment) })
    const later = new SmudgeLater({
      work,
      smudge: ({ path, content, treeish }) => this.smudge({ path, content: asBuffer(content), treeish }),
      onSmudged: (request, plain) => filter.keepSmudged(request, plain),
    })
    this.later = {
      expect: (count) => later.expect(count),
      putOff: (request) => later.putOff(request),
      available: () => later.available(),
      collect: (path) => later.collect(path),
    }
  }

  readonly clean = async (request: FilterRequest): Promise<Uint8Array> => {
    const guess = await this.#ahead.take(request.path, request.content)
    return guess === undefined ? this.#filter.clean(request) : this.#filter.keepCleaned(request, guess)
  }

  readonly smudge = (request: FilterRequest): Promise<Uint8Array> => {
    // The index that guesses were made by may be another one soon.
    this.#ahead.forget()
    return this.#filter.smudge(request)
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.#quiet?.close()
    if (this.#started !== undefined && this.#started !== 'none') await this.#started.workers.close()
  }

  async #guess(path: string, environment: Environment): Promise<Guess> {
    this.#quiet ??= new QuietFilter(environment, this.#options)
    const job = { id: 0, command: 'clean', path, content: undefined, treeish: undefined } as const
    const outcome = await this.#quiet.outcomeOf(job)
    outcome.opened?.forEach(this.#options.onOpened)
    return outcome
  }

  #work(): SharedWork | undefined {
    if (this.#started === undefined) {
      const workers = startFilterWorkers(this.#options)
      this.#started = workers === undefined ? 'none' : { workers, work: new SharedWork(workers) }
    }
    return this.#started === 'none' ? undefined : this.#started.work
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
