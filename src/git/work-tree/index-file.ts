/**
 * Git's index (gitformat-index): what it has of each file, and by which time stamps it knows that a file is still the
 * same. Only these stamps are ever changed here: they have a fixed place in each entry, so that all else stays as it is, byte for byte.
 */
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'

/** Where an entry stands, and the name of what git has of its file. */
export interface IndexEntry {
  /** Of the first byte. */
  readonly start: number
  readonly oid: string
}

/** An index that was understood. */
export interface IndexFile {
  readonly bytes: Buffer
  /** Regular files without a conflict, by path; none that a sparse checkout leaves out. */
  readonly entries: ReadonlyMap<string, IndexEntry>
  /** Where each entry begins. */
  readonly starts: readonly number[]
  readonly oidBytes: number
}

/** What git stores of a file to know it again. */
export type FileStamp = Pick<BigIntStats, 'ctimeNs' | 'mtimeNs' | 'dev' | 'ino' | 'uid' | 'gid' | 'size'>

const HEADER_BYTES = 12
/** Stamps and mode: ten numbers of four bytes. */
const NUMBERS_BYTES = 40
const [MODE, SIZE, MTIME] = [24, 36, 8]
const [EXTENDED, STAGE] = [0x4000, 0x3000]
const SKIP_WORKTREE = 0x4000
const [REGULAR, EXECUTABLE] = [0o100644, 0o100755]

/**
 * Reads an index of the versions 2 to 4; `oidBytes` is 20 or 32. Undefined for any other, for one whose checksum is wrong, and for one that
 * leans on another file (a split index) or needs an extension that is not known here.
 */
export function readIndexFile(bytes: Buffer, oidBytes: number): IndexFile | undefined {
  const end = bytes.length - oidBytes
  if (end < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined
  const version = bytes.readUInt32BE(4)
  if (version < 2 || version > 4 || !isWhole(bytes, end)) return undefined
  const entries = new Map<string, IndexEntry>()
  const starts: number[] = []
  let [position, path] = [HEADER_BYTES, '']
  for (let count = bytes.readUInt32BE(8); count > 0; count -= 1) {
    const read = readEntry({ bytes, oidBytes, version, end }, position, path)
    if (read === undefined) return undefined
    starts.push(position)
    if (read.isPlain) entries.set(Buffer.from(read.path, 'latin1').toString('utf8'), read.entry)
    position = read.next
    path = read.path
  }
  return onlyKnownExtensions(bytes, position, end) ? { bytes, entries, starts, oidBytes } : undefined
}

/**
 * The index with the stamps of files that were written since. Every other entry whose file is not older than the old
 * index (`writtenNs`) has its size taken away, which has git look into the file once: until now its time said that git has to.
 */
export function withStamps(index: IndexFile, stamps: ReadonlyMap<string, FileStamp>, writtenNs: bigint): Buffer {
  const bytes = Buffer.from(index.bytes)
  const written = Number(writtenNs / SECOND_NS)
  for (const start of index.starts) {
    if (bytes.readUInt32BE(start + MTIME) >= written) bytes.writeUInt32BE(0, start + SIZE)
  }
  for (const [path, stamp] of stamps) {
    const entry = index.entries.get(path)
    if (entry !== undefined) writeStamp(bytes, entry.start, stamp)
  }
  const end = bytes.length - index.oidBytes
  // `index.skipHash`: no checksum, and none expected.
  if (bytes.subarray(end).some((byte) => byte !== 0)) checksum(bytes, end).copy(bytes, end)
  return bytes
}

const SECOND_NS = 1_000_000_000n

/** Git keeps the lower 32 bits of each number. */
function writeStamp(bytes: Buffer, start: number, stamp: FileStamp): void {
  const { ctimeNs, mtimeNs, dev, ino, uid, gid, size } = stamp
  const numbers = [ctimeNs / SECOND_NS, ctimeNs % SECOND_NS, mtimeNs / SECOND_NS, mtimeNs % SECOND_NS, dev, ino]
  for (const [index, number] of numbers.entries()) writeNumber(bytes, start + 4 * index, number)
  for (const [index, number] of [uid, gid, size].entries()) writeNumber(bytes, start + MODE + 4 + 4 * index, number)
}

function writeNumber(bytes: Buffer, position: number, number: bigint): void {
  bytes.writeUInt32BE(Number(BigInt.asUintN(32, number)), position)
}

interface Layout {
  readonly bytes: Buffer
  readonly oidBytes: number
  readonly version: number
  /** Where the checksum begins. */
  readonly end: number
}

interface ReadEntry {
  /** As Latin-1, since names may be no UTF-8. */
  readonly path: string
  readonly entry: IndexEntry
  readonly isPlain: boolean
  readonly next: number
}

function readEntry({ bytes, oidBytes, version, end }: Layout, start: number, before: string): ReadEntry | undefined {
  let position = start + NUMBERS_BYTES + oidBytes
  if (position + 2 > end) return undefined
  const flags = bytes.readUInt16BE(position)
  const isExtended = (flags & EXTENDED) !== 0
  if (isExtended && (version === 2 || position + 4 > end)) return undefined
  const more = isExtended ? bytes.readUInt16BE(position + 2) : 0
  position += isExtended ? 4 : 2
  const prefix = version === 4 ? readPrefix(bytes, position, before) : { kept: '', next: position }
  const nameEnd = bytes.indexOf(0, prefix.next)
  if (nameEnd === -1 || nameEnd >= end) return undefined
  const mode = bytes.readUInt32BE(start + MODE)
  return {
    path: prefix.kept + bytes.toString('latin1', prefix.next, nameEnd),
    entry: {
      start,
      oid: bytes.toString('hex', start + NUMBERS_BYTES, start + NUMBERS_BYTES + oidBytes),
    },
    isPlain: (mode === REGULAR || mode === EXECUTABLE) && (flags & STAGE) === 0 && (more & SKIP_WORKTREE) === 0,
    // Up to version 3, one to eight zeros end an entry at a multiple of eight bytes.
    next: version === 4 ? nameEnd + 1 : start + (Math.floor((nameEnd - start) / 8) + 1) * 8,
  }
}

/** Version 4: how many bytes to take away from the end of the last path, as git writes offsets in packs; then the rest of this one. */
function readPrefix(bytes: Buffer, start: number, before: string): { readonly kept: string; readonly next: number } {
  let position = start
  let byte = bytes[position] ?? 0
  let removed = byte & 0x7f
  while ((byte & 0x80) !== 0) {
    position += 1
    byte = bytes[position] ?? 0
    removed = (removed + 1) * 128 + (byte & 0x7f)
  }
  return { kept: before.slice(0, Math.max(0, before.length - removed)), next: position + 1 }
}

/** Extensions whose names begin with a capital may be carried on unread; the others change what entries mean. */
function onlyKnownExtensions(bytes: Buffer, start: number, end: number): boolean {
  let position = start
  while (position + 8 <= end) {
    const first = bytes[position] ?? 0
    if (first < 0x41 || first > 0x5a) return false
    position += 8 + bytes.readUInt32BE(position + 4)
  }
  return position === end
}

function isWhole(bytes: Buffer, end: number): boolean {
  const stored = bytes.subarray(end)
  return stored.every((byte) => byte === 0) || stored.equals(checksum(bytes, end))
}

function checksum(bytes: Buffer, end: number): Buffer {
  const algorithm = bytes.length - end === 20 ? 'sha1' : 'sha256'
  return createHash(algorithm).update(bytes.subarray(0, end)).digest()
}
