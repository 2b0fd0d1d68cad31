import type { Scalar } from '../../core/scalar.ts'
import type {
  AliasNode,
  CommentNode,
  Edit,
  ListNode,
  MapItem,
  MapNode,
  PlainValue,
  ScalarNode,
  Span,
} from '../../core/tree.ts'
import { commentInPlace, insertElement, removeElement } from './edit-list.ts'
import { appendItem, removeItem } from './edit-map.ts'
import { expandAlias, replaceNode } from './replace-node.ts'
import { spellAt, spellTokenAt } from './spell-node.ts'
import type { CollectionShape, ItemKey, Notation, ScalarDetails } from './yaml-shape.ts'
import type { Place, Properties, YamlSource } from './yaml-source.ts'

export type YamlNode = YamlScalar | YamlMap | YamlList | YamlAlias

/** A leaf. */
export class YamlScalar implements ScalarNode {
  readonly kind: 'scalar' = 'scalar'
  readonly place: Place
  readonly start: number
  readonly end: number
  readonly scalar: Scalar
  readonly notation: Notation
  readonly details: ScalarDetails | undefined

  constructor(
    place: Place,
    range: Span,
    content: { readonly scalar: Scalar; readonly notation: Notation },
    details?: ScalarDetails,
  ) {
    this.place = place
    this.start = range.start
    this.end = range.end
    this.scalar = content.scalar
    this.notation = content.notation
    this.details = details
  }

  get source(): YamlSource {
    return this.place.source
  }

  get span(): Span {
    return { start: this.start, end: this.end }
  }

  get mark(): string | undefined {
    return markOf(this.details?.properties)
  }

  spell(scalar: Scalar): string {
    return spellAt(this, scalar)
  }

  spellToken(token: string): string {
    return spellTokenAt(this, token)
  }
}

/** One line of comment. */
export class YamlComment implements CommentNode {
  readonly kind: 'comment' = 'comment'
  readonly source: YamlSource
  readonly start: number
  readonly end: number

  constructor(source: YamlSource, start: number, end: number) {
    this.source = source
    this.start = start
    this.end = end
  }

  get span(): Span {
    return { start: this.start, end: this.end }
  }

  get text(): string {
    return this.source.text.slice(this.start + 1, this.end)
  }

  spell(text: string): string {
    return `#${text.split(/\r\n|[\n\r\x85\u2028\u2029]/).join(`${this.source.eol}#`)}`
  }

  spellToken(token: string): string {
    return `#${token}`
  }
}

/** A reference to an anchor of the same text. */
export class YamlAlias implements AliasNode {
  readonly kind: 'alias' = 'alias'
  readonly place: Place
  readonly start: number
  readonly end: number
  readonly target: YamlScalar | YamlMap | YamlList

  constructor(place: Place, range: Span, target: YamlScalar | YamlMap | YamlList) {
    this.place = place
    this.start = range.start
    this.end = range.end
    this.target = target
  }

  get source(): YamlSource {
    return this.place.source
  }

  get span(): Span {
    return { start: this.start, end: this.end }
  }

  expand(value: PlainValue): Edit {
    return expandAlias(this, value)
  }
}

/** An item of a map. */
export class YamlItem implements MapItem {
  readonly kind: 'item' = 'item'
  readonly key: string
  /** With an anchor, a tag or the `?` of an explicit key. */
  readonly start: number
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: YamlNode

  constructor(key: ItemKey, value: YamlNode) {
    this.key = key.key
    this.start = key.start
    this.keyStart = key.keyStart
    this.keyEnd = key.keyEnd
    this.value = value
  }

  /** What of it stands before the key itself; a tag of sops's own types is part of the key. */
  get mark(): string | undefined {
    if (this.start === this.keyStart) return undefined
    return this.value.source.text.slice(this.start, this.keyStart).replace(/\s+/g, ' ')
  }

  get keySpan(): Span {
    return { start: this.keyStart, end: this.keyEnd }
  }
}

