import type { Anchor } from './anchors.ts'
import { type Forward, matchBackward, matchForward, type Reached } from './elastic-match.ts'
import type { Sequence } from './sequence.ts'

/** The shortest beginning of a secret that counts at the end of a text: units, bytes. */
export const MIN_BEGINNING = 16

/** What is known about a text beside its bytes. */
export interface Around {
  /** The byte before it. */
  readonly before: number | undefined
  /** Whether nothing follows it. */
  readonly final: boolean
  /** Whether a beginning that the end of the text cuts off is no secret. */
  readonly wholeOnly?: boolean
}

/** A secret in a text. */
export interface Match {
  readonly start: number
  readonly end: number
  /** Which secret, in which form. */
  readonly sequence: Sequence
}

/** The search through one text: verifies what anchors and beginnings point at. */
export class TextSearch {
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
    // At the end of all text, a last sign that could have gone on (`$` as `$$`) has not.
    const isWhole = start.unit === 0 && (outcome === 'whole' || furthest.unit === sequence.units.length)
    const { final, wholeOnly } = this.#around
    const isCut = outcome === 'cut' && !final
    const count = furthest.unit - start.unit
    if (isCut) {
      this.limit = Math.min(this.limit, start.at)
      this.#done.set(sequence, furthest.at)
      return
    }
    const isBeginning = wholeOnly !== true && start.unit === 0 && outcome === 'cut' && count >= MIN_BEGINNING
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
    this.matches.push({ start, end, sequence })
  }
}

function isAlphanumeric(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}
