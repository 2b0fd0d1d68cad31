/** Who changed each entry of a file last. */
import type { Scalar } from '../core/scalar.ts'
import { sameScalar } from '../core/scalar.ts'
import { alignEntries } from '../project/align-lists.ts'
import type { FileVersion, VersionEntry } from '../project/file-version.ts'
import type { CommittedVersions } from './committed-versions.ts'
import type { FileCommit } from './file-history.ts'

/** An entry, and the commit that gave it its value; undefined for one that is not committed. */
export interface BlamedEntry {
  readonly path: string
  readonly document: number
  readonly scalar: Scalar | undefined
  readonly secret: boolean
  readonly commit: FileCommit | undefined
}

/** A file's history, newest commit first, and how it lies in the work tree; undefined leaves the work tree out of it. */
export interface BlameOptions {
  readonly history: readonly FileCommit[]
  readonly versions: CommittedVersions
  readonly worktree: FileVersion | undefined
}

/**
 * Follows every entry back to the first version that has it, through merges to whichever side it came from. Values are compared
 * where both versions can be decrypted, ciphertext elsewhere. Elements of lists correspond as in a diff; one that moved within its list
 * is followed too.
 */
export async function blameEntries({ history, versions, worktree }: BlameOptions): Promise<readonly BlamedEntry[]> {
  const [head] = history
  const newest = worktree ?? (head === undefined ? undefined : await versions.of(head))
  if (newest === undefined) return []
  const blame = new Blame(history, versions)
  const first = worktree === undefined || head === undefined ? undefined : await versions.of(head)
  const start = worktree === undefined ? sameEntries(newest) : first === undefined ? new Map() : origins(first, newest)
  const found = head === undefined ? new Map<string, FileCommit>() : await blame.follow(head, start)
  return newest.entries.map((entry) => ({ ...entry, commit: found.get(keyOf(entry)) }))
}

/** For each entry of the newest version, by its key, its key in an older one. */
type Origins = ReadonlyMap<string, string>

class Blame {
  readonly #history: readonly FileCommit[]
  readonly #versions: CommittedVersions
  readonly #waiting = new Map<string, Map<string, string>>()
  readonly #found = new Map<string, FileCommit>()

  constructor(history: readonly FileCommit[], versions: CommittedVersions) {
    this.#history = history
    this.#versions = versions
  }

  /** The commits of the entries in `start`, whose values are those of the commit `head`. */
  async follow(head: FileCommit, start: Origins): Promise<ReadonlyMap<string, FileCommit>> {
    this.#waiting.set(head.id, new Map(start))
    const known = new Map(this.#history.map((commit) => [commit.id, commit]))
    for (const commit of this.#history) {
      const waiting = this.#waiting.get(commit.id)
      if (waiting === undefined || waiting.size === 0) continue
      this.#waiting.delete(commit.id)
      await this.#pass(commit, waiting, known)
      if ([...this.#waiting.values()].every(({ size }) => size === 0)) break
    }
    return this.#found
  }

  async #pass(commit: FileCommit, waiting: Map<string, string>, known: ReadonlyMap<string, FileCommit>): Promise<void> {
    const version = await this.#versions.of(commit)
    for (const id of commit.parents) {
      const parent = known.get(id)
      const older = parent === undefined ? undefined : await this.#versions.of(parent)
      if (older === undefined || version === undefined) continue
      const came = origins(older, version)
      const passed = this.#waiting.get(id) ?? new Map<string, string>()
      for (const [entry, key] of waiting) {
        const from = came.get(key)
        if (from === undefined) continue
        passed.set(entry, from)
        waiting.delete(entry)
      }
      this.#waiting.set(id, passed)
    }
    for (const entry of waiting.keys()) this.#found.set(entry, commit)
  }
}

function sameEntries({ entries }: FileVersion): Origins {
  return new Map(entries.map((entry) => [keyOf(entry), keyOf(entry)]))
}

/** Where in the older version each entry of the newer one comes from, by keys; what is new or changed is left out. */
function origins(older: FileVersion, newer: FileVersion): Origins {
  const readable = older.problem === undefined && newer.problem === undefined
  const [before, after] = readable ? [older.entries, newer.entries] : [older.sealedEntries, newer.sealedEntries]
  const aligned = alignEntries(before, after)
  const old = new Map(before.map((entry) => [aligned.get(entry), entry]))
  const found = new Map<string, string>()
  for (const entry of after) {
    const earlier = old.get(aligned.get(entry))
    if (earlier === undefined || !sameValue(earlier, entry)) continue
    found.set(keyOf(entry), keyOf(earlier))
    old.delete(aligned.get(earlier))
  }
  // An alignment keeps the order: what moved within its list has no partner yet.
  const moved = byPlace([...old.values()])
  for (const entry of after) {
    if (found.has(keyOf(entry)) || !entry.path.includes('[')) continue
    const candidates = moved.get(placeOf(entry)) ?? []
    const at = candidates.findIndex((candidate) => sameValue(candidate, entry))
    const [earlier] = at === -1 ? [] : candidates.splice(at, 1)
    if (earlier !== undefined) found.set(keyOf(entry), keyOf(earlier))
  }
  return found
}

function byPlace(entries: readonly VersionEntry[]): Map<string, VersionEntry[]> {
  const places = new Map<string, VersionEntry[]>()
  for (const entry of entries) places.set(placeOf(entry), [...(places.get(placeOf(entry)) ?? []), entry])
  return places
}

/** The path without indices: what an element keeps when others are put before it. */
function placeOf({ path, document }: VersionEntry): string {
  return `${document}:${path.replaceAll(/\[\d+\]/g, '[]')}`
}

function keyOf({ path, document }: Pick<VersionEntry, 'path' | 'document'>): string {
  return `${document}:${path}`
}

function sameValue(a: VersionEntry, b: VersionEntry): boolean {
  return a.scalar !== undefined && b.scalar !== undefined && sameScalar(a.scalar, b.scalar)
}
