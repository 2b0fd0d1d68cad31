/** Reading a log and holding each line against the one before. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { memberAt } from '../member-at.ts'
import { rotatedFiles } from './chain-files.ts'
import { type ChainHead, type ChainLine, formatHead, NO_RECORD, readChainLine, sha256 } from './chain-line.ts'
import { MAX_LINE } from './read-end.ts'

/** A line as it was found. */
export interface FoundLine {
  /** Name of its file, and its number there from 1. */
  readonly file: string
  readonly line: number
  readonly found: ChainLine | undefined
  /** What is wrong with it; undefined where it follows the line before. */
  readonly problem: string | undefined
}

/** The lines of a log, old files first, each with what is wrong with it. Throws the system's errors. */
export async function* readChain(path: string): AsyncGenerator<FoundLine> {
  const old = await rotatedFiles(path)
  const files = [...old.map((one) => one.path), ...((await exists(path)) ? [path] : [])]
  const check = new ChainCheck(await statedRemovals(files))
  for (const file of files) {
    let number = 0
    for await (const { bytes, ended } of linesOf(file)) {
      number += 1
      yield* check.next({ file: basename(file), line: number }, bytes, ended)
    }
    yield* check.endOfFile()
  }
}

type Where = Pick<FoundLine, 'file' | 'line'>

interface Fragment {
  readonly where: Where
  readonly bytes: number
  readonly sha256: string
}

/** Ends of old files that a later file says were removed: it says so in its first line. */
async function statedRemovals(files: readonly string[]): Promise<ReadonlySet<string>> {
  const stated = new Set<string>()
  for (const file of files) {
    for await (const { bytes } of linesOf(file)) {
      const removed = memberAt(readChainLine(bytes.toString('utf8'))?.record, ['removed'])
      if (removed !== undefined)
        stated.add(`${String(memberAt(removed, ['seq']))}:${String(memberAt(removed, ['hash']))}`)
      break
    }
  }
  return stated
}

class ChainCheck {
  readonly #removed: ReadonlySet<string>
  #head: ChainHead | undefined
  #first = true
  #fragment: Fragment | undefined

  constructor(removed: ReadonlySet<string>) {
    this.#removed = removed
  }

  *next(where: Where, bytes: Buffer, ended: boolean): Generator<FoundLine> {
    const found = readChainLine(bytes.toString('utf8'))
    if (found === undefined) {
      yield* this.endOfFile()
      this.#fragment = { where, bytes: bytes.length, sha256: sha256(bytes) }
      if (!ended) yield* this.#cutOff()
      return
    }
    const mended = this.#fragment !== undefined && isRepairOf(found.record, this.#fragment)
    if (!mended) yield* this.endOfFile()
    this.#fragment = undefined
    const problem = found.sound ? this.#problemOf(found) : 'was changed: its hash is not that of its content'
    this.#head = { seq: found.seq, hash: found.hash }
    this.#first = false
    yield { ...where, found, problem }
  }

  /** What nobody repaired was no accident. */
  *endOfFile(): Generator<FoundLine> {
    if (this.#fragment === undefined) return
    yield { ...this.#fragment.where, found: undefined, problem: 'was changed: it is no record' }
    this.#fragment = undefined
  }

  *#cutOff(): Generator<FoundLine> {
    if (this.#fragment === undefined) return
    const problem =
      'is cut off: a process was killed while it wrote, or somebody cut it; the next record that is written says so'
    yield { ...this.#fragment.where, found: undefined, problem }
    this.#fragment = undefined
  }

  #problemOf({ seq, prev }: ChainLine): string | undefined {
    if (this.#first) return this.#startProblem(seq, prev)
    const before = this.#head
    if (before === undefined) return undefined
    if (seq > before.seq + 1) return `${seq - before.seq - 1} records before it were removed`
    if (seq <= before.seq) return 'is out of order: records were moved, or written twice'
    return prev === before.hash ? undefined : 'does not follow the record before it: one of them was exchanged'
  }

  #startProblem(seq: number, prev: string): string | undefined {
    if (seq === 1) return prev === NO_RECORD ? undefined : 'was changed: the first record follows another one'
    return this.#removed.has(formatHead({ seq: seq - 1, hash: prev }))
      ? undefined
      : `${seq - 1} records before it were removed`
  }
}

function isRepairOf(record: unknown, { bytes, sha256: hash }: Fragment): boolean {
  return (
    memberAt(record, ['event']) === 'repaired' &&
    memberAt(record, ['bytes']) === bytes &&
    memberAt(record, ['sha256']) === hash
  )
}

async function* linesOf(path: string): AsyncGenerator<{ readonly bytes: Buffer; readonly ended: boolean }> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk])
    let start = 0
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a, start)) {
      yield { bytes: rest.subarray(start, end), ended: true }
      start = end + 1
    }
    rest = rest.subarray(start)
    if (rest.length > MAX_LINE) throw new Error('a line without end')
  }
  if (rest.length > 0) yield { bytes: rest, ended: false }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
