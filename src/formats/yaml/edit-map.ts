import type { Edit, PlainValue } from '../../core/tree.ts'
import { COLON } from './characters.ts'
import {
  apartFromComment,
  isFirstInLine,
  lineEndOf,
  lineStartOf,
  removedLines,
  terminate,
  unterminatedLeaf,
} from './lines.ts'
import { replaceNode } from './replace-node.ts'
import { flowItemText, itemText, styleAt } from './write-value.ts'
import type { CommentShape, ItemShape, MapShape } from './yaml-shape.ts'

/** Edits that add an item behind all others, and before the metadata. */
export function appendItem(map: MapShape, key: string, value: PlainValue): readonly Edit[] {
  const items = itemsOf(map.items)
  const last = items.at(-1)
  if (map.shape.style === 'none' && itemsOf(map.all).length === 0)
    return [intoNothing(map, itemText(key, value, 0, map.source))]
  if (map.shape.style === 'pair')
    return [replaceNode(map, { kind: 'map', entries: [] })].map((edit) => ({
      ...edit,
      text: pairText(map, key, value),
    }))
  if (map.shape.style === 'flow') return [appendToFlow(map, last, key, value)]
  const { source, shape } = map
  const at = last === undefined ? 0 : lineEndOf(source.text, endOf(last))
  const text = itemText(key, value, shape.indent, styleAt(source, at))
  if (last === undefined) return [beforeItem(map, itemsOf(map.all)[0], text)]
  const leaf = unterminatedLeaf(last.value)
  if (leaf === undefined) return [behindItem(map, last, text)]
  const terminated = terminate(leaf)
  return terminated === undefined ? [beforeItem(map, last, text)] : [terminated, behindItem(map, last, text)]
}

function pairText(map: MapShape, key: string, value: PlainValue): string {
  return `{${map.source.text.slice(map.start, map.end)}, ${flowItemText(key, value)}}`
}

/** Edits that put an item before another of the same map. */
export function insertItem(map: MapShape, before: ItemShape, key: string, value: PlainValue): Edit {
  if (map.shape.style === 'block') return beforeItem(map, before, itemText(key, value, map.shape.indent, map.source))
  return { start: before.start, end: before.start, text: `${flowItemText(key, value)}, ` }
}

function intoNothing({ source, start }: MapShape, text: string): Edit {
  const at = lineEndOf(source.text, start)
  const isFresh = start === 0 || (start === 1 && source.text.startsWith('\uFEFF'))
  return {
    start: isFresh ? start : at,
    end: isFresh ? start : at,
    text: isFresh ? `${text}${source.eol}` : `${source.eol}${text}`,
  }
}

function beforeItem({ source, shape }: MapShape, item: ItemShape | undefined, text: string): Edit {
  const start = item?.start ?? 0
  const margin = ' '.repeat(shape.indent)
  if (!isFirstInLine(source.text, start)) return { start, end: start, text: `${text}${source.eol}${margin}` }
  const at = lineStartOf(source.text, start)
  return { start: at, end: at, text: `${margin}${text}${source.eol}` }
}

function behindItem({ source, shape }: MapShape, item: ItemShape, text: string): Edit {
  const at = lineEndOf(source.text, endOf(item))
  return { start: at, end: at, text: `${source.eol}${' '.repeat(shape.indent)}${text}` }
}

function appendToFlow(map: MapShape, last: ItemShape | undefined, key: string, value: PlainValue): Edit {
  const text = flowItemText(key, value)
  const first = itemsOf(map.all)[0]
  if (last === undefined && first !== undefined) return { start: first.start, end: first.start, text: `${text}, ` }
  if (last !== undefined) return addedToFlow(map, endOf(last), `${separatorBehind(map, last)}${text}`)
  if (map.place.flow || map.all.length > 0) return addedToFlow(map, map.start + 1, text)
  return replaceNode(map, { kind: 'map', entries: [[key, value]] })
}

function addedToFlow(map: MapShape, at: number, text: string): Edit {
  return { start: at, end: at, text: text + apartFromComment(map.source.text, at) }
}

/** A comma right behind a colon would belong to the key. */
export function separatorBehind(map: MapShape, last: ItemShape): string {
  return map.source.text.charCodeAt(endOf(last) - 1) === COLON ? ' , ' : ', '
}

/** The end of an item's value, or of its key where that has none. */
export function endOf(item: ItemShape): number {
  return item.value.end
}

/** The items among items and comments. */
export function itemsOf(all: readonly (ItemShape | CommentShape)[]): readonly ItemShape[] {
  return all.filter((item) => item.kind === 'item')
}

/** Edits that remove an item with its lines; the last one leaves `{}`. */
export function removeItem(map: MapShape, item: ItemShape): readonly Edit[] {
  const items = itemsOf(map.all)
  if (items.length === 1) return [emptied(map)]
  const index = items.indexOf(item)
  const next = items[index + 1]
  const { text } = map.source
  if (map.shape.style !== 'block') {
    const before = items[index - 1]
    if (next !== undefined) return [{ start: item.start, end: next.start, text: '' }]
    const end = endOf(item)
    return [{ start: before === undefined ? item.start : endOf(before), end, text: apartFromComment(text, end) }]
  }
  if (isFirstInLine(text, item.start)) {
    const range = { start: item.start, end: endOf(item) }
    return [{ ...removedLines(text, range, items[index - 1]?.value), text: '' }]
  }
  const follower = map.all[map.all.indexOf(item) + 1]
  const end = follower?.kind === 'item' ? follower.start : lineEndOf(text, endOf(item))
  return [{ start: item.start, end, text: '' }]
}

function emptied(map: MapShape): Edit {
  if (map.place.indent === -1 && map.shape.style === 'block') return { start: map.start, end: map.end, text: '{}' }
  return replaceNode(map, { kind: 'map', entries: [] })
}
