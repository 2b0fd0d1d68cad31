import { SecretsError } from '../../core/errors.ts'
import type { Scalar } from '../../core/scalar.ts'
import type { ScalarNode, Span } from '../../core/tree.ts'
import { type Edit, isScalar, type ListNode, type MapItem, type MapNode, type PlainValue } from '../../core/tree.ts'
import { type Container, indentOfSlot, insertSlot, removeComments, removeSlot } from './edit-container.ts'
import { type JsonSource, styleOf } from './json-source.ts'
import { spellJson, spellJsonScalar } from './spell-json.ts'

/** The key of the root under which the metadata stands. */
export const METADATA_KEY = 'sops'

export type JsonNode = JsonScalar | JsonMap | JsonList

/** A member of an object. Spans are made on demand: a large text has millions of nodes. */
export class JsonMember implements MapItem {
  readonly kind = 'item' as const
  readonly key: string
  readonly value: JsonNode
  readonly #start: number
  readonly #end: number

  constructor(key: string, value: JsonNode, start: number, end: number) {
    this.key = key
    this.value = value
    this.#start = start
    this.#end = end
  }

  get keySpan(): Span {
    return { start: this.#start, end: this.#end }
  }
}

/** A leaf. `spell` and `spellToken` depend on nothing around it. */
export class JsonScalar implements ScalarNode {
  readonly kind = 'scalar' as const
  readonly scalar: Scalar
  readonly #start: number
  readonly #end: number

  constructor(scalar: Scalar, start: number, end: number) {
    this.scalar = scalar
    this.#start = start
    this.#end = end
  }

  get span(): Span {
    return { start: this.#start, end: this.#end }
  }

  spell(scalar: Scalar): string {
    return spellJsonScalar(scalar)
  }

  spellToken(token: string): string {
    return JSON.stringify(token)
  }
}

/** An object. Of the edits of one text, no two may remove neighbours: parse again in between. */
export class JsonMap implements MapNode {
  readonly kind = 'map' as const
  readonly span: Span
  /** All members in text order, at the root the metadata among them. */
  readonly members: readonly JsonMember[]
  readonly items: readonly JsonMember[]
  readonly #source: JsonSource

  constructor(source: JsonSource, span: Span, members: readonly JsonMember[], isRoot: boolean) {
    this.#source = source
    this.span = span
    this.members = members
    this.items = isRoot ? members.filter((member) => member.key !== METADATA_KEY) : members
  }

  /** Throws `RESERVED_KEY` for the metadata's key at the root, `NAME_CLASH` for a key that is there. */
  append(key: string, value: PlainValue): readonly Edit[] {
    if (this === this.#source.root && key === METADATA_KEY) throw reservedKey()
    if (this.items.some((item) => item.key === key)) throw nameClash(key)
    const last = this.items.at(-1)
    const index = last === undefined ? 0 : this.members.indexOf(last) + 1
    return [insertMember(this.#source, this, index, [key, value])]
  }

  replace(item: MapItem, value: PlainValue): readonly Edit[] {
    const index = this.members.findIndex(({ key }) => key === item.key)
    return [replaceIn(this.#source, containerOf(this), { index, span: item.value.span }, value)]
  }

  remove(item: MapItem): readonly Edit[] {
    return [
      removeSlot(
        containerOf(this),
        this.members.findIndex(({ key }) => key === item.key),
      ),
    ]
  }
}

/** An array. Of the edits of one text, no two may remove neighbours, but all encrypted comments may go. */
export class JsonList implements ListNode {
  readonly kind = 'list' as const
  readonly span: Span
  readonly elements: readonly JsonNode[]
  readonly #source: JsonSource

  constructor(source: JsonSource, span: Span, elements: readonly JsonNode[]) {
    this.#source = source
    this.span = span
    this.elements = elements
  }

  insert(index: number, value: PlainValue): readonly Edit[] {
    const container = containerOf(this)
    const style = styleOf(this.#source)
    return [insertSlot(this.#source, container, index, (indent) => spellJson(value, style, indent))]
  }

  replace(element: { readonly span: Span }, value: PlainValue): readonly Edit[] {
    const index = this.elements.findIndex((one) => one === element)
    return [replaceIn(this.#source, containerOf(this), { index, span: element.span }, value)]
  }

  remove(element: { readonly span: Span }): readonly Edit[] {
    return [
      removeSlot(
        containerOf(this),
        this.elements.findIndex((one) => one === element),
      ),
    ]
  }

  elementAsComment(element: ScalarNode): Edit {
    const index = this.elements.findIndex((one) => one === element)
    return removeComments(containerOf(this), index, (other) => this.#isComment(other))
  }

  #isComment(index: number): boolean {
    const node = this.elements[index]
    if (node?.kind !== 'scalar' || typeof node.scalar.canonical !== 'string') return false
    return node.scalar.canonical.startsWith('ENC[') && node.scalar.canonical.includes(',type:comment]')
  }
}

/** The brackets of an object or array and the places of what it holds. */
export function containerOf(node: JsonMap | JsonList): Container {
  if (node.kind === 'list') return { span: node.span, slots: node.elements.map(({ span }) => span) }
  const slots = node.members.map(({ keySpan, value }) => ({ start: keySpan.start, end: value.span.end }))
  return { span: node.span, slots }
}

/** The edit that makes `entry` the `index`th of all members of `map`. */
export function insertMember(
  source: JsonSource,
  map: JsonMap,
  index: number,
  [key, value]: readonly [string, PlainValue],
): Edit {
  const style = styleOf(source)
  const spelled = (indent: string | undefined): string =>
    JSON.stringify(key) + style.colon + spellJson(value, style, indent)
  return insertSlot(source, containerOf(map), index, spelled)
}

function replaceIn(
  source: JsonSource,
  container: Container,
  { index, span }: { readonly index: number; readonly span: Span },
  value: PlainValue,
): Edit {
  if (isScalar(value)) return { ...span, text: spellJsonScalar(value) }
  return { ...span, text: spellJson(value, styleOf(source), indentOfSlot(source, container, index)) }
}

function reservedKey(): SecretsError {
  return new SecretsError('RESERVED_KEY', `the key ${METADATA_KEY} at the root is the metadata's`, {
    hint: 'choose another name for the entry',
    place: { path: METADATA_KEY },
  })
}

function nameClash(key: string): SecretsError {
  return new SecretsError('NAME_CLASH', 'an entry of that name is there already', { place: { path: key } })
}