/** A map. */
export class YamlMap implements MapNode {
  readonly kind: 'map' = 'map'
  readonly place: Place
  readonly shape: CollectionShape
  readonly start: number
  readonly end: number
  /** All items in text order, at the root the metadata among them. */
  readonly all: (YamlItem | YamlComment)[]
  readonly items: (YamlItem | YamlComment)[]

  constructor(
    place: Place,
    range: Span,
    shape: CollectionShape,
    content: { readonly all: (YamlItem | YamlComment)[]; readonly hidden?: string },
  ) {
    this.place = place
    this.start = range.start
    this.end = range.end
    this.shape = shape
    this.all = content.all
    const { hidden } = content
    const hides = hidden !== undefined && content.all.some((item) => item.kind === 'item' && item.key === hidden)
    this.items = hides ? content.all.filter((item) => item.kind !== 'item' || item.key !== hidden) : content.all
  }

  get source(): YamlSource {
    return this.place.source
  }

  get span(): Span {
    return { start: this.start, end: this.end }
  }

  get mark(): string | undefined {
    return markOf(this.shape.properties)
  }

  /** Only while the text is read: a comment behind a flow map comes first in it. */
  addFirst(comments: readonly YamlComment[]): void {
    this.all.unshift(...comments)
    if (this.items !== this.all) this.items.unshift(...comments)
  }

  /** Only while the text is read: comments behind the root of a document. */
  addLast(comments: readonly YamlComment[]): void {
    for (const comment of comments) {
      this.all.push(comment)
      if (this.items !== this.all) this.items.push(comment)
    }
  }

  append(key: string, value: PlainValue): readonly Edit[] {
    return appendItem(this, key, value)
  }

  replace(item: MapItem, value: PlainValue): readonly Edit[] {
    const found = this.all.find((one) => one === item)
    return found === undefined || found.kind !== 'item' ? [] : [replaceNode(found.value, value)]
  }

  remove(item: MapItem): readonly Edit[] {
    const found = this.all.find((one) => one === item)
    return found === undefined || found.kind !== 'item' ? [] : removeItem(this, found)
  }
}

/** A list. */
export class YamlList implements ListNode {
  readonly kind: 'list' = 'list'
  readonly place: Place
  readonly shape: CollectionShape
  readonly start: number
  readonly end: number
  readonly elements: (YamlNode | YamlComment)[]
  /** Where each element begins, comments left out: at its dash in a block, at its properties in a flow list. */
  readonly starts: readonly number[]

  constructor(
    place: Place,
    range: Span,
    shape: CollectionShape,
    content: { readonly elements: (YamlNode | YamlComment)[]; readonly starts: readonly number[] },
  ) {
    this.place = place
    this.start = range.start
    this.end = range.end
    this.shape = shape
    this.elements = content.elements
    this.starts = content.starts
  }

  get source(): YamlSource {
    return this.place.source
  }

  get span(): Span {
    return { start: this.start, end: this.end }
  }

  get mark(): string | undefined {
    return markOf(this.shape.properties)
  }

  /** Only while the text is read: a comment behind a flow list comes first in it. */
  addFirst(comments: readonly YamlComment[]): void {
    this.elements.unshift(...comments)
  }

  insert(index: number, value: PlainValue): readonly Edit[] {
    return insertElement(this, index, value)
  }

  replace(element: YamlNode, value: PlainValue): readonly Edit[] {
    return [replaceNode(element, value)]
  }

  remove(element: YamlNode): readonly Edit[] {
    return removeElement(this, element)
  }

  elementAsComment(element: ScalarNode, text: string): Edit {
    return commentInPlace(this, element, text)
  }
}

/** Anchor and tag in one text, in which no anchor can pass for a tag. */
function markOf(properties: Properties | undefined): string | undefined {
  return properties === undefined ? undefined : `&${properties.anchor ?? ''} ${properties.tag}`
}
