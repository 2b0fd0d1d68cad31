/** Files that the index has in conflict, as the clean filter meets them. */

import { markedVersions } from '../core/merge/conflict-markers.ts'
import { readSealed } from '../core/sealed-text.ts'
import { findFormat } from '../formats/find-format.ts'
import { encryptionState } from '../project/encryption-state.ts'
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

/**
 * Whether a text with conflict markers shows nothing in clear that should be encrypted: each version that was put between the
 * markers is an encrypted file, with ciphertext for every value. Never throws: what cannot be read is not known to be encrypted.
 */
export async function isEncryptedConflict(path: string, content: Uint8Array): Promise<boolean> {
  const versions = markedVersions(Buffer.from(content).toString('utf8'))
  if (versions === undefined) return false
  const { base, ours, theirs } = versions
  const all = await Promise.all([ours, theirs, ...(base === undefined ? [] : [base])].map((one) => isAll(path, one)))
  return !all.includes(false)
}

async function isAll(path: string, text: string): Promise<boolean> {
  try {
    const content = Buffer.from(text, 'utf8')
    const state = await encryptionState(readSealed(await findFormat(path, { content }), content))
    return state.plainValues.length + state.plainComments.length === 0
  } catch {
    return false
  }
}
