/**
 * Cleaning files before git asks for them. Git and its filter otherwise take turns, and each waits for the other; with this
 * the next files of a folder are encrypted while git stores the ones before. A guess counts only for the very content
 * that git then brings.
 */
import { NextFiles } from './next-files.ts'
import type { FilterOutcome, SharedWork } from './shared-work.ts'

/** Files that are guessed ahead of git; enough that no thread ever waits. */
const AHEAD = 48

/** Files that are worth the start of a thread, which costs as much as some dozen of them. */
const WORTH_IT = 16

/** Guesses that may come to nothing before guessing ends: git takes some files of a folder and leaves others out. */
const WASTE = 16

/** What guessing needs. */
export interface CleanAheadOptions {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  /** The threads, started when first asked for; undefined where there are none. */
  readonly work: () => SharedWork | undefined
  /** Cleans a file of the work tree here and now, without a word about what is wrong with it. Never rejects. */
  readonly guess: (path: string) => Promise<Guess>
}

/** A content, and what it was cleaned to if that is certain. */
export type Guess = Pick<FilterOutcome, 'content' | 'result'>

/** The guesses of one filter process. */
export class CleanAhead {
  readonly #options: CleanAheadOptions
  readonly #files: NextFiles
  /** Jobs that were handed out, by path; in the order of the files. */
  readonly #guessed = new Map<string, number>()
  /** Guesses of this thread, while it would have waited for another one. */
  readonly #own = new Map<string, Guess>()
  #used = 0
  #wasted = 0

  constructor(options: CleanAheadOptions) {
    this.#options = options
    this.#files = new NextFiles(options.top)
  }

  /** What this file was cleaned to ahead of git; undefined where it was not, or another content was. */
  async take(path: string, content: Uint8Array): Promise<Uint8Array | undefined> {
    const next = this.#files.after(path, AHEAD)
    const guess = this.#own.get(path)
    const id = this.#guessed.get(path)
    this.#own.delete(path)
    this.#guessed.delete(path)
    this.#forgetBut(next)
    if (this.#wasted > WASTE + this.#used / 4) return undefined
    this.#guess(next)
    if (guess === undefined && id === undefined) return undefined
    this.#used += 1
    const found = guess ?? (id === undefined ? undefined : await this.#outcome(id))
    return found !== undefined && Buffer.compare(found.content, content) === 0 ? found.result : undefined
  }

  /** Gives all guesses up: git does something else now. */
  forget(): void {
    this.#forgetBut([])
  }

  /** Undefined where no thread has begun it. Where one is at it, this thread does another one meanwhile. */
  async #outcome(id: number): Promise<Guess | undefined> {
    const work = this.#options.work()
    if (work === undefined || work.takeBack(id)) return undefined
    while (!work.isDone(id)) {
      if (!(await this.#help(work))) break
    }
    return work.outcome(id)
  }

  /** Not with the next one, which the other thread takes at once. Gives whether there was anything to do. */
  async #help(work: SharedWork): Promise<boolean> {
    const [, ...later] = this.#guessed
    const unbegun = later.find(([, id]) => work.takeBack(id))
    if (unbegun === undefined) return false
    const [path] = unbegun
    this.#guessed.delete(path)
    this.#own.set(path, await this.#options.guess(path))
    return true
  }

  /** In batches: a message costs more than a guess weighs. */
  #guess(next: readonly string[]): void {
    const unguessed = next.filter((path) => !this.#guessed.has(path) && !this.#own.has(path))
    const begun = this.#guessed.size + this.#own.size > 0
    if (unguessed.length < (begun ? AHEAD / 2 : WORTH_IT)) return
    const jobs = unguessed.map((path) => ({ command: 'clean' as const, path, content: undefined, treeish: undefined }))
    const ids = this.#options.work()?.add(jobs) ?? []
    ids.forEach((id, index) => {
      this.#guessed.set(unguessed[index] ?? '', id)
    })
  }

  #forgetBut(next: readonly string[]): void {
    if (this.#guessed.size + this.#own.size === 0) return
    const kept = new Set(next)
    const gone = [...this.#guessed.keys(), ...this.#own.keys()].filter((path) => !kept.has(path))
    for (const path of gone) {
      const id = this.#guessed.get(path)
      if (id !== undefined) this.#options.work()?.forget(id)
      this.#guessed.delete(path)
      this.#own.delete(path)
    }
    this.#wasted += gone.length
  }
}
