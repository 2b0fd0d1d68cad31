import { isNode, isPair, type YAMLMap, type YAMLSeq } from 'yaml'

/**
 * Removes the item at `index` from a list or a mapping of a YAML text; everything else stays to the byte, but a comment
 * behind the item, on its own line, goes with it. Comments above it stay.
 */
export function removeItem(text: string, parent: YAMLMap | YAMLSeq, index: number): string {
  const places = parent.items.map(placeOf)
  const place = places[index]
  if (place === undefined) return text
  const around: Neighbours = { before: places[index - 1], place, after: places[index + 1] }
  return parent.flow === true ? removeFromFlow(text, around) : removeFromBlock(text, around)
}

interface ItemPlace {
  readonly start: number
  readonly end: number
}

interface Neighbours {
  readonly before: ItemPlace | undefined
  readonly place: ItemPlace
  readonly after: ItemPlace | undefined
}

function placeOf(item: unknown): ItemPlace {
  const first = isPair(item) ? item.key : item
  const last =
    isPair(item) && isNode(item.value) && item.value.range?.[1] !== item.value.range?.[0] ? item.value : first
  return {
    start: (isNode(first) ? first.range?.[0] : undefined) ?? 0,
    end: (isNode(last) ? last.range?.[1] : undefined) ?? 0,
  }
}

function removeFromFlow(text: string, { before, place, after }: Neighbours): string {
  if (after !== undefined) return text.slice(0, place.start) + text.slice(after.start)
  const between = before === undefined ? '' : text.slice(before.end, place.start)
  // A comma behind the last item is allowed, and what stands between may be a comment on the item before.
  const start = before === undefined || /[#\n]/.test(between) ? place.start : before.end
  return text.slice(0, start) + text.slice(place.end)
}

function removeFromBlock(text: string, { place, after }: Neighbours): string {
  const lineStart = text.lastIndexOf('\n', place.start - 1) + 1
  const ownLine = /^[ \t]*(?:-[ \t]+)?$/.test(text.slice(lineStart, place.start))
  if (!ownLine && after !== undefined) return text.slice(0, place.start) + text.slice(after.start)
  const contentEnd = place.start + text.slice(place.start, place.end).trimEnd().length
  const lineEnd = text.indexOf('\n', contentEnd)
  if (lineEnd !== -1) return text.slice(0, lineStart) + text.slice(lineEnd + 1)
  // The last line of a text that does not end in a line break: nor shall the new one.
  return text.slice(0, lineStart).replace(/\r?\n$/, '')
}
