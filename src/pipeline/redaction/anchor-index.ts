import type { Anchor } from './anchors.ts'
import type { Units } from './sequence.ts'

/**
 * Finds anchors of one length in a text, looking at every fifth byte or so of it: S. Wu, U. Manber, "A fast algorithm for
 * multi-pattern searching" (1994), with blocks of four bytes. Time hardly grows with the number of anchors.
 */
export class AnchorIndex {
  readonly #length: number
  readonly #anchors: readonly Anchor[]
  /** By block: how far the window can move on without missing an anchor. */
  readonly #skips: Uint8Array
  readonly #skipShift: number
  /** By window: the first anchor, from 1, and for each anchor the next one in the same slot. */
  readonly #heads: Int32Array
  readonly #headShift: number
  readonly #next: Int32Array

  /** Takes anchors of `length` units, at least 4. */
  constructor(length: number, anchors: readonly Anchor[]) {
    this.#length = length
    this.#anchors = anchors
    const blocks = bitsFor(anchors.length * (length - BLOCK + 1) * 16, 14, 22)
    this.#skips = new Uint8Array(2 ** blocks).fill(length - BLOCK + 1)
    this.#skipShift = 32 - blocks
    const slots = bitsFor(anchors.length * 4, 8, 20)
    this.#heads = new Int32Array(2 ** slots)
    this.#headShift = 32 - slots
    this.#next = new Int32Array(anchors.length + 1)
    for (let index = 0; index < anchors.length; index += 1) this.#insert(index)
  }

  /** Tells of every anchor whose bytes stand in `text`, with where they begin. */
  find(text: Uint8Array, onAnchor: (anchor: Anchor, at: number) => void): void {
    const skips = this.#skips
    const shift = this.#skipShift
    const back = this.#length - 1
    for (let end = back; end < text.length; ) {
      const skip = skips[hashOf(text, end - 3) >>> shift] ?? 1
      if (skip !== 0) {
        end += skip
        continue
      }
      this.#tell(text, end - back, onAnchor)
      end += 1
    }
  }

  #insert(index: number): void {
    const anchor = this.#anchors[index]
    if (anchor === undefined) return
    const { sequence, unit } = anchor
    for (let end = BLOCK; end <= this.#length; end += 1) {
      const slot = hashOf(sequence.units, unit + end - BLOCK) >>> this.#skipShift
      this.#skips[slot] = Math.min(this.#skips[slot] ?? 0, this.#length - end)
    }
    const head = this.#slot(sequence.units, unit)
    this.#next[index + 1] = this.#heads[head] ?? 0
    this.#heads[head] = index + 1
  }

  #slot(text: Units, at: number): number {
    const first = hashOf(text, at)
    const last = hashOf(text, at + this.#length - BLOCK)
    return Math.imul(first ^ (last >>> 15) ^ (last << 7), MULTIPLIER) >>> this.#headShift
  }

  #tell(text: Uint8Array, at: number, onAnchor: (anchor: Anchor, at: number) => void): void {
    let index = this.#heads[this.#slot(text, at)] ?? 0
    for (; index !== 0; index = this.#next[index] ?? 0) {
      const anchor = this.#anchors[index - 1]
      if (anchor !== undefined && stands(anchor, text, at)) onAnchor(anchor, at)
    }
  }
}

/** Bytes that are looked at together. */
const BLOCK = 4

/** Knuth's multiplier for hashing: 2^32 divided by the golden ratio. */
const MULTIPLIER = 0x9e3779b1

function hashOf(text: Units, at: number): number {
  const block = (text[at] ?? 0) | ((text[at + 1] ?? 0) << 8) | ((text[at + 2] ?? 0) << 16) | ((text[at + 3] ?? 0) << 24)
  return Math.imul(block, MULTIPLIER)
}

function bitsFor(count: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.ceil(Math.log2(count + 1))))
}

function stands({ sequence: { units }, unit, length }: Anchor, text: Uint8Array, at: number): boolean {
  for (let index = 0; index < length; index += 1) if (units[unit + index] !== text[at + index]) return false
  return true
}
