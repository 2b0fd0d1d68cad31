/** Edits that make the metadata of one document say something else, with as few lines touched as can be. */
import { NULL, sameScalar } from '../../core/scalar.ts'
import { type Edit, isScalar, type PlainValue } from '../../core/tree.ts'
import { orderedKeys } from '../key-order.ts'
import { elementsOf, insertElement, removeElement } from './edit-list.ts'
import { appendItem, insertItem, itemsOf, removeItem } from './edit-map.ts'
import { replaceNode } from './replace-node.ts'
import type { AnyShape, ItemShape, ListShape, MapShape } from './yaml-shape.ts'

type PlainMap = Extract<PlainValue, { readonly kind: 'map' }>
type PlainList = Extract<PlainValue, { readonly kind: 'list' }>

/** A node as a plain value; aliases as copies, comments left out. */
export function toPlain(node: AnyShape): PlainValue {
  if (node.kind === 'scalar') return node.scalar
  if (node.kind === 'alias') return toPlain(node.target)
  if (node.kind === 'list') return { kind: 'list', elements: elementsOf(node).map(toPlain) }
  return { kind: 'map', entries: itemsOf(node.all).map((item) => [item.key, toPlain(item.value)] as const) }
}

/** Edits with which `node` reads as `wanted`. */
export function updateNode(node: AnyShape, wanted: PlainValue): readonly Edit[] {
  if (samePlain(toPlain(node), wanted)) return []
  const edits = isScalar(wanted) ? undefined : updateCollection(node, wanted)
  return edits === undefined || overlap(edits) ? [replaceNode(node, wanted)] : edits
}

function updateCollection(node: AnyShape, wanted: PlainMap | PlainList): readonly Edit[] | undefined {
  if (wanted.kind === 'map') return node.kind === 'map' ? updateMap(node, wanted) : undefined
  return node.kind === 'list' ? updateList(node, wanted) : undefined
}

/** Whether two edits want the same text: what is added right behind something that goes. */
function overlap(edits: readonly Edit[]): boolean {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  return sorted.some((edit, index) => edit.start < (sorted[index - 1]?.end ?? 0))
}

function samePlain(a: PlainValue, b: PlainValue): boolean {
  if (isScalar(a) || isScalar(b)) return isScalar(a) && isScalar(b) && sameScalar(a, b)
  if (a.kind === 'list') {
    if (b.kind !== 'list' || a.elements.length !== b.elements.length) return false
    return a.elements.every((element, index) => samePlain(element, b.elements[index] ?? NULL))
  }
  if (b.kind !== 'map' || a.entries.length !== b.entries.length) return false
  const others = new Map(b.entries)
  return a.entries.every(([key, value]) => {
    const other = others.get(key)
    return other !== undefined && samePlain(value, other)
  })
}

/** Where nothing stays, or a flow map changes its keys, the whole is written anew. */
function updateMap(map: MapShape, wanted: PlainMap): readonly Edit[] {
  const values = new Map(wanted.entries)
  const items = itemsOf(map.all)
  const kept = items.filter((item) => values.has(item.key))
  const isSameKeys = kept.length === items.length && kept.length === values.size
  if (kept.length === 0 || (map.shape.style !== 'block' && !isSameKeys)) return [replaceNode(map, wanted)]
  const edits = items.flatMap((item) => {
    const value = values.get(item.key)
    return value === undefined ? removeItem(map, item) : updateNode(item.value, value)
  })
  return [...edits, ...addedItems(map, values)]
}

function addedItems(map: MapShape, values: ReadonlyMap<string, PlainValue>): Edit[] {
  const items = itemsOf(map.all)
  const present = new Map(items.map((item) => [item.key, item]))
  const order = orderedKeys(
    items.map((item) => item.key),
    [...values.keys()],
  )
  const edits: Edit[] = []
  order.forEach((key, index) => {
    const value = values.get(key)
    if (present.has(key) || value === undefined) return
    const following = order.slice(index + 1).find((one) => present.has(one))
    edits.push(...addItem(map, [key, value], following === undefined ? undefined : present.get(following), values))
  })
  return edits
}

function addItem(
  map: MapShape,
  [key, value]: readonly [string, PlainValue],
  before: ItemShape | undefined,
  values: ReadonlyMap<string, PlainValue>,
): readonly Edit[] {
  if (before !== undefined) return [insertItem(map, before, key, value)]
  const last = itemsOf(map.all).at(-1)
  if (last !== undefined && !values.has(last.key)) return [insertItem(map, last, key, value)]
  return appendItem({ ...shapeOf(map), items: map.all }, key, value)
}

function shapeOf(map: MapShape): MapShape {
  const { kind, source, place, start, end, shape, all, items } = map
  return { kind, source, place, start, end, shape, all, items }
}

/** Elements that are there and wanted stay as they are; of the others, as many as pair up are changed in place. */
function updateList(list: ListShape, wanted: PlainList): readonly Edit[] {
  const elements = elementsOf(list)
  if (elements.length === 0 || wanted.elements.length === 0 || list.shape.style !== 'block') {
    return [replaceNode(list, wanted)]
  }
  const plain = elements.map(toPlain)
  let front = 0
  while (front < plain.length && matches(plain[front], wanted.elements[front])) front += 1
  let back = 0
  while (
    back < Math.min(plain.length, wanted.elements.length) - front &&
    matches(plain[plain.length - 1 - back], wanted.elements[wanted.elements.length - 1 - back])
  ) {
    back += 1
  }
  return updateMiddle(list, wanted.elements.slice(front, wanted.elements.length - back), {
    from: front,
    to: elements.length - back,
  })
}

function matches(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  return a !== undefined && b !== undefined && samePlain(a, b)
}

function updateMiddle(
  list: ListShape,
  wanted: readonly PlainValue[],
  range: { readonly from: number; readonly to: number },
): readonly Edit[] {
  const elements = elementsOf(list)
  const old = elements.slice(range.from, range.to)
  const paired = Math.min(old.length, wanted.length)
  if (old.length > wanted.length && paired === 0) return removeAll(list, old)
  const changed = old.slice(0, paired).flatMap((element, index) => updateNode(element, wanted[index] ?? NULL))
  const removed = old.slice(paired).flatMap((element) => removeElement(list, element))
  const added = wanted.slice(paired).flatMap((value) => insertElement(list, range.from + paired, value))
  return [...changed, ...removed, ...added]
}

function removeAll(list: ListShape, old: readonly AnyShape[]): readonly Edit[] {
  return old.length === list.starts.length
    ? [replaceNode(list, { kind: 'list', elements: [] })]
    : old.flatMap((element) => removeElement(list, element))
}
