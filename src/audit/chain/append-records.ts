/** Writing to a log of lines that are chained: one writer at a time, whole lines, flushed. */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { withFolderLocks } from '../../project/folder-lock.ts'
import { systemCode } from '../../project/system-errors.ts'
import { rotatedFiles, rotatedPath } from './chain-files.ts'
import {
  type ChainHead,
  chainLine,
  type RepairRecord,
  type RotationRecord,
  readChainLine,
  sha256,
} from './chain-line.ts'
import { readEnd } from './read-end.ts'

/** A log, and when it is put aside. */
export interface ChainedLog {
  /** Absolute. */
  readonly path: string
  /** Bytes from which on a new file is begun. */
  readonly rotateAt: number
  /** How many old files are kept; undefined: all. */
  readonly keep: number | undefined
  readonly now: () => Date
}

/** The end of a log that nobody can go on from. */
export class DamagedLog extends Error {}

/** A link is not followed, and nothing waits for the other end of a pipe. */
const FLAGS =
  constants.O_RDWR |
  constants.O_CREAT |
  constants.O_APPEND |
  ('O_NOFOLLOW' in constants ? constants.O_NOFOLLOW : 0) |
  ('O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0)

/**
 * Appends records and gives the number and hash of the last one. What a killed writer left of a line is ended, and the next record says so.
 * Throws `DamagedLog` where the last line is none of ours, `WRITE_FAILED` when others hold the log for half a minute, and
 * the system's errors.
 */
export async function appendRecords(log: ChainedLog, records: readonly unknown[]): Promise<ChainHead> {
  const folder = dirname(log.path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return withFolderLocks([folder], async () => {
    const handle = await openLog(log.path)
    try {
      const { size } = await handle.stat()
      if (size >= log.rotateAt) {
        const { head, before } = await endOf(handle, size, log)
        // One that has to be repaired is put aside the next time.
        if (head !== undefined && before === '') return await rotate(log, { handle, head }, records)
      }
      if (size === 0) return await inNewFile(log, undefined, records, handle)
      return await append(handle, size, records, log)
    } finally {
      await handle.close()
    }
  })
}

async function openLog(path: string): Promise<FileHandle> {
  const handle = await open(path, FLAGS, 0o600)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new DamagedLog('is no file')
}

interface EndOfLog {
  readonly head: ChainHead | undefined
  /** What has to be written before anything else. */
  readonly before: string
  readonly repair: RepairRecord | undefined
}

/** Puts the file aside under the number of its last record. */
async function rotate(
  log: ChainedLog,
  { handle, head }: { readonly handle: FileHandle; readonly head: ChainHead },
  records: readonly unknown[],
): Promise<ChainHead> {
  // Windows moves no open file.
  await handle.close()
  await rename(log.path, rotatedPath(log.path, head.seq))
  return inNewFile(log, head, records)
}

/** Begins a file. Where old ones are (put aside now, or by a process that was killed then), it goes on with their chain. */
async function inNewFile(
  log: ChainedLog,
  known: ChainHead | undefined,
  records: readonly unknown[],
  opened?: FileHandle,
): Promise<ChainHead> {
  const old = await rotatedFiles(log.path)
  const [last] = old.slice(-1)
  const head = known ?? (await lastOldHead(log))
  const handle = opened ?? (await openLog(log.path))
  try {
    if (head === undefined || last === undefined) return await writeLines(handle, 0, { head: undefined, records })
    const gone = log.keep === undefined ? [] : old.slice(0, Math.max(0, old.length - log.keep))
    const [lastGone] = gone.slice(-1)
    const removed = lastGone === undefined ? undefined : await headOf(lastGone.path, log)
    const rotation: RotationRecord = {
      event: 'rotated',
      time: log.now().toISOString(),
      after: basename(last.path),
      ...(removed === undefined ? {} : { removed }),
    }
    const written = await writeLines(handle, 0, { head, records: [rotation, ...records] })
    // After the record that says so.
    await Promise.all(gone.map(({ path }) => rm(path, { force: true })))
    return written
  } finally {
    if (opened === undefined) await handle.close()
  }
}

async function lastOldHead(log: ChainedLog): Promise<ChainHead | undefined> {
  const [last] = (await rotatedFiles(log.path)).slice(-1)
  return last === undefined ? undefined : headOf(last.path, log)
}

async function headOf(path: string, log: ChainedLog): Promise<ChainHead | undefined> {
  const handle = await open(path, 'r')
  try {
    return (await endOf(handle, (await handle.stat()).size, log)).head
  } finally {
    await handle.close()
  }
}

async function append(
  handle: FileHandle,
  size: number,
  records: readonly unknown[],
  log: ChainedLog,
): Promise<ChainHead> {
  const { head: found, before, repair } = await endOf(handle, size, log)
  // The first line of a new file may be the one that was cut off.
  const head = found ?? (await lastOldHead(log))
  return writeLines(handle, size, { head, before, records: repair === undefined ? records : [repair, ...records] })
}

async function endOf(handle: FileHandle, size: number, { now }: ChainedLog): Promise<EndOfLog> {
  const { line, rest } = await readEnd(handle, size)
  if (rest.length > 0) {
    const whole = readChainLine(rest.toString('utf8'))
    // Nothing but the line break is missing.
    if (whole?.sound === true) return { head: whole, before: '\n', repair: undefined }
  }
  const last = line === undefined ? undefined : readChainLine(line)
  if (line !== undefined && last?.sound !== true) throw new DamagedLog('its last line was changed')
  const head = last === undefined ? undefined : { seq: last.seq, hash: last.hash }
  if (rest.length === 0) return { head, before: '', repair: undefined }
  const repair: RepairRecord = {
    event: 'repaired',
    time: now().toISOString(),
    bytes: rest.length,
    sha256: sha256(rest),
  }
  return { head, before: '\n', repair }
}

interface NewLines {
  readonly head: ChainHead | undefined
  readonly before?: string
  readonly records: readonly unknown[]
}

async function writeLines(
  handle: FileHandle,
  size: number,
  { head, before = '', records }: NewLines,
): Promise<ChainHead> {
  let last = head
  let text = before
  for (const record of records) {
    const line = chainLine(last, record)
    text += `${line.text}\n`
    last = line.head
  }
  if (last === undefined) throw new Error('nothing to write')
  try {
    await handle.appendFile(text)
    await flush(handle)
  } catch (error) {
    // Half a line (a full disk) would be repaired by the next writer; better that there is none.
    await handle.truncate(size).catch(() => undefined)
    throw error
  }
  return last
}

/** Some file systems cannot, and some devices need not. */
async function flush(handle: FileHandle): Promise<void> {
  await handle.datasync().catch((error: unknown) => {
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error))) throw error
  })
}
