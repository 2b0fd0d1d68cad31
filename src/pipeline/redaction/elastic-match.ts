import type { Sequence } from './sequence.ts'
import {
  addSeparator,
  addSpellings,
  type Ends,
  glance,
  isWordSign,
  LITERAL,
  LONGEST_BREAK,
  LONGEST_SPELLING,
  NONE,
} from './spellings.ts'

/** How far a sequence has been followed: the next unit, and where in the text it would begin. */
export interface Reached {
  readonly unit: number
  readonly at: number
}

/** What following a sequence to its end gave. */
export interface Forward {
  /** `whole`: all of it; `cut`: the text ends before that is known; `other`: the text goes on otherwise. */
  readonly outcome: 'whole' | 'cut' | 'other'
  /** The end for `whole`, else as far as it went. */
  readonly furthest: Reached
  /** For `cut`: from where to go on when there is more text. */
  readonly open: readonly Reached[]
}

/**
 * Follows a sequence through a text from the given states on. Of several ways that fit, the one with the plainest spelling is
 * taken, and none is taken while a plainer one is cut off by the end of the text: what is found does not depend on where a text
 * is cut into pieces.
 */
export function matchForward(sequence: Sequence, text: Uint8Array, from: readonly Reached[]): Forward {
  const states = from.toReversed()
  const seen = new Set<string>()
  const open: Reached[] = []
  let furthest: Reached = from[0] ?? { unit: 0, at: 0 }
  for (let state = states.pop(); state !== undefined; state = states.pop()) {
    const reached = followPlain(sequence, text, state)
    if (reached.unit > furthest.unit) furthest = reached
    if (reached.unit === sequence.units.length) {
      return open.length > 0 ? { outcome: 'cut', furthest, open } : { outcome: 'whole', furthest: reached, open }
    }
    if (reached.at >= text.length) {
      open.push(reached)
      continue
    }
    const ends = endsOf(sequence, text, reached)
    if (ends.cut) open.push(reached)
    for (const end of ends.at.toReversed()) pushOnce({ unit: reached.unit + 1, at: end }, states, seen)
  }
  return { outcome: open.length > 0 ? 'cut' : 'other', furthest, open }
}

/** Whether the text ends before it is known that the sequence does not stand at `at`. */
export function isCutOff(sequence: Sequence, text: Uint8Array, at: number): boolean {
  const { kind, units } = sequence
  const isExact = kind === 'exact'
  const count = Math.min(units.length, text.length - at)
  for (let index = 0; index < count; index += 1) {
    const wanted = units[index] ?? 0
    const byte = text[at + index] ?? 0
    const seen = isExact ? Number(wanted === byte) : glance(wanted, byte)
    if (seen === LITERAL) continue
    if (seen === NONE && !(kind === 'dense' && index >= SHORTEST_LINE)) return false
    return matchForward(sequence, text, [{ unit: index, at: at + index }]).outcome === 'cut'
  }
  return count < units.length
}

/** What following a sequence to its beginning gave: as far as it went, unit 0 for all of it. */
export function matchBackward(sequence: Sequence, text: Uint8Array, from: Reached): Reached {
  const states: Reached[] = [from]
  const seen = new Set<string>()
  let furthest = from
  for (let state = states.pop(); state !== undefined; state = states.pop()) {
    const reached = followPlainBack(sequence, text, state)
    if (reached.unit < furthest.unit) furthest = reached
    if (reached.unit === 0) return reached
    for (const start of startsOf(sequence, text, reached).toReversed()) {
      pushOnce({ unit: reached.unit - 1, at: start }, states, seen)
    }
  }
  return furthest
}

function pushOnce(state: Reached, states: Reached[], seen: Set<string>): void {
  const key = `${state.unit}:${state.at}`
  if (seen.has(key)) return
  seen.add(key)
  states.push(state)
}

/** Over the units that have one spelling only. */
function followPlain({ kind, units }: Sequence, text: Uint8Array, from: Reached): Reached {
  let { unit, at } = from
  const isExact = kind === 'exact'
  while (unit < units.length && at < text.length) {
    const wanted = units[unit] ?? 0
    if (isExact ? text[at] !== wanted : glance(wanted, text[at] ?? 0) !== LITERAL) break
    unit += 1
    at += 1
  }
  return unit === from.unit ? from : { unit, at }
}

