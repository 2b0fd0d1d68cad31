import type { Anchor } from './anchors.ts'
import { isCutOff, longestOf } from './elastic-match.ts'
import type { Sequence } from './sequence.ts'
import { addSpellings, BEGINS_MANY, type Ends, isWordSign } from './spellings.ts'

/** A text so far back from its end holds an anchor if it is the beginning of a secret; more is not looked at. Bytes. */
const FARTHEST = 16_384

/** A wrapped text has a few breaks before its first anchor. Bytes. */
const SEPARATORS = 200

/** A sequence that a text ends within. */
export interface Beginning {
  readonly at: number
  readonly sequence: Sequence
}

/** Knows whether the end of a text may be the beginning of a secret. */
export class Beginnings {
  /** By their first bytes: as many of the first three as have one spelling only. */
  readonly #byBytes: readonly [Chains, Chains, Chains] = [new Chains(), new Chains(), new Chains()]
  /** By their first unit, where it has several spellings. */
  readonly #byUnit = new Chains()
  /** What the last byte, and the last two, may be the beginning of a secret by. */
  readonly #lastByte = new Uint8Array(256)
  readonly #lastPair = new Uint8Array(65_536)
  readonly #sequences: readonly Sequence[]
  /** Bytes from its end on that have to be looked at. */
  readonly #farthest: number

  /** Takes sequences, and for each its first anchor, if it has one. */
  constructor(sequences: readonly Sequence[], anchors: readonly (Anchor | undefined)[]) {
    let farthest = 0
    this.#sequences = sequences
    for (const [index, sequence] of sequences.entries()) {
      this.#add(sequence)
      farthest = Math.max(farthest, reachOf(sequence, anchors[index]))
    }
    this.#farthest = Math.min(farthest, FARTHEST)
  }

  /** Where the first secret that `text` may end within begins; the length of the text where none does. */
  earliest(text: Uint8Array): number {
    for (let at = Math.max(0, text.length - this.#farthest); at < text.length; at += 1) {
      if (this.#mayBegin(text, at)) return at
    }
    return text.length
  }

  /** The first secret whose beginning, `count` bytes of it or more, the text ends with. */
  lastOf(text: Uint8Array, count: number): Beginning | undefined {
    for (let at = Math.max(0, text.length - this.#farthest); at + count <= text.length; at += 1) {
      if (!this.#mayBegin(text, at)) continue
      const sequence = this.#sequences.find((each) => isCutOff(each, text, at))
      if (sequence !== undefined) return { at, sequence }
    }
    return undefined
  }

  #mayBegin(text: Uint8Array, at: number): boolean {
    const first = text[at] ?? 0
    if (this.#lastByte[first] === 1) {
      const second = text[at + 1]
      if (second === undefined) return true
      if (this.#lastPair[first * 256 + second] === 1) {
        const third = text[at + 2]
        if (third === undefined) return true
        if (this.#byBytes[2].anyIsCut((first * 256 + second) * 256 + third, text, at)) return true
        if (this.#byBytes[1].anyIsCut(first * 256 + second, text, at)) return true
      }
      if (this.#byBytes[0].anyIsCut(first, text, at)) return true
    }
    return BEGINS_MANY.includes(first) && this.#mayBeginQuoted(text, at)
  }

  #mayBeginQuoted(text: Uint8Array, at: number): boolean {
    for (const unit of this.#byUnit.keys()) {
      const ends: Ends = { at: [], cut: false }
      addSpellings(text, at, unit, ends)
      if (ends.cut || (ends.at.length > 0 && this.#byUnit.anyIsCut(unit, text, at))) return true
    }
    return false
  }

  #add(sequence: Sequence): void {
    const [first = 0, second, third] = sequence.units
    const isPlain = (unit: number | undefined): boolean =>
      unit !== undefined && (sequence.kind === 'exact' || isWordSign(unit))
    if (!isPlain(first)) {
      this.#byUnit.add(first, sequence)
      // Its plainest spelling; the others begin with one of a few signs.
      const byte = Buffer.from(String.fromCodePoint(first), 'utf8')[0] ?? 0
      for (const own of sequence.urlSafe === true ? [byte, ...BASE64_SIGNS] : [byte]) {
        this.#byBytes[0].add(own, sequence)
        this.#lastByte[own] = 1
      }
      return
    }
    this.#lastByte[first] = 1
    if (second === undefined || !isPlain(second)) this.#byBytes[0].add(first, sequence)
    else {
      this.#lastPair[first * 256 + second] = 1
      if (third === undefined || !isPlain(third)) this.#byBytes[1].add(first * 256 + second, sequence)
      else this.#byBytes[2].add((first * 256 + second) * 256 + third, sequence)
    }
  }
}

/** Sequences by a number, in chains rather than lists of their own: most are alone. */
class Chains {
  /** By number: the last one, from 1. */
  readonly #heads = new Map<number, number>()
  readonly #sequences: Sequence[] = []
  /** For each, the one before it with the same number. */
  readonly #before: number[] = []

  add(key: number, sequence: Sequence): void {
    this.#before.push(this.#heads.get(key) ?? 0)
    this.#heads.set(key, this.#sequences.push(sequence))
  }

  keys(): Iterable<number> {
    return this.#heads.keys()
  }

  anyIsCut(key: number, text: Uint8Array, at: number): boolean {
    for (let index = this.#heads.get(key) ?? 0; index !== 0; index = this.#before[index - 1] ?? 0) {
      const sequence = this.#sequences[index - 1]
      if (sequence !== undefined && isCutOff(sequence, text, at)) return true
    }
    return false
  }
}

const BASE64_SIGNS = Buffer.from('+/-_')

/** Bytes up to the end of the first anchor. */
function reachOf(sequence: Sequence, anchor: Anchor | undefined): number {
  const end = anchor === undefined ? sequence.units.length : anchor.unit + anchor.length
  if (sequence.kind === 'exact') return end
  let reach = sequence.kind === 'dense' ? SEPARATORS : 0
  for (let index = 0; index < end; index += 1) reach += longestOf(sequence.units[index] ?? 0)
  return reach
}
