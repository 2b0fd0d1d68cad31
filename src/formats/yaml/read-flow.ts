import { MAX_DEPTH } from '../../core/limits.ts'
import { COLON, COMMA, DASH, isSpaceOrEnd, QUESTION } from './characters.ts'
import { colonFollows, KeySet, keyOf, keyStart } from './read-key.ts'
import { emptyLeaf, type ReadContext, readLeaf } from './read-leaf.ts'
import { atProperties, readProperties } from './read-properties.ts'
import { YamlAlias, YamlComment, YamlItem, YamlList, YamlMap, type YamlNode, YamlScalar } from './yaml-nodes.ts'
import { tooDeep, type YamlReader } from './yaml-reader.ts'
import type { CollectionShape, ItemKey } from './yaml-shape.ts'
import type { Place, Properties } from './yaml-source.ts'

/** Where a flow collection stands, and what stands before it. */
export interface FlowStart {
  readonly place: Place
  readonly gap: number
  readonly properties: Properties | undefined
  readonly depth: number
  /** The key that is hidden from the items: the metadata's, at the root. */
  readonly hidden?: string
}

const BRACE = 125
const BRACKET = 93

/** Whether a flow collection begins here. */
export function atFlowStart(reader: YamlReader): boolean {
  const code = reader.code()
  return code === 123 || code === 91
}

/** Reads the flow collection at the reader's position. */
export function readFlow(context: ReadContext, start: FlowStart): YamlMap | YamlList {
  const { reader } = context
  if (start.depth > MAX_DEPTH) throw tooDeep(reader, MAX_DEPTH)
  const flow = new FlowReader(context, start)
  reader.flowDepth += 1
  const node = reader.code() === 123 ? flow.map() : flow.list()
  return node
}

class FlowReader {
  readonly #context: ReadContext
  readonly #reader: YamlReader
  readonly #start: FlowStart
  readonly #opened: number
  readonly #children: Place
  readonly #comments: YamlComment[]