function followPlainBack({ kind, units }: Sequence, text: Uint8Array, from: Reached): Reached {
  let { unit, at } = from
  const isExact = kind === 'exact'
  while (unit > 0 && at > 0) {
    const wanted = units[unit - 1] ?? 0
    if (text[at - 1] !== wanted || !(isExact || isWordSign(wanted))) break
    unit -= 1
    at -= 1
  }
  return unit === from.unit ? from : { unit, at }
}

/** Nobody wraps text at fewer columns: the end of a line is not held for the sake of its last letters. Units. */
const SHORTEST_LINE = 8

/** Ends of the spellings of the next unit. In a dense sequence, a separator may stand before it. */
function endsOf(sequence: Sequence, text: Uint8Array, { unit, at }: Reached): Ends {
  const ends: Ends = { at: [], cut: false }
  if (sequence.kind === 'exact') return ends
  addUnit(sequence, text, { unit, at }, ends)
  if (sequence.kind === 'dense' && unit >= SHORTEST_LINE) {
    const behind: Ends = { at: [], cut: false }
    addSeparator(text, at, behind)
    if (behind.cut) ends.cut = true
    for (const next of behind.at) addUnit(sequence, text, { unit, at: next }, ends)
  }
  return ends
}

function addUnit({ units, urlSafe }: Sequence, text: Uint8Array, { unit, at }: Reached, ends: Ends): void {
  const wanted = units[unit] ?? 0
  if (at >= text.length) ends.cut = true
  addSpellings(text, at, wanted, ends)
  if (urlSafe !== true) return
  if (wanted === PLUS && text[at] === MINUS) ends.at.push(at + 1)
  if (wanted === SLASH && text[at] === LOW_LINE) ends.at.push(at + 1)
}

const PLUS = 0x2b
const MINUS = 0x2d
const SLASH = 0x2f
const LOW_LINE = 0x5f
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** From where a spelling of the unit before reaches `at`. */
function startsOf(sequence: Sequence, text: Uint8Array, { unit, at }: Reached): readonly number[] {
  if (sequence.kind === 'exact') return []
  const before = unit - 1
  const starts: number[] = []
  for (const end of sequence.kind === 'dense' && unit >= SHORTEST_LINE ? [at, ...separatorStarts(text, at)] : [at]) {
    addStarts(sequence, text, { unit: before, at: end }, starts)
  }
  return starts
}

function addStarts(sequence: Sequence, text: Uint8Array, { unit, at }: Reached, starts: number[]): void {
  const wanted = sequence.units[unit] ?? 0
  const ends: Ends = { at: [], cut: false }
  const longest = longestOf(wanted)
  for (let length = canVanish(wanted) ? 0 : 1; length <= longest && length <= at; length += 1) {
    ends.at.length = 0
    addUnit(sequence, text, { unit, at: at - length }, ends)
    if (ends.at.includes(at)) starts.push(at - length)
  }
}

function separatorStarts(text: Uint8Array, at: number): readonly number[] {
  const starts: number[] = []
  if (!MAY_END_SEPARATOR.has(text[at - 1] ?? 0)) return starts
  const ends: Ends = { at: [], cut: false }
  for (let length = 1; length <= LONGEST_BREAK && length <= at; length += 1) {
    ends.at.length = 0
    addSeparator(text, at - length, ends)
    if (ends.at.includes(at)) starts.push(at - length)
  }
  return starts
}

/** White space, `\n`, `%0A`, `&#10;`. */
const MAY_END_SEPARATOR: ReadonlySet<number> = new Set(Buffer.from(' \t\r\nnAa;'))

function canVanish(unit: number): boolean {
  return unit === LINE_FEED || unit === CARRIAGE_RETURN
}

/** Bytes of the longest spelling of a unit; four bytes of UTF-8, each behind backslashes, are the longest of all. */
export function longestOf(unit: number): number {
  if (isWordSign(unit)) return 1
  if (unit === LINE_FEED) return LONGEST_BREAK
  return unit < 0x80 ? LONGEST_SPELLING : LONGEST_SPELLING * 2 + 8
}
