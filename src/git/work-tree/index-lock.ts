/** Git's lock of its index, held as git holds it: a file beside it, which takes its place at the end. */
import {
  closeSync,
  fchmodSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { SecretsError } from '../../core/errors.ts'
import { systemCode } from '../../project/system-errors.ts'

/** A locked index. Whoever has it ends it by `replace` or `release`, without waiting for anything in between: signals come later then. */
export interface LockedIndex {
  readonly bytes: Buffer
  /** When it was written, in nanoseconds. */
  readonly writtenNs: bigint
  /** Gives the index this content, and unlocks it. */
  readonly replace: (content: Uint8Array) => void
  readonly release: () => void
}

/** Locks an index. Throws `GIT_FAILED` where another git has locked it. */
export function lockIndex(path: string): LockedIndex {
  // Git follows a link here too.
  const index = realpathSync(path)
  const lock = `${index}.lock`
  const file = openLock(lock)
  try {
    const { mode, mtimeNs } = statSync(index, { bigint: true })
    // What a shared repository gives to its group.
    fchmodSync(file, Number(mode) & 0o777)
    return {
      bytes: readFileSync(index),
      writtenNs: mtimeNs,
      replace: (content) => replace(index, { lock, file, content }),
      release: () => release(lock, file),
    }
  } catch (error) {
    release(lock, file)
    throw error
  }
}

/** For whoever finds the index locked. */
export function otherGit(): SecretsError {
  return new SecretsError(
    'GIT_FAILED',
    'another git works in this work tree, or was interrupted: its index is locked',
    {
      hint: 'wait until it is done; if none is running, remove index.lock from the .git folder',
    },
  )
}

function openLock(lock: string): number {
  try {
    return openSync(lock, 'wx')
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? otherGit() : error
  }
}

interface Replacement {
  readonly lock: string
  readonly file: number
  readonly content: Uint8Array
}

function replace(index: string, { lock, file, content }: Replacement): void {
  let isWritten = false
  try {
    for (let rest = content; rest.length > 0; ) rest = rest.subarray(writeSync(file, rest))
    isWritten = true
  } finally {
    if (!isWritten) release(lock, file)
  }
  closeSync(file)
  renameSync(lock, index)
}

function release(lock: string, file: number): void {
  closeSync(file)
  rmSync(lock, { force: true })
}
