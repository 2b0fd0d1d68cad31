/** What git has of a file, as the clean filter asks for it. */
import type { GitObjects } from './git-objects.ts'
import type { Versions } from './merge-versions.ts'

/** What git has of a file beside the work tree. */
export interface StoredVersions {
  /** What the index or the last commit has; where they have none, the one version of a conflict that is there. */
  readonly latest: Uint8Array | undefined
  /** What the last commit has. */
  readonly committed: Uint8Array | undefined
  /** The versions that the index holds in conflict, where both sides have one. */
  readonly unmerged: Versions<Uint8Array> | undefined
}

/** Asks one git for versions of files; paths are relative to the top of the work tree. */
export class StoredVersionReader {
  readonly #objects: Pick<GitObjects, 'readAll'>
  readonly #prepared = new Map<string, Promise<StoredVersions>>()

  constructor(objects: Pick<GitObjects, 'readAll'>) {
    this.#objects = objects
  }

  /** Has git look for the versions of files that are asked for soon, each of which is asked for or given up. */
  prepare(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.#prepared.has(path)) continue
      const versions = this.#read(path)
      // Whoever asks is told; and when nobody asks, it does not matter.
      versions.catch(() => undefined)
      this.#prepared.set(path, versions)
    }
  }

  /** What was prepared for a file is not asked for any more. */
  giveUp(path: string): void {
    this.#prepared.delete(path)
  }

  /** All versions of a file. Throws `GIT_FAILED`. */
  versions(path: string): Promise<StoredVersions> {
    const prepared = this.#prepared.get(path)
    this.#prepared.delete(path)
    return prepared ?? this.#read(path)
  }

  async #read(path: string): Promise<StoredVersions> {
    const names = [`:0:${path}`, `HEAD:${path}`, `:1:${path}`, `:2:${path}`, `:3:${path}`]
    const [indexed, committed, base, ours, theirs] = await this.#objects.readAll(names)
    return {
      latest: indexed ?? committed ?? ours ?? theirs,
      committed,
      unmerged: ours === undefined || theirs === undefined ? undefined : { base, ours, theirs },
    }
  }
}
