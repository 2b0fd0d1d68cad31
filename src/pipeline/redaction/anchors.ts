import type { Sequence, Units } from './sequence.ts'
import { isWordSign } from './spellings.ts'

/** A few units of a sequence that a text shows as they are: by them the sequence is found. */
export interface Anchor {
  readonly sequence: Sequence
  /** Where in the sequence it begins. */
  readonly unit: number
  /** Its length: one of `ANCHOR_LENGTHS`. */
  readonly length: number
}

/** Longer ones are found faster. Bytes. */
export const ANCHOR_LENGTHS: readonly number[] = [8, 5, 4]

/** An anchor near the beginning keeps short what has to be held back. Units. */
const NEAR = 64

/** A piece of a long sequence is found when it is this much longer than an anchor. Units. */
const PIECE_STEP = 24

/** Windows that are anchors already, each with its secret: what thousands begin with would be looked at for each of them. */
export type TakenWindows = Map<number, number>

/** So far from its beginning an anchor is looked for that no other sequence has. Units. */
const FAR = 1024

/** The anchors of a sequence: none where no part of it is always written as it is. Notes the first one. */
export function anchorsOf(sequence: Sequence, taken: TakenWindows): readonly Anchor[] {
  const runs = plainRuns(sequence)
  for (const length of ANCHOR_LENGTHS) {
    // What is encoded looks random everywhere.
    const best = sequence.kind === 'quoted' ? bestWindow(sequence, runs, length) : undefined
    const first = ownWindow(sequence, runs, { unit: best ?? firstWindow(runs, length), length }, taken)
    if (first === undefined) continue
    const anchor = { sequence, unit: first, length }
    return sequence.pieces === undefined || length !== ANCHOR_LENGTHS[0]
      ? [anchor]
      : [anchor, ...further(sequence, runs, anchor, taken)]
  }
  return []
}

/** The window that was found, or the next place that is of no other secret; the same one where there is none. */
function ownWindow(
  sequence: Sequence,
  runs: Runs,
  { unit: found, length }: { readonly unit: number | undefined; readonly length: number },
  taken: TakenWindows,
): number | undefined {
  if (found === undefined || takes(sequence, found, length, taken)) return found
  for (const [start, end] of runs) {
    for (let unit = start; unit + length <= Math.min(end, FAR); unit += 1) {
      if (takes(sequence, unit, length, taken)) return unit
    }
  }
  return found
}

/** Notes a window by a hash of it (FNV-1a), unless it is another secret's; two that share a hash do no harm. */
function takes({ secret, units }: Sequence, from: number, length: number, taken: TakenWindows): boolean {
  let hash = 0x811c9dc5
  for (let index = from; index < from + length; index += 1) hash = Math.imul(hash ^ (units[index] ?? 0), 0x01000193)
  const owner = taken.get(hash)
  if (owner === undefined) taken.set(hash, secret)
  return owner === undefined || owner === secret
}

/** Parts without a sign that is ever quoted, as pairs of first and last + 1. */
type Runs = readonly (readonly [number, number])[]

function plainRuns({ kind, units }: Sequence): Runs {
  if (kind === 'exact') return [[0, units.length]]
  const runs: [number, number][] = []
  let start = -1
  for (let index = 0; index <= units.length; index += 1) {
    const isPlain =
      index < units.length && isWordSign(units[index] ?? 0) && !(kind === 'dense' && units[index] === LOW_LINE)
    if (isPlain && start === -1) start = index
    if (isPlain || start === -1) continue
    runs.push([start, index])
    start = -1
  }
  return runs
}

/** In base64 it may stand for a slash. */
const LOW_LINE = 0x5f

/** The window near the beginning that a log is the least likely to show by chance: one of many different signs. */
function bestWindow({ units }: Sequence, runs: Runs, length: number): number | undefined {
  let best: number | undefined
  let bestScore = 0
  for (const [start, end] of runs) {
    if (start >= NEAR) break
    for (let unit = start; unit + length <= Math.min(end, NEAR); unit += 1) {
      const score = scoreOf(units, unit, length)
      if (score <= bestScore) continue
      best = unit
      bestScore = score
    }
  }
  return best
}

/** Different signs count, those that are no small letters twice. All are ASCII: a bit for each. */
function scoreOf(units: Units, from: number, length: number): number {
  let digits = 0
  let capitals = 0
  let letters = 0
  for (let index = from; index < from + length; index += 1) {
    const unit = units[index] ?? 0
    const bit = 1 << (unit & 31)
    if (unit >= 0x60) letters |= bit
    else if (unit >= 0x40) capitals |= bit
    else digits |= bit
  }
  return bitCount(letters) + 2 * (bitCount(capitals) + bitCount(digits))
}

function bitCount(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count += 1
  return count
}

function firstWindow(runs: Runs, length: number): number | undefined {
  return runs.find(([start, end]) => end - start >= length)?.[0]
}

/** No window twice: what repeats itself, or others have too, would be tried over and over. */
function further(
  sequence: Sequence,
  runs: Runs,
  { unit: first, length }: Anchor,
  taken: TakenWindows,
): readonly Anchor[] {
  const anchors: Anchor[] = []
  const seen = new Set<string>()
  let next = 0
  for (const [start, end] of runs) {
    for (let unit = Math.max(start, next); unit + length <= end; unit += PIECE_STEP) {
      const window = String.fromCharCode(...sequence.units.subarray(unit, unit + length))
      const isNew = unit !== first && !seen.has(window) && takes(sequence, unit, length, taken)
      if (isNew) anchors.push({ sequence, unit, length })
      seen.add(window)
      next = unit + PIECE_STEP
    }
  }
  return anchors
}
