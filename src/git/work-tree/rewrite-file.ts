/** Giving a file of the work tree another content. */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { systemCode } from '../../project/system-errors.ts'
import type { FileStamp } from './index-file.ts'
import type { StoredFile } from './stored-files.ts'

/**
 * Writes a content over a file, in its place: to make a thousand files anew takes a file system longer than to decrypt them. A file with
 * further names, or one that may not be written, is removed and made anew, as git does it. Undefined where it is not the file any more
 * that was found. Throws what the system says; the file is then what it was, as far as that can be written.
 */
export function rewriteFile(path: string, found: StoredFile, content: Uint8Array): FileStamp | undefined {
  const file = found.stats.nlink === 1n ? openIfWritable(path) : undefined
  if (file === undefined) return makeAnew(path, found, content)
  try {
    if (!isSame(fstatSync(file, { bigint: true }), found.stats)) return undefined
    try {
      writeAll(file, content)
    } catch (error) {
      writeAll(file, found.content)
      throw error
    }
    return fstatSync(file, { bigint: true })
  } finally {
    closeSync(file)
  }
}

function openIfWritable(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (['EACCES', 'EPERM', 'ETXTBSY', 'ELOOP', 'ENOENT'].includes(systemCode(error))) return undefined
    throw error
  }
}

/** With the permissions that git gives: all that the user's mask leaves. */
function makeAnew(path: string, { stats, content: before }: StoredFile, content: Uint8Array): FileStamp | undefined {
  const now = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (now === undefined || !isSame(now, stats)) return undefined
  unlinkSync(path)
  const file = openSync(path, 'wx', (stats.mode & 0o100n) === 0n ? 0o666 : 0o777)
  try {
    writeAll(file, content)
    return fstatSync(file, { bigint: true })
  } catch (error) {
    writeAll(file, before)
    throw error
  } finally {
    closeSync(file)
  }
}

function isSame(now: BigIntStats, before: BigIntStats): boolean {
  return now.ino === before.ino && now.mtimeNs === before.mtimeNs && now.size === before.size
}

/** Whoever dies in between leaves the beginning of the new content and the end of the old one (`isTorn`). */
function writeAll(file: number, content: Uint8Array): void {
  let position = 0
  while (position < content.length) position += writeSync(file, content, position, content.length - position, position)
  ftruncateSync(file, content.length)
}
