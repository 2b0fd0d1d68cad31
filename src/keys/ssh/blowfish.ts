/** Blowfish with the key schedule of bcrypt. Sources: Schneier 1993; Provos and Mazières, USENIX 1999, section 3. */
import { piWords } from './pi-words.ts'

const ROUNDS = 16
const SUBKEYS = ROUNDS + 2
const BOX = 256

let initial: Int32Array | undefined

/** The state of the cipher: eighteen subkeys and four boxes of 256 words. */
export class Blowfish {
  readonly #subkeys: Int32Array
  readonly #boxes: Int32Array

  constructor() {
    initial ??= Int32Array.from(piWords(SUBKEYS + 4 * BOX))
    this.#subkeys = initial.slice(0, SUBKEYS)
    this.#boxes = initial.slice(SUBKEYS)
  }

  /** Mixes a key into the state, and a salt where there is one (`ExpandKey`); their words are used round and round. */
  expand(key: Int32Array, salt?: Int32Array): void {
    for (let index = 0; index < SUBKEYS; index += 1)
      this.#subkeys[index] = at(this.#subkeys, index) ^ cyclic(key, index)
    const pair = new Int32Array(2)
    let used = 0
    for (const part of [this.#subkeys, this.#boxes]) {
      for (let index = 0; index < part.length; index += 2) {
        if (salt !== undefined) {
          pair[0] = at(pair, 0) ^ cyclic(salt, used)
          pair[1] = at(pair, 1) ^ cyclic(salt, used + 1)
          used += 2
        }
        this.encrypt(pair, 0)
        part[index] = at(pair, 0)
        part[index + 1] = at(pair, 1)
      }
    }
  }

  /** Encrypts the two words at `offset` in place. */
  encrypt(words: Int32Array, offset: number): void {
    const subkeys = this.#subkeys
    const boxes = this.#boxes
    let left = at(words, offset) ^ at(subkeys, 0)
    let right = at(words, offset + 1)
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^= mix(boxes, left) ^ at(subkeys, round)
      left ^= mix(boxes, right) ^ at(subkeys, round + 1)
    }
    words[offset] = right ^ at(subkeys, SUBKEYS - 1)
    words[offset + 1] = left
  }
}

function mix(boxes: Int32Array, word: number): number {
  const first = (at(boxes, word >>> 24) + at(boxes, BOX + ((word >>> 16) & 0xff))) | 0
  return ((first ^ at(boxes, 2 * BOX + ((word >>> 8) & 0xff))) + at(boxes, 3 * BOX + (word & 0xff))) | 0
}

/** Every index here is within its array, which the compiler cannot know. */
function at(words: Int32Array, index: number): number {
  return words[index] ?? 0
}

function cyclic(words: Int32Array, index: number): number {
  return at(words, index % words.length)
}
