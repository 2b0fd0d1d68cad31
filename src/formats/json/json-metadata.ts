import { sameScalar } from '../../core/scalar.ts'
import { type Edit, isScalar, type PlainValue } from '../../core/tree.ts'
import { orderedKeys } from '../key-order.ts'
import { indentOfSlot, removeSlot } from './edit-container.ts'
import {
  containerOf,
  insertMember,
  type JsonList,
  type JsonMap,
  type JsonMember,
  type JsonNode,
  METADATA_KEY,
} from './json-nodes.ts'
import { type JsonSource, styleOf } from './json-source.ts'
import type { JsonDocument } from './read-json.ts'
import { enclose, type Indent, type JsonStyle, spellJson } from './spell-json.ts'

/** The metadata of a text as a plain value; undefined when there is none. */
export function readJsonMetadata(document: JsonDocument): PlainValue | undefined {
  const member = metadataMember(document)
  return member === undefined ? undefined : plainOf(member.value)
}

/** Edits that make the metadata equal to `metadata`: a new last member of the root, or the parts that differ. */
export function writeJsonMetadata(document: JsonDocument, metadata: PlainValue): readonly Edit[] {
  const { source, root } = document
  const member = metadataMember(document)
  if (member === undefined) return [insertMember(source, root, root.members.length, [METADATA_KEY, metadata])]
  const indent = indentOfSlot(source, containerOf(root), root.members.indexOf(member))
  return new MetadataWriter(source).edits(member.value, metadata, indent)
}

/** Edits that remove the metadata and what stands between it and the member before it. */
export function removeJsonMetadata(document: JsonDocument): readonly Edit[] {
  const { root } = document
  const member = metadataMember(document)
  if (member === undefined) return []
  const tight = member.value.span.end === root.span.end - 1
  if (root.members.length === 1 && tight) {
    // Blanks were between the brackets before, and are left as they were (`insertSlot`).
    return [{ start: member.keySpan.start, end: member.value.span.end, text: '' }]
  }
  return [removeSlot(containerOf(root), root.members.indexOf(member))]
}

function metadataMember({ root }: JsonDocument): JsonMember | undefined {
  return root.members.find(({ key }) => key === METADATA_KEY)
}

function plainOf(node: JsonNode): PlainValue {
  if (node.kind === 'scalar') return node.scalar
  if (node.kind === 'list') return { kind: 'list', elements: node.elements.map(plainOf) }
  return { kind: 'map', entries: node.members.map(({ key, value }): [string, PlainValue] => [key, plainOf(value)]) }
}

/** Writes new metadata over old, taking over the text of all parts that stay equal. */
class MetadataWriter {
  readonly #source: JsonSource
  readonly #style: JsonStyle

  constructor(source: JsonSource) {
    this.#source = source
    this.#style = styleOf(source)
  }

  /** The fewest edits that make `node`, in a line of that indentation, equal to `value`. */
  edits(node: JsonNode, value: PlainValue, indent: Indent): readonly Edit[] {
    if (isEqual(node, value)) return []
    const pairs = pairsOf(node, value)
    if (pairs === undefined || node.kind === 'scalar') return [{ ...node.span, text: this.#spell(node, value, indent) }]
    const container = containerOf(node)
    return pairs.flatMap(([child, content], index) => {
      return this.edits(child, content, indentOfSlot(this.#source, container, index))
    })
  }

  /** `value` as text, in the place of `node`. */
  #spell(node: JsonNode | undefined, value: PlainValue, indent: Indent): string {
    if (node === undefined || isScalar(value)) return spellJson(value, this.#style, indent)
    if (isEqual(node, value)) return this.#source.text.slice(node.span.start, node.span.end)
    const place = { style: this.#style, indent }
    const inner = indent === undefined ? undefined : indent + this.#style.unit
    if (value.kind === 'map') return enclose('{}', this.#members(node, value.entries, inner), place)
    return enclose('[]', this.#elements(node, value.elements, inner), place)
  }

  #elements(node: JsonNode, elements: readonly PlainValue[], indent: Indent): readonly string[] {
    const old = node.kind === 'list' ? node.elements : []
    const equalTo = (element: PlainValue): JsonNode | undefined => old.find((one) => isEqual(one, element))
    return elements.map((element) => this.#spell(equalTo(element), element, indent))
  }

  #members(node: JsonNode, entries: readonly (readonly [string, PlainValue])[], indent: Indent): readonly string[] {
    const old = new Map(node.kind === 'map' ? node.members.map(({ key, value }) => [key, value]) : [])
    const values = new Map(entries)
    return orderedKeys([...old.keys()], [...values.keys()]).flatMap((key) => {
      const value = values.get(key)
      if (value === undefined) return []
      return [JSON.stringify(key) + this.#style.colon + this.#spell(old.get(key), value, indent)]
    })
  }
}

type Pairs = readonly (readonly [JsonNode, PlainValue])[]

/** The children in text order, each with its new content; undefined where one is added, removed or of another kind. */
function pairsOf(node: JsonNode, value: PlainValue): Pairs | undefined {
  if (isScalar(value) || node.kind === 'scalar' || node.kind !== value.kind) return undefined
  const contents = contentsFor(node, value)
  const nodes = node.kind === 'list' ? node.elements : node.members.map((member) => member.value)
  if (nodes.length !== contents.length) return undefined
  const pairs = nodes.flatMap((child, index): Pairs => {
    const content = contents[index]
    return content === undefined ? [] : [[child, content]]
  })
  return pairs.length === nodes.length ? pairs : undefined
}

function contentsFor(node: JsonMap | JsonList, value: PlainValue): readonly (PlainValue | undefined)[] {
  if (isScalar(value)) return []
  if (node.kind === 'list' || value.kind === 'list') return value.kind === 'list' ? value.elements : []
  const values = new Map(value.entries)
  return node.members.length === values.size ? node.members.map(({ key }) => values.get(key)) : []
}

function isEqual(node: JsonNode, value: PlainValue): boolean {
  if (node.kind === 'scalar') return isScalar(value) && sameScalar(node.scalar, value)
  return pairsOf(node, value)?.every(([child, content]) => isEqual(child, content)) ?? false
}
