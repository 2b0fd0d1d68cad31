import { sameScalar } from './scalar.ts'
import { isScalar, type MapNode, type PlainValue, type TreeNode } from './tree.ts'

/** A map of plain values. */
export type PlainMap = Extract<PlainValue, { readonly kind: 'map' }>

/** What a node of a text says, without its notation: aliases written out, comments left out. */
export function plainValueOf(node: TreeNode): PlainValue {
  if (node.kind === 'alias') return plainValueOf(node.target)
  if (node.kind === 'scalar') return node.scalar
  if (node.kind === 'list') {
    const elements = node.elements.flatMap((element) => (element.kind === 'comment' ? [] : [plainValueOf(element)]))
    return { kind: 'list', elements }
  }
  return plainMap(node)
}

/** The same for a map, a whole document for instance. */
export function plainMap(map: MapNode): PlainMap {
  const entries = map.items.flatMap((item): PlainMap['entries'] =>
    item.kind === 'comment' ? [] : [[item.key, plainValueOf(item.value)]],
  )
  return { kind: 'map', entries }
}

/** Whether two values are the same: types, order of entries, everything. */
export function samePlainValue(a: PlainValue, b: PlainValue): boolean {
  if (isScalar(a) || isScalar(b)) return isScalar(a) && isScalar(b) && sameScalar(a, b)
  if (a.kind === 'list') {
    return b.kind === 'list' && sameItems(a.elements, b.elements, samePlainValue)
  }
  return b.kind === 'map' && sameItems(a.entries, b.entries, ([x, v], [y, w]) => x === y && samePlainValue(v, w))
}

function sameItems<Item>(a: readonly Item[], b: readonly Item[], same: (a: Item, b: Item) => boolean): boolean {
  return a.length === b.length && a.every((item, index) => sameAs(item, b[index], same))
}

function sameAs<Item>(a: Item, b: Item | undefined, same: (a: Item, b: Item) => boolean): boolean {
  return b !== undefined && same(a, b)
}
