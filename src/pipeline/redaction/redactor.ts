import { AnchorIndex } from './anchor-index.ts'
import { ANCHOR_LENGTHS, anchorsOf, type TakenWindows } from './anchors.ts'
import { shownText } from './ansi.ts'
import { Beginnings } from './beginnings.ts'
import { type FindingRule, MASKING } from './finding-rule.ts'
import { secretSequences } from './secret-sequences.ts'
import { type Around, type Match, MIN_BEGINNING, TextSearch } from './text-search.ts'
import { Unanchored } from './unanchored.ts'

/** A value that is to be masked, with what it is called in the report. */
export interface NamedSecret {
  readonly name: string
  readonly value: string | Uint8Array
}

/** What stands in the place of a secret. */
export const MASK = '[redacted]'

/** Secrets, ready to be found in any number of streams. Holds them in memory as they are: never print it. */
export class SecretIndex {
  readonly names: readonly string[]
  readonly #indexes: readonly AnchorIndex[]
  readonly #unanchored: Unanchored
  readonly #beginnings: Beginnings

  constructor(secrets: readonly NamedSecret[], rule: FindingRule = MASKING) {
    this.names = secrets.map(({ name }) => name)
    const sequences = secrets.flatMap(({ value }, index) => secretSequences(index, value, rule))
    const taken: TakenWindows = new Map()
    const anchors = sequences.map((sequence) => anchorsOf(sequence, taken))
    this.#indexes = ANCHOR_LENGTHS.flatMap((length) => {
      const own = anchors.filter(([first]) => first?.length === length).flat()
      return own.length === 0 ? [] : [new AnchorIndex(length, own)]
    })
    this.#unanchored = new Unanchored(sequences.filter((_, index) => anchors[index]?.length === 0))
    this.#beginnings = new Beginnings(
      sequences,
      anchors.map(([first]) => first),
    )
  }

  /** What is found in a text that begins where nothing is open. */
  find(text: Uint8Array, around: Around): Found {
    const { final } = around
    const search = this.#search(text, around)
    const last = final ? this.#beginnings.lastOf(text, MIN_BEGINNING) : undefined
    if (last !== undefined) search.matches.push({ start: last.at, end: text.length, sequence: last.sequence })
    const limit = final ? text.length : Math.min(search.limit, this.#beginnings.earliest(text))
    return closed(search.matches, limit)
  }

  /** What stands in a whole text, in no order; a secret that its end cuts off is none. */
  findWhole(text: Uint8Array): readonly Match[] {
    return this.#search(text, { before: undefined, final: true, wholeOnly: true }).matches
  }

  #search(text: Uint8Array, around: Around): TextSearch {
    const search = new TextSearch(text, around)
    for (const index of this.#indexes) index.find(text, (anchor, at) => search.tryAnchor(anchor, at))
    this.#unanchored.find(text, (sequence, at) => search.tryStart(sequence, at))
    return search
  }
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
    const { text, placeOf } = shownText(whole, final)
    const { matches, limit } = this.#index.find(text, { before: this.#before, final })
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
  for (const { start, end, sequence } of matches) {
    const { secret } = sequence
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
