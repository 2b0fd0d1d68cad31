/** Which file git will ask for next: it goes through a folder in the order of its names' bytes. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Files one after the other in a folder before its names are read: a folder may hold a hundred thousand. */
const LEARNED_AFTER = 4

/** Follows git through the work tree. */
export class NextFiles {
  readonly #top: string
  #folder: string | undefined
  #last = ''
  #streak = 0
  #names: readonly string[] = []
  #places: ReadonlyMap<string, number> | undefined

  /** `top` is the absolute path of the top of the work tree. */
  constructor(top: string) {
    this.#top = top
  }

  /** Git asks for this path now. Gives the paths that probably come next, at most `count`; none as long as nobody can tell. */
  after(path: string, count: number): readonly string[] {
    const split = path.lastIndexOf('/') + 1
    const [folder, name] = [path.slice(0, split), path.slice(split)]
    if (folder !== this.#folder || !isBefore(this.#last, name)) this.#begin(folder)
    this.#last = name
    this.#streak += 1
    if (this.#streak < LEARNED_AFTER) return []
    if (this.#places === undefined) this.#readNames(folder)
    const place = this.#places?.get(name)
    if (place === undefined) return []
    return this.#names.slice(place + 1, place + 1 + count).map((next) => folder + next)
  }

  #begin(folder: string): void {
    this.#folder = folder
    this.#streak = 0
    this.#names = []
    this.#places = undefined
  }

  #readNames(folder: string): void {
    const names = namesOfFiles(join(this.#top, folder))
    this.#names = names.sort((left, right) => (isBefore(left, right) ? -1 : 1))
    this.#places = new Map(this.#names.map((name, index) => [name, index]))
  }
}

/** Git compares the bytes of UTF-8. */
function isBefore(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')) < 0
}

function namesOfFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((found) => (found.isFile() ? [found.name] : []))
  } catch {
    return []
  }
}