  constructor(context: ReadContext, start: FlowStart) {
    this.#context = context
    this.#reader = context.reader
    this.#start = start
    this.#opened = context.reader.pos
    this.#children = {
      source: context.source,
      flow: true,
      indent: start.place.indent,
      list: context.reader.code() !== 123,
    }
    this.#comments = this.#takeComments()
  }

  map(): YamlMap {
    const all: (YamlItem | YamlComment)[] = [...this.#comments]
    const keys = new KeySet()
    this.#sign()
    while (!this.#atClose(BRACE, all)) {
      const key = this.#key()
      if (!keys.add(key.key)) throw this.#reader.fail('a key that is there twice', key.keyStart)
      const value = this.#valueOf(key, BRACE)
      this.#moveComments(all)
      all.push(new YamlItem(key, value))
      this.#separator(BRACE, all)
    }
    const hidden = this.#start.hidden
    const content = hidden === undefined ? { all } : { all, hidden }
    return new YamlMap(this.#start.place, this.#close(), this.#shape('flow'), content)
  }

  list(): YamlList {
    const elements: (YamlNode | YamlComment)[] = [...this.#comments]
    const starts: number[] = []
    this.#sign()
    while (!this.#atClose(BRACKET, elements)) {
      starts.push(this.#reader.pos)
      const element = this.#element()
      this.#moveComments(elements)
      elements.push(element)
      this.#separator(BRACKET, elements)
    }
    return new YamlList(this.#start.place, this.#close(), this.#shape('flow'), { elements, starts })
  }

  #shape(style: 'flow' | 'pair'): CollectionShape {
    const { gap, place, properties } = this.#start
    return style === 'flow'
      ? { style, indent: place.indent, gap, properties }
      : { style, indent: place.indent, gap: -1, properties: undefined }
  }

  #moveComments(into: (YamlItem | YamlNode | YamlComment)[]): void {
    if (this.#reader.pending.length === 0) return
    for (const comment of this.#takeComments()) into.push(comment)
  }

  #takeComments(): YamlComment[] {
    return this.#reader.takeComments().map(({ start, end }) => new YamlComment(this.#context.source, start, end))
  }

  /** Moves behind one sign and to the next token. */
  #sign(): void {
    this.#reader.pos += 1
    this.#reader.newline = false
    this.#reader.keyAllowed = false
    this.#reader.skipToToken()
  }

  #atClose(sign: number, children: (YamlItem | YamlNode | YamlComment)[]): boolean {
    this.#moveComments(children)
    if (this.#reader.isAtEnd() || this.#reader.atDocumentMark()) {
      throw this.#reader.fail('a flow collection that is never closed', this.#opened)
    }
    return this.#reader.code() === sign
  }

  #close(): { start: number; end: number } {
    this.#reader.pos += 1
    this.#reader.newline = false
    this.#reader.keyAllowed = false
    this.#reader.flowDepth -= 1
    return { start: this.#opened, end: this.#reader.pos }
  }

  /** Behind an element: its comments, a comma, and a comment on the line of the comma, which is the element's too. */
  #separator(closing: number, children: (YamlItem | YamlNode | YamlComment)[]): void {
    this.#reader.skipToToken()
    this.#placeInline(children)
    const code = this.#reader.code()
    if (code === closing) return
    if (this.#reader.isAtEnd()) throw this.#reader.fail('a flow collection that is never closed', this.#opened)
    if (code !== COMMA) throw this.#reader.fail(`a comma or the end of the flow collection is missing`)
    this.#sign()
    this.#placeInline(children)
  }

  #placeInline(children: (YamlItem | YamlNode | YamlComment)[]): void {
    const last = children.at(-1)
    const inline = this.#reader.pending[0]?.inline === true && last !== undefined && last.kind !== 'comment'
    if (this.#reader.pending.length === 0) return
    const [first, ...rest] = this.#takeComments()
    if (first === undefined) return
    if (inline) children.splice(-1, 0, first)
    else children.push(first)
    for (const comment of rest) children.push(comment)
  }

  #key(): ItemKey {
    const reader = this.#reader
    const start = reader.pos
    const isExplicit = reader.code() === QUESTION
    if (isExplicit) this.#sign()
    const line = keyStart(reader)
    const node = this.#node()
    if (!isExplicit) colonFollows(reader, line)
    return keyOf(reader, node, start)
  }

  #valueOf(key: ItemKey, closing: number): YamlNode {
    const reader = this.#reader
    const isExplicit = reader.text.charCodeAt(key.start) === QUESTION
    if (isExplicit) reader.skipToToken()
    if (reader.code() !== COLON) {
      const where = { offset: key.keyEnd, lead: isExplicit ? ' : ' : ': ' }
      return emptyLeaf(this.#context, this.#children, undefined, where)
    }
    const offset = reader.pos + 1
    this.#sign()
    const isEmpty = reader.code() === COMMA || reader.code() === closing
    const value = isEmpty ? emptyLeaf(this.#context, this.#children, undefined, { offset, lead: ' ' }) : this.#node()
    if (key.isMerge && !canMerge(value)) throw reader.fail('a merge key whose value is no map', key.keyStart)
    return value
  }

  #element(): YamlNode {
    const reader = this.#reader
    const start = reader.pos
    if (reader.code() === QUESTION) return this.#pair(this.#key(), start)
    const line = keyStart(reader)
    const node = this.#node()
    return colonFollows(reader, line) ? this.#pair(keyOf(reader, node, start), start) : node
  }

  /** `key: value` as an element: a map of one item. */
  #pair(key: ItemKey, start: number): YamlMap {
    const value = this.#valueOf(key, BRACKET)
    const range = { start, end: Math.max(value.end, key.keyEnd) }
    return new YamlMap(this.#children, range, this.#shape('pair'), {
      all: [...this.#takeComments(), new YamlItem(key, value)],
    })
  }

  #node(): YamlNode {
    const reader = this.#reader
    const properties = atProperties(reader) ? readProperties(reader, this.#context.handles) : undefined
    if (properties !== undefined) reader.skipToToken()
    const place = this.#children
    const { anchors } = this.#context
    if (atFlowStart(reader)) {
      const slot = anchors.open(properties?.anchor)
      const node = readFlow(this.#context, { place, gap: -1, properties, depth: this.#start.depth + 1 })
      slot.target = node
      return node
    }
    if (properties !== undefined && this.#isEmptyHere()) {
      const empty = emptyLeaf(this.#context, place, properties, { offset: properties.end, lead: ' ' })
      anchors.open(properties.anchor).target = empty
      return empty
    }
    if (this.#isBlockSign()) throw reader.fail('a block sign inside of a flow collection')
    const leaf = readLeaf(this.#context, place, properties)
    if (leaf.kind === 'scalar') anchors.open(properties?.anchor).target = leaf
    return leaf
  }

  #isEmptyHere(): boolean {
    const code = this.#reader.code()
    return code === COMMA || code === COLON || code === BRACE || code === BRACKET
  }

  #isBlockSign(): boolean {
    const code = this.#reader.code()
    if (code === COLON || code === QUESTION) return true
    return code === DASH && isSpaceOrEnd(this.#reader.code(1))
  }
}

/** Whether a value may stand behind a plain `<<`: a map, or a list of maps. */
export function canMerge(node: YamlNode): boolean {
  const value = node instanceof YamlAlias ? node.target : node
  if (value instanceof YamlScalar) return false
  if (value.kind === 'map') return true
  return value.elements.every((element) => {
    const target = element.kind === 'alias' ? element.target : element
    return target.kind === 'map' || target.kind === 'comment'
  })
}
