import { MAX_DEPTH } from '../../core/limits.ts'
import { COLON, DASH, isSpace, QUESTION } from './characters.ts'
import { ownComments } from './place-comments.ts'
import { readBlockKey } from './read-block-key.ts'
import { atFlowStart, canMerge, readFlow } from './read-flow.ts'
import { colonFollows, KeySet, type KeyStart, keyNotText, keyOf, keyStart } from './read-key.ts'
import { emptyLeaf, type ReadContext, readLeaf } from './read-leaf.ts'
import { atProperties, readProperties } from './read-properties.ts'
import { YamlComment, YamlItem, YamlList, YamlMap, type YamlNode } from './yaml-nodes.ts'
import { tooDeep, type YamlReader } from './yaml-reader.ts'
import type { ItemKey } from './yaml-shape.ts'
import type { Place, Properties } from './yaml-source.ts'

/** Where a node is expected. */
export interface NodeStart {
  readonly place: Place
  /** Behind the sign (`:`, `-`, `---`) that the node follows. */
  readonly behind: number
  readonly depth: number
  readonly hidden?: string
}

/** Reads block nodes of one text. */
export class BlockReader {
  readonly #context: ReadContext
  readonly #reader: YamlReader
  /** Column of the keys of the document's root: a document reads as if its metadata followed. */
  #rootColumn = 0

  constructor(context: ReadContext) {
    this.#context = context
    this.#reader = context.reader
  }

