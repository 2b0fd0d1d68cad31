import { AnchorIndex } from './anchor-index.ts'
import { ANCHOR_LENGTHS, type Anchor, anchorsOf } from './anchors.ts'
import { shownText } from './ansi.ts'
import { Beginnings } from './beginnings.ts'
import { type Forward, matchBackward, matchForward, type Reached } from './elastic-match.ts'
import { secretSequences } from './secret-sequences.ts'
import type { Sequence } from './sequence.ts'
import { Unanchored } from './unanchored.ts'

/** A value that is to be masked, with what it is called in the report. */
export interface NamedSecret {
  readonly name: string
  readonly value: string | Uint8Array
}

/** What stands in the place of a secret. */
export const MASK = '[redacted]'

/** The shortest beginning of a secret that counts at the end of a text: units, bytes. */
const MIN_BEGINNING = 16

/** Secrets, ready to be found in any number of streams. Holds them in memory as they are: never print it. */
export class SecretIndex {
  readonly names: readonly string[]
  readonly #indexes: readonly AnchorIndex[]
  readonly #unanchored: Unanchored
  readonly #beginnings: Beginnings

  constructor(secrets: readonly NamedSecret[]) {
    this.names = secrets.map(({ name }) => name)
    const anchored = secrets
      .flatMap(({ value }, index) => secretSequences(index, value))
      .map((sequence) => [sequence, anchorsOf(sequence)] as const)
    this.#indexes = ANCHOR_LENGTHS.flatMap((length) => {
      const anchors = anchored.flatMap(([, all]) => all.filter((anchor) => anchor.length === length))
      return anchors.length === 0 ? [] : [new AnchorIndex(length, anchors)]
    })
    this.#unanchored = new Unanchored(anchored.flatMap(([sequence, { length }]) => (length === 0 ? [sequence] : [])))
    this.#beginnings = new Beginnings(anchored.map(([sequence, [first]]) => [sequence, first]))
  }

  /** What is found in a text that begins where nothing is open. */
  find(text: Uint8Array, { before, final }: Around): Found {
    const search = new Search(text, { before, final })
    for (const index of this.#indexes) index.find(text, (anchor, at) => search.tryAnchor(anchor, at))
    this.#unanchored.find(text, (sequence, at) => search.tryStart(sequence, at))
    const last = final ? this.#beginnings.lastOf(text, MIN_BEGINNING) : undefined
    if (last !== undefined) search.matches.push({ start: last.at, end: text.length, secret: last.sequence.secret })
    const limit = final ? text.length : Math.min(search.limit, this.#beginnings.earliest(text))
    return closed(search.matches, limit)
  }
}

/** What is known about a text beside its bytes. */
interface Around {
  /** The byte before it. */
  readonly before: number | undefined
  /** Whether nothing follows it. */
  readonly final: boolean
}

/** A secret in a text. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly secret: number
}

/** Matches in order, none across `limit`: what follows it cannot be judged yet. */
export interface Found {
  readonly matches: readonly Match[]
  readonly limit: number
}

/** Moves the limit before every match that crosses it. */
function closed(matches: readonly Match[], limit: number): Found {
  const sorted = matches.toSorted((left, right) => left.start - right.start || right.end - left.end)
  let bound = limit
  for (;;) {
    const crossing = sorted.find(({ start, end }) => start < bound && end > bound)
    if (crossing === undefined) break
    bound = crossing.start
  }
  return { matches: sorted.filter(({ end }) => end <= bound), limit: bound }
}

/** The search through one text. */
class Search {
  readonly matches: Match[] = []
  /** Up to here nothing is open. */
  limit: number
  readonly #text: Uint8Array
  readonly #around: Around
  /** Where the last match of a sequence ends: its other anchors are within. */
  readonly #done = new Map<Sequence, number>()

  constructor(text: Uint8Array, around: Around) {
    this.#text = text
    this.#around = around
    this.limit = text.length
  }

  tryAnchor({ sequence, unit, length }: Anchor, at: number): void {
    if ((this.#done.get(sequence) ?? -1) > at) return
    const start = matchBackward(sequence, this.#text, { unit, at })
    if (start.unit > 0 && sequence.pieces === undefined) return
    const forward = matchForward(sequence, this.#text, [{ unit: unit + length, at: at + length }])
    this.#judge(sequence, start, forward)
  }

  tryStart(sequence: Sequence, at: number): void {
    if ((this.#done.get(sequence) ?? -1) > at) return
    const start = { unit: 0, at }
    this.#judge(sequence, start, matchForward(sequence, this.#text, [start]))
  }

  #judge(sequence: Sequence, start: Reached, forward: Forward): void {
    const { outcome, furthest } = forward
    const isWhole = start.unit === 0 && outcome === 'whole'
    const isCut = outcome === 'cut' && !this.#around.final
    const count = furthest.unit - start.unit
    if (isCut) {
      this.limit = Math.min(this.limit, start.at)
      this.#done.set(sequence, furthest.at)
      return
    }
    const isBeginning = start.unit === 0 && outcome === 'cut' && count >= MIN_BEGINNING
    if (isWhole || isBeginning || count >= (sequence.pieces ?? Number.POSITIVE_INFINITY)) {
      this.#add(sequence, start.at, furthest.at)
    }
  }

  #add(sequence: Sequence, start: number, end: number): void {
    if (sequence.wordBound === true) {
      const before = start === 0 ? this.#around.before : this.#text[start - 1]
      if (isAlphanumeric(before) || isAlphanumeric(this.#text[end])) return
      if (end === this.#text.length && !this.#around.final) {
        this.limit = Math.min(this.limit, start)
        return
      }
    }
    this.#done.set(sequence, end)
    this.matches.push({ start, end, secret: sequence.secret })
  }
}

function isAlphanumeric(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}

const MASK_BYTES = Buffer.from(MASK, 'latin1')

/**
 * Masks secrets in one stream of bytes. What `push` gives back may be passed on: whatever may be the beginning of a secret is held
 * until it is known, and nothing else is: at most the length of the longest secret as it is spelled there. The result does not
 * depend on where the stream is cut.
 */
export class Redactor {
  readonly #index: SecretIndex
  readonly #counts: number[]
  #held: Uint8Array = new Uint8Array(0)
  #before: number | undefined

  constructor(index: SecretIndex) {
    this.#index = index
    this.#counts = index.names.map(() => 0)
  }

  /** How often each secret was masked so far, in the order of the index. */
  get counts(): readonly number[] {
    return this.#counts
  }

  /** Takes the next bytes, gives those that are ready. */
  push(chunk: Uint8Array): Uint8Array {
    return this.#pass(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]), false)
  }

  /** Gives what was held. */
  end(): Uint8Array {
    return this.#pass(this.#held, true)
  }

  #pass(whole: Uint8Array, final: boolean): Uint8Array {
    const { text, places } = shownText(whole, final)
    const { matches, limit } = this.#index.find(text, { before: this.#before, final })
    const placeOf = (at: number): number => places?.[at] ?? at
    const stop = placeOf(limit)
    this.#held = whole.slice(stop)
    this.#before = limit === 0 ? this.#before : text[limit - 1]
    if (matches.length === 0) return whole.subarray(0, stop)
    return this.#masked(whole.subarray(0, stop), merged(matches), placeOf)
  }

  #masked(whole: Uint8Array, regions: readonly Region[], placeOf: (at: number) => number): Uint8Array {
    const parts: Uint8Array[] = []
    let from = 0
    for (const { start, end, secrets } of regions) {
      parts.push(whole.subarray(from, placeOf(start)), MASK_BYTES)
      const last = placeOf(end - 1) + 1
      // The terminal's commands within stay: colours would otherwise run on.
      parts.push(commandsWithin(whole, { start, end }, placeOf))
      from = last
      for (const secret of secrets) this.#counts[secret] = (this.#counts[secret] ?? 0) + 1
    }
    return Buffer.concat([...parts, whole.subarray(from)])
  }
}

/** Matches that touch, as one. */
interface Region {
  readonly start: number
  readonly end: number
  readonly secrets: ReadonlySet<number>
}

function merged(matches: readonly Match[]): readonly Region[] {
  const regions: Region[] = []
  for (const { start, end, secret } of matches) {
    const last = regions.at(-1)
    if (last === undefined || start >= last.end) regions.push({ start, end, secrets: new Set([secret]) })
    else {
      const secrets = new Set([...last.secrets, secret])
      regions[regions.length - 1] = { start: last.start, end: Math.max(last.end, end), secrets }
    }
  }
  return regions
}

interface Span {
  readonly start: number
  readonly end: number
}

function commandsWithin(whole: Uint8Array, { start, end }: Span, placeOf: (at: number) => number): Uint8Array {
  if (placeOf(end - 1) - placeOf(start) === end - 1 - start) return new Uint8Array(0)
  const parts: Uint8Array[] = []
  for (let at = start; at + 1 < end; at += 1) {
    const next = placeOf(at) + 1
    if (placeOf(at + 1) > next) parts.push(whole.subarray(next, placeOf(at + 1)))
  }
  return Buffer.concat(parts)
}
