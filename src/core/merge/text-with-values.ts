/** Giving a text other values with as few edits as possible: what is right already stays to the byte. */
import type { Format, ParsedText } from '../format.ts'
import { type PlainMap, plainMap, plainValueOf } from '../plain-value.ts'
import {
  applyEdits,
  type Edit,
  isScalar,
  type ListNode,
  type MapNode,
  type PlainValue,
  type TreeNode,
} from '../tree.ts'
import { comparableElements, sameValue } from './compared-values.ts'
import { differences } from './sequence-difference.ts'

/** More than any file needs: each round makes at least one entry right. */
const MOST_ROUNDS = 10_000

/**
 * The text, changed so that it holds these documents. Undefined when it cannot be made to: it is not valid, it has another number
 * of documents, or the format cannot carry a value at its place.
 */
export function textWithValues(format: Format, text: string, documents: readonly PlainMap[]): string | undefined {
  try {
    return edited(format, text, documents)
  } catch {
    return undefined
  }
}

/** Whether a text is valid and holds these documents. */
export function holdsDocuments(format: Format, text: string, documents: readonly PlainMap[]): boolean {
  try {
    return areThere(format.parse(text), documents)
  } catch {
    return false
  }
}

function edited(format: Format, text: string, documents: readonly PlainMap[]): string | undefined {
  let current = text
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const parsed = format.parse(current)
    if (parsed.documents.length !== documents.length) return undefined
    if (areThere(parsed, documents)) return current
    const next = nextText(format, parsed, documents)
    if (next === undefined || next === current) return undefined
    current = next
  }
  return undefined
}

function areThere({ documents }: ParsedText, wanted: readonly PlainMap[]): boolean {
  return (
    documents.length === wanted.length && documents.every((root, index) => sameValue(plainMap(root), wanted[index]))
  )
}

/** Leaves first, all at once; then entries and elements, all at once where that fits, else the first of them alone. */
function nextText(format: Format, parsed: ParsedText, documents: readonly PlainMap[]): string | undefined {
  const planned = new EditPlan()
  parsed.documents.forEach((root, index) => {
    planned.add(root, documents[index] ?? plainMap(root))
  })
  if (planned.leaves.length > 0) return applyEdits(parsed.text, planned.leaves)
  const [first] = planned.moves
  if (first === undefined) return undefined
  if (planned.moves.length > 1) {
    const all = allAtOnce(parsed, planned.moves.flat())
    if (all !== undefined && holdsDocuments(format, all, documents)) return all
  }
  return applyEdits(parsed.text, first)
}

function allAtOnce({ text }: ParsedText, edits: readonly Edit[]): string | undefined {
  try {
    return applyEdits(text, edits)
  } catch {
    return undefined
  }
}

class EditPlan {
  /** Other spellings of leaves, which never touch each other. */
  readonly leaves: Edit[] = []
  /** Edits of one entry or element each. */
  readonly moves: (readonly Edit[])[] = []

  add(node: TreeNode, value: PlainValue): void {
    if (node.kind === 'map' && !isScalar(value) && value.kind === 'map') this.#map(node, value)
    else if (node.kind === 'list' && !isScalar(value) && value.kind === 'list') this.#list(node, value.elements)
  }

  #map(map: MapNode, { entries }: PlainMap): void {
    const wanted = new Map(entries)
    const present = new Set<string>()
    for (const item of map.items) {
      if (item.kind === 'comment') continue
      present.add(item.key)
      const value = wanted.get(item.key)
      if (value === undefined) this.moves.push(map.remove(item))
      else this.#value(item.value, value, () => map.replace(item, value))
    }
    for (const [key, value] of entries) {
      if (!present.has(key)) this.moves.push(map.append(key, value))
    }
  }

  #list(list: ListNode, wanted: readonly PlainValue[]): void {
    const elements = list.elements.flatMap((element) => (element.kind === 'comment' ? [] : [element]))
    const hunks = differences(comparableElements(elements.map(plainValueOf)), comparableElements(wanted))
    for (const { base, side } of hunks) {
      const values = wanted.slice(side.start, side.end)
      const old = elements.slice(base.start, base.end)
      const paired = Math.min(values.length, old.length)
      for (const element of old.slice(paired)) this.moves.push(list.remove(element))
      for (const value of values.slice(paired)) this.moves.push(list.insert(base.start + paired, value))
      old.slice(0, paired).forEach((element, index) => {
        const value = values[index]
        if (value !== undefined) this.#value(element, value, () => list.replace(element, value))
      })
    }
  }

  #value(node: TreeNode, value: PlainValue, replace: () => readonly Edit[]): void {
    if (sameValue(plainValueOf(node), value)) return
    if (node.kind === 'alias') this.moves.push([node.expand(value)])
    else if (node.kind === 'scalar') this.#leaf(node, value, replace)
    else if (!isScalar(value) && value.kind === node.kind) this.add(node, value)
    else this.moves.push(replace())
  }

  #leaf(node: Extract<TreeNode, { kind: 'scalar' }>, value: PlainValue, replace: () => readonly Edit[]): void {
    const spelled = isScalar(value) && node.scalar.type !== 'null' && value.type !== 'null'
    if (spelled) this.leaves.push({ ...node.span, text: node.spell(value) })
    else this.moves.push(replace())
  }
}
