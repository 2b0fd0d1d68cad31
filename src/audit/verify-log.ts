import type { ChainHead } from './chain/chain-line.ts'
import type { FoundLine } from './chain/read-chain.ts'

/** What verifying a log found. */
export interface Verification {
  readonly lines: number
  readonly head: ChainHead | undefined
  /** The first thing that is wrong, with its place; undefined where all is well. */
  readonly problem: string | undefined
  /** Lines that were cut off and are accounted for. */
  readonly repaired: number
}

/**
 * Holds the lines of a log against each other, and against a head that was kept elsewhere: who can write the file can write another chain,
 * but none that has this head.
 */
export function verifyLog(lines: readonly FoundLine[], kept: ChainHead | undefined): Verification {
  const sound = lines.flatMap(({ found }) => found ?? [])
  const last = sound.at(-1)
  const broken = lines.find(({ problem }) => problem !== undefined)
  const problem = broken === undefined ? undefined : `${broken.file}:${broken.line} ${broken.problem}`
  return {
    lines: sound.length,
    head: last === undefined ? undefined : { seq: last.seq, hash: last.hash },
    problem: problem ?? headProblem(sound, kept),
    repaired: sound.filter(({ record }) => isRepair(record)).length,
  }
}

function headProblem(lines: readonly ChainHead[], kept: ChainHead | undefined): string | undefined {
  if (kept === undefined) return undefined
  const found = lines.find(({ seq }) => seq === kept.seq)
  const [first] = lines
  const last = lines.at(-1)
  if (found !== undefined) {
    return found.hash === kept.hash
      ? undefined
      : `record ${kept.seq} is not the one that was the head: the log was written anew`
  }
  if (first !== undefined && kept.seq < first.seq)
    return `record ${kept.seq} was removed as old: nothing is left to hold the head against`
  return `ends at record ${last?.seq ?? 0}, and the head was record ${kept.seq}: the end was cut off`
}

function isRepair(record: unknown): boolean {
  return typeof record === 'object' && record !== null && 'event' in record && record.event === 'repaired'
}
