import type { Edit, PlainValue, ScalarNode } from '../../core/tree.ts'
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
import { flowText, styleAt, valueBehindDash } from './write-value.ts'
import type { AnyShape, ListShape } from './yaml-shape.ts'

/** Edits that insert an element before the `index`th; their number appends. */
export function insertElement(list: ListShape, index: number, value: PlainValue): readonly Edit[] {
  const elements = elementsOf(list)
  const last = elements.at(-1)
  if (last === undefined) return [intoEmpty(list, value)]
  if (list.shape.style !== 'block') return [insertInFlow(list, index, value)]
  const { source, shape } = list
  const isLast = index >= elements.length
  const at = lineEndOf(source.text, Math.max(last.end, list.starts.at(-1) ?? 0))
  const text = `-${valueBehindDash(value, shape.indent, isLast ? styleAt(source, at) : source)}`
  const leaf = unterminatedLeaf(last)
  const terminated = leaf === undefined ? undefined : terminate(leaf)
  if (!isLast || (leaf !== undefined && terminated === undefined))
    return [beforeElement(list, Math.min(index, elements.length - 1), text)]
  const added = { start: at, end: at, text: `${source.eol}${' '.repeat(shape.indent)}${text}` }
  return terminated === undefined ? [added] : [terminated, added]
}

function intoEmpty(list: ListShape, value: PlainValue): Edit {
  if (list.place.flow || list.elements.length > 0) return insertedAt(list.source.text, list.start + 1, flowText(value))
  return replaceNode(list, { kind: 'list', elements: [value] })
}

function insertInFlow(list: ListShape, index: number, value: PlainValue): Edit {
  const start = list.starts[index]
  if (start !== undefined) return { start, end: start, text: `${flowText(value)}, ` }
  const end = elementsOf(list).at(-1)?.end ?? list.start + 1
  return insertedAt(list.source.text, end, `, ${flowText(value)}`)
}

function insertedAt(text: string, at: number, what: string): Edit {
  return { start: at, end: at, text: what + apartFromComment(text, at) }
}

function beforeElement({ source, shape, starts }: ListShape, index: number, text: string): Edit {
  const start = starts[index] ?? 0
  const margin = ' '.repeat(shape.indent)
  if (!isFirstInLine(source.text, start)) return { start, end: start, text: `${text}${source.eol}${margin}` }
  const at = lineStartOf(source.text, start)
  return { start: at, end: at, text: `${margin}${text}${source.eol}` }
}

/** The elements without the comments. */
export function elementsOf(list: ListShape): readonly AnyShape[] {
  return list.elements.filter((element) => element.kind !== 'comment')
}

/** Edits that remove an element with its lines; the last one leaves `[]`. */
export function removeElement(list: ListShape, element: AnyShape): readonly Edit[] {
  const elements = elementsOf(list)
  const index = elements.indexOf(element)
  const start = list.starts[index]
  if (start === undefined) return []
  if (elements.length === 1) return [replaceNode(list, { kind: 'list', elements: [] })]
  const { text } = list.source
  const next = list.starts[index + 1]
  const end = Math.max(element.end, start + 1)
  if (list.shape.style !== 'block') {
    if (next !== undefined) return [{ start, end: next, text: '' }]
    return [{ start: elements[index - 1]?.end ?? start, end: element.end, text: apartFromComment(text, element.end) }]
  }
  if (isFirstInLine(text, start)) {
    return [{ ...removedLines(text, { start, end }, elements[index - 1]), text: '' }]
  }
  return [{ start, end: next ?? lineEndOf(text, end), text: '' }]
}

/** The edit that puts a comment where an element stands; in a flow list, which has no lines, the element goes. */
export function commentInPlace(list: ListShape, element: ScalarNode, text: string): Edit {
  const { source, shape, place } = list
  const elements = elementsOf(list)
  const index = elements.findIndex((one) => one.kind === 'scalar' && one.start === element.span.start)
  const start = list.starts[index]
  const found = elements[index]
  if (start === undefined || found === undefined) return { ...element.span, text: '' }
  if (shape.style !== 'block') return removeElement(list, found)[0] ?? { ...element.span, text: '' }
  const margin = `${source.eol}${' '.repeat(Math.max(shape.indent, place.indent + 1))}`
  const comment = `#${text.split(/\r\n|[\n\r\x85\u2028\u2029]/).join(`${margin}#`)}`
  return { start, end: found.end, text: elements.length === 1 ? `${comment}${margin}[]` : comment }
}
