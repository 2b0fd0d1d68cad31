/** What a terminal takes as a command and does not show: colours, movements, titles. */

const ESCAPE = 0x1b
const BELL = 0x07

/** A longer one is no command but text: no terminal waits for its end. Bytes. */
const MAX_COMMAND = 4096

/** A text without its terminal commands. */
export interface Shown {
  readonly text: Uint8Array
  /** Where a byte of `text`, or its end, stands in the whole. */
  readonly placeOf: (at: number) => number
}

/**
 * Takes the commands of a terminal out (ECMA-48: control sequences, strings, single escapes). One that the text cuts off is left
 * out unless the text is `final`, and so is all that follows it: the end of `text` stands before it.
 */
export function shownText(whole: Uint8Array, final: boolean): Shown {
  let escape = whole.indexOf(ESCAPE)
  if (escape === -1) return { text: whole, placeOf: (at) => at }
  const pieces = new Pieces(whole)
  let from = 0
  while (escape !== -1) {
    const end = commandEnd(whole, escape)
    const isCut = end > whole.length
    if (isCut && !final) return pieces.shown(from, escape)
    // A lone escape is a byte like any other.
    const isCommand = end > escape && !isCut
    if (isCommand) {
      pieces.add(from, escape)
      from = end
    }
    escape = whole.indexOf(ESCAPE, isCommand ? end : escape + 1)
  }
  return pieces.shown(from, whole.length)
}

/** What stands between commands, put together. */
class Pieces {
  readonly #whole: Uint8Array
  readonly #text: Uint8Array
  #length = 0
  /** For each piece, where it begins in the text and in the whole. */
  readonly #starts: number[] = []
  readonly #places: number[] = []

  constructor(whole: Uint8Array) {
    this.#whole = whole
    this.#text = Buffer.allocUnsafe(whole.length)
  }

  add(from: number, to: number): void {
    if (from === to) return
    this.#starts.push(this.#length)
    this.#places.push(from)
    this.#text.set(this.#whole.subarray(from, to), this.#length)
    this.#length += to - from
  }

  /** With a last piece; the end of the text stands at its end. */
  shown(from: number, to: number): Shown {
    this.add(from, to)
    return {
      text: this.#text.subarray(0, this.#length),
      placeOf: (at) => (at >= this.#length ? to : this.#placeOf(at)),
    }
  }

  #placeOf(at: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= at) low = middle
      else high = middle
    }
    return (this.#places[low] ?? 0) + at - (this.#starts[low] ?? 0)
  }
}

/** Where the command that begins at `at` ends; `at` where it is none; more than the length where the text cuts it off. */
function commandEnd(whole: Uint8Array, at: number): number {
  const cut = whole.length + 1
  const kind = whole[at + 1]
  if (kind === undefined) return cut
  if (kind === 0x5b) return finalByte(whole, at, { from: at + 2, low: 0x40, high: 0x7e })
  // Operating system command, device control, privacy message, application command, start of string.
  if (kind === 0x5d || kind === 0x50 || kind === 0x5e || kind === 0x5f || kind === 0x58) return stringEnd(whole, at)
  if (kind >= 0x20 && kind <= 0x2f) return finalByte(whole, at, { from: at + 2, low: 0x30, high: 0x7e })
  return kind >= 0x30 && kind <= 0x7e ? at + 2 : at
}

interface Final {
  readonly from: number
  readonly low: number
  readonly high: number
}

function finalByte(whole: Uint8Array, at: number, { from, low, high }: Final): number {
  const limit = at + MAX_COMMAND
  for (let index = from; index < limit; index += 1) {
    const byte = whole[index]
    if (byte === undefined) return whole.length + 1
    if (byte >= low && byte <= high) return index + 1
    if (byte < 0x20 || byte > 0x3f) return at
  }
  return at
}

function stringEnd(whole: Uint8Array, at: number): number {
  const limit = at + MAX_COMMAND
  for (let index = at + 2; index < limit; index += 1) {
    const byte = whole[index]
    if (byte === undefined) return whole.length + 1
    if (byte === BELL) return index + 1
    if (byte === ESCAPE)
      return whole[index + 1] === undefined ? whole.length + 1 : whole[index + 1] === 0x5c ? index + 2 : at
  }
  return at
}
