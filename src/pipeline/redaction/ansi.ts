/** What a terminal takes as a command and does not show: colours, movements, titles. */

const ESCAPE = 0x1b
const BELL = 0x07

/** A longer one is no command but text: no terminal waits for its end. Bytes. */
const MAX_COMMAND = 4096

/** A text without its terminal commands. */
export interface Shown {
  readonly text: Uint8Array
  /** Where each byte of `text`, and its end, stands in the whole; missing where the two are the same. */
  readonly places?: Int32Array
}

/**
 * Takes the commands of a terminal out (ECMA-48: control sequences, strings, single escapes). One that the text cuts off is left
 * out unless the text is `final`, and so is all that follows it: `places` ends before it.
 */
export function shownText(whole: Uint8Array, final: boolean): Shown {
  let escape = whole.indexOf(ESCAPE)
  if (escape === -1) return { text: whole }
  const text = new Uint8Array(whole.length)
  const places = new Int32Array(whole.length + 1)
  let length = 0
  let at = 0
  for (;;) {
    const stop = escape === -1 ? whole.length : escape
    for (; at < stop; at += 1) {
      text[length] = whole[at] ?? 0
      places[length] = at
      length += 1
    }
    if (escape === -1) break
    const end = commandEnd(whole, at)
    if (end > whole.length && !final) break
    // A lone escape is a byte like any other.
    if (end === at || end > whole.length) {
      text[length] = ESCAPE
      places[length] = at
      length += 1
      at += 1
    } else at = end
    escape = whole.indexOf(ESCAPE, at)
  }
  places[length] = at
  return { text: text.subarray(0, length), places: places.subarray(0, length + 1) }
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
