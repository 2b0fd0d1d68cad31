/**
 * Smudging files side by side: git takes some of them later where the filter says so (capability `delay`), and goes on
 * meanwhile. Only as many are put off as other threads can take; this one does the rest at once.
 */
import type { SharedWork } from './shared-work.ts'

/** Files before the first is put off: starting a thread costs as much as some dozen files. */
const AT_ONCE = 24

/** Files for each thread that are put off and not begun. */
const QUEUE = 4

/** Bytes that are put off and not taken by git: all of it is in memory. */
const MAX_BYTES = 64 * 1024 * 1024

/** A file to be smudged. */
export interface SmudgeRequest {
  readonly path: string
  readonly content: Uint8Array
  readonly treeish: string | undefined
}

/** What putting off needs. */
export interface SmudgeLaterOptions {
  readonly work: () => SharedWork | undefined
  /** Smudges a file here and now. Never rejects. */
  readonly smudge: (request: SmudgeRequest) => Promise<Uint8Array>
  /** Told of what another thread made of a file. */
  readonly onSmudged: (request: SmudgeRequest, plain: Uint8Array) => Promise<void>
}

/** The files that one filter process has put off. */
export class SmudgeLater {
  readonly #options: SmudgeLaterOptions
  readonly #waiting = new Map<number, SmudgeRequest>()
  readonly #ready = new Map<string, Uint8Array>()
  #seen = 0
  #bytes = 0

  constructor(options: SmudgeLaterOptions) {
    this.#options = options
  }

  /** So many files will come: for more than a few, the threads are started now. */
  expect(count: number): void {
    if (count <= AT_ONCE) return
    this.#seen = AT_ONCE
    this.#options.work()
  }

  /** Whether the file is put off. */
  async putOff(request: SmudgeRequest): Promise<boolean> {
    this.#seen += 1
    const length = request.content.length
    if (this.#seen <= AT_ONCE || this.#bytes + length > MAX_BYTES || this.#ready.has(request.path)) return false
    const work = this.#options.work()
    if (work === undefined) return false
    await this.#settleDone(work)
    if (this.#waiting.size > work.workers * QUEUE) return false
    const [id] = work.add([{ command: 'smudge', ...request }])
    if (id === undefined) return false
    this.#waiting.set(id, request)
    this.#bytes += length
    return true
  }

  /** Paths that were put off and can be had now: at least one as long as there are any. */
  async available(): Promise<readonly string[]> {
    const work = this.#options.work()
    if (work === undefined) return []
    const unbegun = [...this.#waiting].find(([id]) => work.takeBack(id))
    if (unbegun !== undefined) await this.#smudgeHere(...unbegun)
    if (this.#ready.size === 0 && this.#waiting.size > 0 && !work.waitForAny()) {
      // The threads are gone: no file is lost for that.
      for (const [id, request] of this.#waiting) await this.#smudgeHere(id, request)
    }
    await this.#settleDone(work)
    return [...this.#ready.keys()]
  }

  /** The plain content of a path that is available. */
  collect(path: string): Uint8Array | undefined {
    const plain = this.#ready.get(path)
    this.#ready.delete(path)
    if (this.#ready.size + this.#waiting.size === 0) this.#bytes = 0
    return plain
  }

  async #settleDone(work: SharedWork): Promise<void> {
    for (const id of work.done()) {
      const request = this.#waiting.get(id)
      const plain = work.outcome(id)?.result
      if (request === undefined) continue
      if (plain === undefined) await this.#smudgeHere(id, request)
      else {
        await this.#options.onSmudged(request, plain)
        this.#finish(id, request, plain)
      }
    }
  }

  async #smudgeHere(id: number, request: SmudgeRequest): Promise<void> {
    this.#finish(id, request, await this.#options.smudge(request))
  }

  #finish(id: number, { path }: SmudgeRequest, plain: Uint8Array): void {
    this.#waiting.delete(id)
    this.#ready.set(path, plain)
  }
}
