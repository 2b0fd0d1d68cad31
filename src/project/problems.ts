import { type Place, SecretsError } from '../core/errors.ts'

interface Problem {
  readonly message: string
  readonly place: Place
  readonly hint: string | undefined
}

/** Collects what is wrong with a configuration, so that all of it is reported at once. */
export class Problems {
  readonly #found: Problem[] = []

  /** Notes one problem. `message` is lower case, without a full stop. */
  add(message: string, place: Place, hint?: string): void {
    this.#found.push({ message, place, hint })
  }

  /** Whether anything was noted. */
  get any(): boolean {
    return this.#found.length > 0
  }

  /**
   * Throws `CONFIG_INVALID` when there are problems: the first of the file, with its place and hint, as the error
   * itself; all of them, one line each, in its details when there is more than one.
   */
  throwIfAny(): void {
    const sorted = this.#found.toSorted(byPlace)
    const [first] = sorted
    if (first === undefined) return
    const more = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : ''
    throw new SecretsError('CONFIG_INVALID', first.message + more, {
      place: first.place,
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      ...(sorted.length > 1 ? { details: sorted.map(line) } : {}),
    })
  }
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0)
}

function line({ message, place, hint }: Problem): string {
  const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':')
  return `${where}: ${message}${hint === undefined ? '' : ` (${hint})`}`
}
