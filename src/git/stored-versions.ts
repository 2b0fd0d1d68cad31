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

/** Asks git for all versions of a file at once; `path` is relative to the top of the work tree. Throws `GIT_FAILED`. */
export async function storedVersions(path: string, objects: Pick<GitObjects, 'readAll'>): Promise<StoredVersions> {
  const names = [`:0:${path}`, `HEAD:${path}`, `:1:${path}`, `:2:${path}`, `:3:${path}`]
  const [indexed, committed, base, ours, theirs] = await objects.readAll(names)
  return {
    latest: indexed ?? committed ?? ours ?? theirs,
    committed,
    unmerged: ours === undefined || theirs === undefined ? undefined : { base, ours, theirs },
  }
}
