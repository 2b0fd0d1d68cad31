/**
 * Finds any of many byte strings in one pass (A. Aho, M. Corasick, "Efficient string matching", 1975). Time grows with the text
 * and not with the number of strings; what they begin with in common costs nothing.
 */

/** Told of each occurrence: which string, and the offset of its first byte. Occurrences may overlap. */
export type OnSecret = (index: number, start: number) => void

/** So many bytes of a string are in the automaton; the rest is compared where they occur. */
const KEY_BYTES = 32

/** Strings, ready to be found. Holds them in memory as they are: never print it. */
export class SecretFinder {
  readonly #needles: readonly Uint8Array[]
  readonly #edges: Edges
  readonly #failures: Int32Array
  /** The first string that ends at a node, from 1, and the next one with the same key. */
  readonly #ends: Int32Array
  readonly #others: Int32Array
  /** The nearest node on the way of failures at which a string ends. */
  readonly #shorter: Int32Array

  /** Empty strings are never found. */
  constructor(needles: readonly Uint8Array[]) {
    const nodes = 1 + needles.reduce((sum, { length }) => sum + Math.min(length, KEY_BYTES), 0)
    this.#needles = needles
    this.#edges = new Edges(nodes)
    this.#failures = new Int32Array(nodes)
    this.#ends = new Int32Array(nodes)
    this.#others = new Int32Array(needles.length + 1)
    this.#shorter = new Int32Array(nodes)
    this.#link(this.#insertAll())
  }

  /** Tells of every occurrence in `text`. */
  find(text: Uint8Array, onSecret: OnSecret): void {
    let node = 0
    for (let position = 0; position < text.length; position += 1) {
      node = this.#step(node, text[position] ?? 0)
      let end = this.#ends[node] === 0 ? (this.#shorter[node] ?? 0) : node
      for (; end !== 0; end = this.#shorter[end] ?? 0) this.#tell(text, end, position, onSecret)
    }
  }

  #step(from: number, byte: number): number {
    let node = from
    let next = this.#edges.get(node, byte)
    while (next === 0 && node !== 0) {
      node = this.#failures[node] ?? 0
      next = this.#edges.get(node, byte)
    }
    return next
  }

  #tell(text: Uint8Array, node: number, position: number, onSecret: OnSecret): void {
    for (let index = this.#ends[node] ?? 0; index !== 0; index = this.#others[index] ?? 0) {
      const needle = this.#needles[index - 1]
      if (needle === undefined) continue
      const start = position + 1 - Math.min(needle.length, KEY_BYTES)
      if (endsWith(text, needle, start)) onSecret(index - 1, start)
    }
  }

  /** Gives the nodes of each depth: three numbers for each, the node, its parent and the byte between them. */
  #insertAll(): readonly (readonly number[])[] {
    const levels: number[][] = Array.from({ length: KEY_BYTES }, () => [])
    let count = 1
    for (const [index, needle] of this.#needles.entries()) {
      let node = 0
      const length = Math.min(needle.length, KEY_BYTES)
      for (let depth = 0; depth < length; depth += 1) {
        const byte = needle[depth] ?? 0
        let next = this.#edges.get(node, byte)
        if (next === 0) {
          next = count
          count += 1
          this.#edges.set(node, byte, next)
          levels[depth]?.push(next, node, byte)
        }
        node = next
      }
      if (node === 0) continue
      this.#others[index + 1] = this.#ends[node] ?? 0
      this.#ends[node] = index + 1
    }
    return levels
  }

  #link(levels: readonly (readonly number[])[]): void {
    for (const level of levels) {
      for (let index = 0; index < level.length; index += 3) {
        this.#linkNode(level[index] ?? 0, level[index + 1] ?? 0, level[index + 2] ?? 0)
      }
    }
  }

  #linkNode(node: number, parent: number, byte: number): void {
    const failure = parent === 0 ? 0 : this.#step(this.#failures[parent] ?? 0, byte)
    this.#failures[node] = failure
    this.#shorter[node] = this.#ends[failure] === 0 ? (this.#shorter[failure] ?? 0) : failure
  }
}

function endsWith(text: Uint8Array, needle: Uint8Array, start: number): boolean {
  if (start + needle.length > text.length) return false
  for (let index = KEY_BYTES; index < needle.length; index += 1) {
    if (text[start + index] !== needle[index]) return false
  }
  return true
}

/** Knuth's multiplier for hashing: 2^32 divided by the golden ratio. */
const MULTIPLIER = 0x9e3779b1

/** From a node and a byte to a node, in one table with open addresses: a map for each node would take a hundred times the memory. */
class Edges {
  readonly #keys: Float64Array
  readonly #nodes: Int32Array
  readonly #mask: number
  readonly #shift: number

  constructor(count: number) {
    const bits = Math.max(4, Math.ceil(Math.log2(count * 2)))
    const size = 2 ** bits
    this.#shift = 32 - bits
    this.#keys = new Float64Array(size)
    this.#nodes = new Int32Array(size)
    this.#mask = size - 1
  }

  /** 0 where there is none. */
  get(node: number, byte: number): number {
    return this.#nodes[this.#slot(node, byte)] ?? 0
  }

  set(node: number, byte: number, next: number): void {
    const slot = this.#slot(node, byte)
    this.#keys[slot] = node * 256 + byte
    this.#nodes[slot] = next
  }

  #slot(node: number, byte: number): number {
    const key = node * 256 + byte
    let slot = Math.imul(key, MULTIPLIER) >>> this.#shift
    while (this.#nodes[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask
    return slot
  }
}
