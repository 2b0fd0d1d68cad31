import { createHash } from 'node:crypto'

/** What the first record of all follows. */
export const NO_RECORD: string = '0'.repeat(64)

/** One line of a log: a record, and what chains it to the one before. */
export interface ChainLine {
  /** From 1. */
  readonly seq: number
  /** Hash of the line before. */
  readonly prev: string
  readonly record: unknown
  readonly hash: string
}

/** What identifies a line: it stands for all lines before it. */
export type ChainHead = Pick<ChainLine, 'seq' | 'hash'>

/** A line that was cut off by a crash; the record that its repair leaves. */
export interface RepairRecord {
  readonly event: 'repaired'
  readonly time: string
  /** Of what stands in the line before. */
  readonly bytes: number
  readonly sha256: string
}

/** The first record of a file that goes on with the chain of another one. */
export interface RotationRecord {
  readonly event: 'rotated'
  readonly time: string
  /** Name of the file before, in the same folder. */
  readonly after: string
  /** The last record of what was removed since it was old enough. */
  readonly removed?: ChainHead
}

const HASH_MEMBER = ',"hash":"'

/** The line that follows `head`, without its line break. The hash covers every byte before `,"hash":"`. */
export function chainLine(
  head: ChainHead | undefined,
  record: unknown,
): { readonly text: string; readonly head: ChainHead } {
  const seq = (head?.seq ?? 0) + 1
  const covered = JSON.stringify({ seq, prev: head?.hash ?? NO_RECORD, record }).slice(0, -1)
  const hash = sha256(covered)
  return { text: `${covered}${HASH_MEMBER}${hash}"}`, head: { seq, hash } }
}

/** Reads a line. `sound`: whether its hash is that of its bytes. Undefined for what is no line of a log. */
export function readChainLine(text: string): (ChainLine & { readonly sound: boolean }) | undefined {
  const end = text.lastIndexOf(HASH_MEMBER)
  if (end === -1) return undefined
  const parsed = parsedJson(text)
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { seq, prev, record, hash }: Partial<Record<string, unknown>> = { ...parsed }
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return undefined
  if (typeof prev !== 'string' || typeof hash !== 'string' || record === undefined) return undefined
  const canonical = text === `${text.slice(0, end)}${HASH_MEMBER}${hash}"}`
  return { seq, prev, record, hash, sound: canonical && sha256(text.slice(0, end)) === hash }
}

/** A head as people keep it: `1532:9f86…`. */
export function formatHead({ seq, hash }: ChainHead): string {
  return `${seq}:${hash}`
}

/** Reads `formatHead`'s text; undefined for anything else. */
export function parseHead(text: string): ChainHead | undefined {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash }
}

/** SHA-256 in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** What JSON says; undefined for what is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
