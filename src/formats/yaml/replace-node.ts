import type { Scalar } from '../../core/scalar.ts'
import { type Edit, isScalar, type PlainValue } from '../../core/tree.ts'
import { isBlank } from './characters.ts'
import { apartFromComment, hasTail, isFirstInLine, lineStartOf } from './lines.ts'
import { spellAt } from './spell-node.ts'
import { collectionAt, flowText, inlineText, isEmpty, styleAt, valueBehindDash, valueBehindKey } from './write-value.ts'
import type { AliasShape, AnyShape, LeafShape } from './yaml-shape.ts'
import type { Properties } from './yaml-source.ts'

/** The edit that puts `value`, of any shape, in the place of `node`. An anchor stays, a tag goes where it would not fit. */
export function replaceNode(node: AnyShape, value: PlainValue): Edit {
  if (isScalar(value) && node.kind === 'scalar' && fitsTag(node, value) && !hasHeaderComment(node)) {
    return { start: node.start, end: node.end, text: scalarInPlace(node, value) }
  }
  if (node.place.flow) return replaceInline(node, flowText(value))
  const isInline = isScalar(value) ? value.type !== 'str' : isEmpty(value)
  if (isInline || hasTail(node.source.text, node.end) || isRootFlow(node)) {
    return replaceInline(node, isScalar(value) ? inlineText(value, false) : flowText(value))
  }
  return replaceByBlock(node, value)
}

/** Whether the header of a block stays outside of the node, because a comment in it is an entry of its own. */
function hasHeaderComment({ details, start }: LeafShape): boolean {
  return details?.block !== undefined && details.block.headerStart < start && details.properties?.tagStart !== start
}

/**
 * The edit that puts a copy in the place of an alias: in one line, so that the copy's span is all that was written
 * and the alias can come back to the byte.
 */
export function expandAlias({ start, end, place }: AliasShape, value: PlainValue): Edit {
  return { start, end, text: isScalar(value) ? inlineText(value, place.flow) : flowText(value) }
}

function fitsTag(node: LeafShape, value: Scalar): boolean {
  return node.details?.isText !== true || value.type === 'str'
}

/** A plain string is quoted where another reader than sops would take it for something else. */
function scalarInPlace(node: LeafShape, value: Scalar): string {
  const { details, notation, place } = node
  if (notation !== 'plain' || value.type !== 'str' || details?.isText === true) return spellAt(node, value)
  const text = inlineText(value, place.flow)
  return `${details?.lead ?? ''}${details?.kept ?? ''}${text}${apartFromComment(node.source.text, node.end)}`
}

function isRootFlow(node: AnyShape): boolean {
  if (node.place.indent !== -1 || node.kind !== 'map' || node.shape.style !== 'flow') return false
  return node.all.some((item) => item.kind === 'item')
}

function propertiesOf(node: AnyShape): Properties | undefined {
  if (node.kind === 'alias') return undefined
  return node.kind === 'scalar' ? node.details?.properties : node.shape.properties
}

/** An anchor to be written anew, because the tag beside it is replaced; and where the replacement begins. */
function outerStart(node: AnyShape): { start: number; anchor: string } {
  const properties = propertiesOf(node)
  const start =
    node.kind === 'scalar' ? Math.min(node.details?.block?.headerStart ?? node.start, node.start) : node.start
  if (properties === undefined || node.kind !== 'scalar') return { start, anchor: '' }
  const { anchor } = properties
  return { start: Math.min(properties.start, start), anchor: anchor === undefined ? '' : `&${anchor} ` }
}

function replaceInline(node: AnyShape, value: string): Edit {
  const { start, anchor } = outerStart(node)
  const text = value + apartFromComment(node.source.text, node.end)
  const lead = node.kind === 'scalar' ? (node.details?.lead ?? '') : ''
  const isBehindProperties = anchor !== '' || start < node.start
  if (node.kind === 'map' || node.kind === 'list') {
    const { gap } = node.shape
    if (gap >= 0 && node.place.indent >= 0) return { start: gap, end: node.end, text: ` ${text}` }
    return { start, end: node.end, text: paddingFor(node, start) + text }
  }
  return { start, end: node.end, text: `${isBehindProperties ? '' : lead}${anchor}${text}` }
}

/** A list may stand in the column of its key; nothing else may. */
function paddingFor(node: AnyShape, start: number): string {
  const { place, source } = node
  if (place.flow || !isFirstInLine(source.text, start)) return ''
  const column = start - lineStartOf(source.text, start)
  return ' '.repeat(Math.max(0, place.indent + 1 - column))
}

function replaceByBlock(node: AnyShape, value: PlainValue): Edit {
  const { place, end } = node
  const source = { ...styleAt(node.source, end), text: node.source.text }
  if (place.indent === -1) return replaceRoot(node, value)
  const { start, lead, anchor } = blockStart(node)
  if (start === -1) {
    const { start: from, anchor: kept } = outerStart(node)
    const padding = paddingFor(node, from)
    const column = from - lineStartOf(source.text, from) + padding.length
    const text = isScalar(value)
      ? valueBehindKey(value, place.indent, source).slice(1)
      : collectionAt(value, column, source)
    return { start: from, end, text: padding + kept + text }
  }
  const isCompact = place.list && anchor === ''
  const style = place.list ? { ...source, indentsLists: true } : source
  const behind = isCompact ? valueBehindDash(value, place.indent, style) : valueBehindKey(value, place.indent, style)
  return { start, end, text: `${lead}${anchor === '' ? '' : ` ${anchor.trimEnd()}`}${behind}` }
}

/** Behind the sign that the node follows, where that is known; -1 where comments are between. */
function blockStart(node: AnyShape): { start: number; lead: string; anchor: string } {
  const { start, anchor } = outerStart(node)
  if (node.kind === 'map' || node.kind === 'list') {
    const { gap, properties } = node.shape
    if (properties !== undefined) return { start: properties.end, lead: '', anchor: '' }
    return { start: gap, lead: '', anchor: '' }
  }
  const lead = node.kind === 'scalar' ? (node.details?.lead ?? '').trimEnd() : ''
  if (isFirstInLine(node.source.text, start) && node.start !== node.end) return { start: -1, lead: '', anchor }
  let from = start
  while (isBlank(node.source.text.charCodeAt(from - 1))) from -= 1
  return { start: node.start === node.end && start === node.start ? start : from, lead, anchor }
}

/** The root of a document: only ever an empty flow map that gets its first entries. */
function replaceRoot(node: AnyShape, value: PlainValue): Edit {
  const { source, start, end } = node
  if (isScalar(value)) return replaceInline(node, inlineText(value, false))
  const isFirst = isFirstInLine(source.text, start)
  const column = isFirst ? start - lineStartOf(source.text, start) : 0
  const text = collectionAt(value, column, source)
  return { start, end, text: isFirst ? text : `${source.eol}${text}` }
}
