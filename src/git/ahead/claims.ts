/** Who does what, in memory that threads share: each piece of work is done once, by whoever claims it first. */

const FREE = 0
const TAKEN = 1

/** The first cell counts what is finished; behind it is one cell for each piece of work, used again in turn. */
const COUNTER = 0
const CELLS = 4_096

/** Pieces of work that may be open at once; with more, two would share a cell. */
export const MAX_OPEN: number = CELLS - 1

/** Claims on pieces of work that are numbered from 0. */
export class Claims {
  readonly memory: SharedArrayBuffer
  readonly #cells: Int32Array

  /** Without `memory`, of nothing yet. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#cells = new Int32Array(memory)
  }

  /** Lets somebody take it; before anybody else hears of it. */
  open(id: number): void {
    Atomics.store(this.#cells, cellOf(id), FREE)
  }

  /** Whether it is the caller's from now on: false when another thread was first. */
  take(id: number): boolean {
    return Atomics.compareExchange(this.#cells, cellOf(id), FREE, TAKEN) === FREE
  }

  /** Says that a result was sent, to whoever waits. */
  announce(): void {
    Atomics.add(this.#cells, COUNTER, 1)
    Atomics.notify(this.#cells, COUNTER)
  }

  /** How many results were announced. */
  announced(): number {
    return Atomics.load(this.#cells, COUNTER)
  }

  /** Waits, with the whole thread, until there are others than `known`; false after `milliseconds`. */
  waitForMore(known: number, milliseconds: number): boolean {
    return Atomics.wait(this.#cells, COUNTER, known, milliseconds) !== 'timed-out'
  }
}

function cellOf(id: number): number {
  return 1 + (id % MAX_OPEN)
}
