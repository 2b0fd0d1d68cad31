import type { SecretsError } from '../../core/errors.ts'
import { COLON, isBlank, isSpaceOrEnd } from './characters.ts'
import type { YamlNode } from './yaml-nodes.ts'
import type { YamlReader } from './yaml-reader.ts'
import type { ItemKey, Notation } from './yaml-shape.ts'

/** Characters from the beginning of an implicit key to its colon (libyaml). */
const LONGEST_KEY = 1024

/** Where something that may turn out to be a key begins. */
export interface KeyStart {
  readonly pos: number
  readonly line: number
}

/** Remembers this position. */
export function keyStart(reader: YamlReader): KeyStart {
  return { pos: reader.pos, line: reader.lineStart }
}

/**
 * Whether a colon on the same line makes a key of what was just read. Leaves the reader at the colon then, else
 * where it was. In a block, the colon needs a blank behind it.
 */
export function colonFollows(reader: YamlReader, start: KeyStart): boolean {
  const { text } = reader
  if (reader.lineStart !== start.line) return false
  let offset = reader.pos
  while (isBlank(text.charCodeAt(offset))) offset += 1
  if (text.charCodeAt(offset) !== COLON) return false
  if (reader.flowDepth === 0 && !isSpaceOrEnd(text.charCodeAt(offset + 1))) return false
  if (offset - start.pos > LONGEST_KEY)
    throw reader.fail('a key of more than 1024 characters', start.pos, 'write ? before it')
  reader.pos = offset
  return true
}

/** Whether a plain `<<` (or one with its own tag) stands here, whose value has to be a map. */
function isMergeKey(key: string, notation: Notation): boolean {
  return key === '<<' && notation === 'plain'
}

/** The keys of one map, to find one that is there twice. Small maps need no set. */
export class KeySet {
  readonly #few: string[] = []
  #many: Set<string> | undefined

  /** Adds `key`; false when it is there already. */
  add(key: string): boolean {
    if (this.#many !== undefined) {
      const size = this.#many.size
      return this.#many.add(key).size > size
    }
    if (this.#few.includes(key)) return false
    this.#few.push(key)
    if (this.#few.length > 4) this.#many = new Set(this.#few)
    return true
  }
}

/** The error for a key that is no string. */
export function keyNotText(reader: YamlReader, offset: number): SecretsError {
  return reader.fail('a key that is no string', offset, 'put the key in double quotes')
}

/** The key that a leaf is. Throws where it is no string. */
export function keyOf(reader: YamlReader, leaf: YamlNode, start: number): ItemKey {
  const target = leaf.kind === 'alias' ? leaf.target : leaf
  if (target.kind !== 'scalar' || target.scalar.type !== 'str' || typeof target.scalar.canonical !== 'string') {
    throw keyNotText(reader, leaf.start)
  }
  const isMerge = leaf.kind === 'scalar' && isMergeKey(target.scalar.canonical, leaf.notation)
  return { key: target.scalar.canonical, start, keyStart: leaf.start, keyEnd: leaf.end, isMerge }
}
