import type { Sequence } from './sequence.ts'
import { BEGINS_MANY, glance, isWordSign, NONE } from './spellings.ts'

/** Finds sequences that have no anchor by trying each place where they may begin: for the few that are signs and no words. */
export class Unanchored {
  readonly #byByte = new Map<number, Sequence[]>()
  readonly #begins = new Uint8Array(256)

  constructor(sequences: readonly Sequence[]) {
    for (const sequence of sequences) {
      const first = sequence.units[0] ?? 0
      const own = Buffer.from(String.fromCodePoint(first), 'utf8')[0] ?? 0
      for (const byte of isWordSign(first) ? [own] : new Set([own, ...BEGINS_MANY])) {
        this.#begins[byte] = 1
        const known = this.#byByte.get(byte)
        if (known === undefined) this.#byByte.set(byte, [sequence])
        else known.push(sequence)
      }
    }
  }

  /** Tells of every place where a sequence may begin. */
  find(text: Uint8Array, onStart: (sequence: Sequence, at: number) => void): void {
    if (this.#byByte.size === 0) return
    for (let at = 0; at < text.length; at += 1) {
      const byte = text[at] ?? 0
      if (this.#begins[byte] !== 1) continue
      for (const sequence of this.#byByte.get(byte) ?? []) if (mayFollow(sequence, text, at)) onStart(sequence, at)
    }
  }
}

/** Whether the second byte does not rule it out. */
function mayFollow({ units: [first = 0, second] }: Sequence, text: Uint8Array, at: number): boolean {
  const byte = text[at + 1]
  if (byte === undefined || second === undefined || !isWordSign(first)) return true
  return glance(second, byte) !== NONE || BEGINS_MANY.includes(byte)
}