  /** Reads the node at the reader's position, which is at a token. */
  node(start: NodeStart): YamlNode {
    const reader = this.#reader
    if (this.#isEmptyHere(start.place)) return this.#empty(start, undefined)
    const line = keyStart(reader)
    const keyAllowed = reader.keyAllowed
    if (!atProperties(reader)) return this.#content(start, { properties: undefined, line, keyAllowed })
    const properties = readProperties(reader, this.#context.handles)
    reader.skipToToken()
    if (this.#isEmptyHere(start.place)) return this.#empty(start, properties)
    if (!reader.newline) return this.#content(start, { properties, line, keyAllowed })
    return this.#content(start, { properties, line: keyStart(reader), keyAllowed: reader.keyAllowed })
  }

  #isEmptyHere(place: Place): boolean {
    const reader = this.#reader
    if (this.#reader.atDocumentEnd()) return true
    if (!reader.newline || reader.column > place.indent) return false
    return place.list || reader.column < place.indent || !this.#reader.atSign(DASH)
  }

  #empty(start: NodeStart, properties: Properties | undefined): YamlNode {
    const offset = properties?.end ?? start.behind
    const empty = emptyLeaf(this.#context, start.place, properties, { offset, lead: ' ' })
    this.#context.anchors.open(properties?.anchor).target = empty
    return empty
  }

  #content(start: NodeStart, found: Found): YamlNode {
    const reader = this.#reader
    if (start.depth > MAX_DEPTH) throw tooDeep(reader, MAX_DEPTH)
    if (this.#reader.atSign(DASH)) return this.#anchored(found, () => this.#list(start, found))
    if (this.#reader.atSign(QUESTION)) return this.#anchored(found, () => this.#map(start, found, undefined))
    if (this.#reader.atSign(COLON)) throw reader.fail('a value without a key')
    const { properties } = found
    const inOtherLine = properties !== undefined && found.line.pos > properties.start
    if (inOtherLine && this.#keyFollows(found)) return this.#anchored(found, () => this.#map(start, found, undefined))
    if (atFlowStart(reader)) return this.#flow(start, found)
    const leaf = readLeaf(this.#context, start.place, properties)
    if (leaf.kind === 'scalar') this.#context.anchors.open(properties?.anchor).target = leaf
    if (!colonFollows(reader, found.line)) return leaf
    if (!found.keyAllowed) throw reader.fail('a second key in one line', reader.pos, 'put the value in quotes')
    return this.#map(start, { ...found, properties: undefined }, keyOf(reader, leaf, found.line.pos))
  }

  #anchored<Node extends YamlMap | YamlList>(found: Found, read: () => Node): Node {
    const { anchors } = this.#context
    const slot = anchors.open(found.properties?.anchor)
    const node = read()
    slot.target = node
    return node
  }

  /** Whether a key begins here: what stands alone in the lines above belongs to its map then. */
  #keyFollows(found: Found): boolean {
    const reader = this.#reader
    if (atFlowStart(reader) || reader.code() === 124 || reader.code() === 62) return false
    const { pos, lineStart, keyAllowed, newline } = reader
    if (atProperties(reader)) return true
    readLeaf(this.#context, { source: this.#context.source, flow: false, indent: -1, list: false }, undefined)
    const isKey = colonFollows(reader, found.line)
    reader.goBack({ pos, lineStart, keyAllowed, newline })
    return isKey
  }

  #flow(start: NodeStart, found: Found): YamlNode {
    const { properties } = found
    const gap = this.#gapBefore(start, found)
    const hidden = start.hidden === undefined ? {} : { hidden: start.hidden }
    const flow = this.#anchored(found, () =>
      readFlow(this.#context, { place: start.place, gap, properties, depth: start.depth, ...hidden }),
    )
    if (colonFollows(this.#reader, found.line)) throw keyNotText(this.#reader, flow.start)
    return flow
  }

  /** Behind the sign before, where only blanks and line breaks are between; else -1. */
  #gapBefore({ behind }: NodeStart, { properties, line }: Found): number {
    return properties === undefined && isSpace(this.#reader.text, behind, line.pos) ? behind : -1
  }

  #map(start: NodeStart, found: Found, firstKey: ItemKey | undefined): YamlMap {
    const reader = this.#reader
    if (!found.keyAllowed) throw reader.fail('a key that cannot begin here')
    const indent = found.line.pos - found.line.line
    if (start.place.indent === -1 && start.depth === 0) this.#rootColumn = indent
    const children: Place = { source: this.#context.source, flow: false, indent, list: false }
    const all: (YamlItem | YamlComment)[] = []
    const keys = new KeySet()
    let end = found.line.pos
    let key: ItemKey | undefined = firstKey
    do {
      if (reader.pending.length > 0) this.#moveComments(all)
      key ??= readBlockKey(this.#context)
      if (!keys.add(key.key)) throw reader.fail('a key that is there twice', key.keyStart)
      const item = this.#item(key, { place: children, depth: start.depth + 1 }, all)
      all.push(item)
      end = Math.max(item.value.end, key.keyEnd)
      key = undefined
    } while (this.#goesOn(indent, 'key'))
    this.#closingComments(all, { indent, lastEnd: end, isRoot: start.depth === 0 })
    const { hidden } = start
    const shape = { style: 'block' as const, indent, gap: this.#gapBefore(start, found), properties: found.properties }
    return new YamlMap(
      start.place,
      { start: found.line.pos, end },
      shape,
      hidden === undefined ? { all } : { all, hidden },
    )
  }

  /** The value behind a key; its comments go before the item where the value is a leaf. */
  #item(key: ItemKey, at: { place: Place; depth: number }, all: (YamlItem | YamlComment)[]): YamlItem {
    const reader = this.#reader
    const isExplicit = reader.text.charCodeAt(key.start) === QUESTION && key.keyStart > key.start
    if (isExplicit && !(this.#reader.atSign(COLON) && reader.column === at.place.indent)) {
      const where = { offset: key.keyEnd, lead: `${this.#context.source.eol}${' '.repeat(at.place.indent)}: ` }
      return new YamlItem(key, emptyLeaf(this.#context, at.place, undefined, where))
    }
    const behind = reader.pos + 1
    this.#sign(isExplicit)
    if (reader.pending[0]?.inline === true) this.#moveComments(all, 1)
    const value = this.node({ place: at.place, depth: at.depth, behind })
    this.#placeComments(value, all)
    if (key.isMerge && !canMerge(value)) throw reader.fail('a merge key whose value is no map', key.keyStart)
    return new YamlItem(key, value)
  }

  #list(start: NodeStart, found: Found): YamlList {
    const reader = this.#reader
    if (!found.keyAllowed) throw reader.fail('a list that cannot begin here')
    const indent = reader.column
    const children: Place = { source: this.#context.source, flow: false, indent, list: true }
    const elements: (YamlNode | YamlComment)[] = []
    const starts: number[] = []
    const first = reader.pos
    let end = first
    do {
      if (reader.pending.length > 0) this.#moveComments(elements)
      starts.push(reader.pos)
      end = reader.pos + 1
      this.#sign(true)
      const value = this.node({ place: children, behind: end, depth: start.depth + 1 })
      this.#placeComments(value, elements)
      elements.push(value)
      end = Math.max(end, value.end)
    } while (this.#goesOn(indent, indent === start.place.indent ? 'indentless' : 'element'))
    this.#closingComments(elements, { indent, lastEnd: end, isRoot: false })
    const shape = { style: 'block' as const, indent, gap: this.#gapBefore(start, found), properties: found.properties }
    return new YamlList(start.place, { start: first, end }, shape, { elements, starts })
  }

  /** Moves behind a `:` or `-` and to the next token. */
  #sign(keyAllowed: boolean): void {
    this.#reader.pos += 1
    this.#reader.newline = false
    this.#reader.keyAllowed = keyAllowed
    this.#reader.skipToToken()
  }

  /** Behind a value: comments before it or in its line go before it (of a flow collection: into it). */
  #placeComments(value: YamlNode, into: (YamlItem | YamlNode | YamlComment)[]): void {
    const reader = this.#reader
    const isEmpty = value.start === value.end
    const isLeaf = value.kind === 'scalar' || value.kind === 'alias'
    if (isLeaf && !isEmpty && reader.pending.length > 0) this.#moveComments(into)
    reader.skipToToken()
    if (isEmpty || reader.pending[0]?.inline !== true) return
    if (isLeaf || value.place.list) this.#moveComments(into, 1)
    else if (value.shape.style === 'flow') value.addFirst(this.#takeComments(1))
  }

  /** Whether another key or element of this collection follows. Throws for what can follow nowhere. */
  #goesOn(indent: number, kind: 'key' | 'element' | 'indentless'): boolean {
    const reader = this.#reader
    if (this.#reader.atDocumentEnd()) return false
    if (!reader.newline) throw reader.fail('something else behind a value', reader.pos, 'put the value in quotes')
    if (reader.column < indent) return false
    if (reader.column > indent) throw reader.fail('indentation that fits nothing above')
    if (kind === 'key') return true
    if (this.#reader.atSign(DASH)) return true
    if (kind === 'indentless') return false
    throw reader.fail('a list element without its dash')
  }

  #closingComments(
    into: (YamlItem | YamlNode | YamlComment)[],
    end: { readonly indent: number; readonly lastEnd: number; readonly isRoot: boolean },
  ): void {
    const reader = this.#reader
    if (reader.pending.length === 0) return
    const next = this.#reader.atDocumentEnd() ? this.#rootColumn : reader.column
    const { text, pending } = reader
    this.#moveComments(into, end.isRoot ? pending.length : ownComments(pending, { text, next, ...end }))
  }

  /** Not by spreading: a text may have a million comments in one place. */
  #moveComments(into: (YamlItem | YamlNode | YamlComment)[], count: number = this.#reader.pending.length): void {
    for (const comment of this.#takeComments(count)) into.push(comment)
  }

  #takeComments(count: number): YamlComment[] {
    const taken = this.#reader.pending.splice(0, count)
    return taken.map(({ start, end }) => new YamlComment(this.#context.source, start, end))
  }
}

/** What was found where a node begins. */
interface Found {
  readonly properties: Properties | undefined
  /** Where the content begins, or the properties in its line. */
  readonly line: KeyStart
  readonly keyAllowed: boolean
}
