/** Files of the work tree that get another content while git goes on to know them as unchanged. */
import { join } from 'node:path'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { systemCode, systemReason } from '../../project/system-errors.ts'
import { type FileStamp, type IndexFile, readIndexFile, withStamps } from './index-file.ts'
import { lockIndex } from './index-lock.ts'
import { rewriteFile } from './rewrite-file.ts'
import type { SmudgedFile } from './smudge-files.ts'

/** Where files are replaced. */
export interface WorkTree {
  /** Absolute path of its top. */
  readonly top: string
  /** Absolute path of its index. */
  readonly index: string
}

/**
 * Writes these files in clear and their stamps into the index, as a checkout does it. Files that somebody
 * changed or staged since stay as they are. Gives the paths that were written; undefined, with nothing changed, where the index is one that
 * only git itself can change. Throws `GIT_FAILED` where another git is at work, and `WRITE_FAILED`; git knows what was written until then.
 */
export function replaceFiles(files: readonly SmudgedFile[], tree: WorkTree): readonly string[] | undefined {
  try {
    return replaceAll(files, tree)
  } catch (error) {
    throw asWriteFailed(error)
  }
}

function replaceAll(files: readonly SmudgedFile[], tree: WorkTree): readonly string[] | undefined {
  const lock = lockIndex(tree.index)
  const stamps = new Map<string, FileStamp>()
  let index: IndexFile | undefined
  try {
    index = readIndexFile(lock.bytes, (files[0]?.oid.length ?? 0) / 2)
    if (index === undefined) return undefined
    for (const file of files) {
      if (index.entries.get(file.path)?.oid !== file.oid) continue
      const stamp = rewriteFile(join(tree.top, file.path), file.found, file.plain)
      if (stamp !== undefined) stamps.set(file.path, stamp)
    }
    return [...stamps.keys()]
  } finally {
    // After an error too: what was written until then is nothing that changed.
    if (index === undefined || stamps.size === 0) lock.release()
    else lock.replace(withStamps(index, stamps, lock.writtenNs))
  }
}

function asWriteFailed(error: unknown): unknown {
  if (isSecretsError(error) || systemCode(error) === '') return error
  return new SecretsError('WRITE_FAILED', `a file of the work tree cannot be written: ${systemReason(error)}`, {
    hint: 'nothing is lost: make room, or look at the permissions, then run the same command again',
    cause: error,
  })
}
