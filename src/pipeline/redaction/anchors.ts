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

/** The anchors of a sequence: none where no part of it is always written as it is. */
export function anchorsOf(sequence: Sequence): readonly Anchor[] {
  const runs = plainRuns(sequence)
  for (const length of ANCHOR_LENGTHS) {
    // What is encoded looks random everywhere.
    const best = sequence.kind === 'quoted' ? bestWindow(sequence, runs, length) : undefined
    const first = best ?? firstWindow(runs, length)
    if (first === undefined) continue
    const anchor = { sequence, unit: first, length }
    return sequence.pieces === undefined || length !== ANCHOR_LENGTHS[0]
      ? [anchor]
      : [anchor, ...further(sequence, runs, anchor)]
  }
  return []
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

/** No window twice: what repeats itself would be tried over and over. */
function further(sequence: Sequence, runs: Runs, { unit: first, length }: Anchor): readonly Anchor[] {
  const anchors: Anchor[] = []
  const seen = new Set<string>()
  let next = 0
  for (const [start, end] of runs) {
    for (let unit = Math.max(start, next); unit + length <= end; unit += PIECE_STEP) {
      const window = String.fromCharCode(...sequence.units.subarray(unit, unit + length))
      if (unit !== first && !seen.has(window)) anchors.push({ sequence, unit, length })
      seen.add(window)
      next = unit + PIECE_STEP
    }
  }
  return anchors
}
