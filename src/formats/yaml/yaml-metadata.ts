import type { Edit, PlainValue } from '../../core/tree.ts'
import { isBreak } from './characters.ts'
import { endOf, itemsOf, separatorBehind } from './edit-map.ts'
import { apartFromComment, lineEndOf, lineStartOf, nextLineOf, unterminatedLeaf } from './lines.ts'
import { METADATA_KEY, type YamlDocument } from './read-stream.ts'
import { updateNode } from './update-metadata.ts'
import { flowItemText, itemText, type Style } from './write-value.ts'
import type { ItemShape, MapShape } from './yaml-shape.ts'

/** sops's own way of writing, whatever the text around it does (sops-format 9.3). */
const SOPS_STYLE = { step: 4, indentsLists: true, writesKeep: false }

/** The item that holds the metadata of a document. */
export function metadataItem(document: YamlDocument): ItemShape | undefined {
  return itemsOf(document.root.all).find((item) => item.key === METADATA_KEY)
}

/** Edits that make the metadata of `document` equal to `metadata`: a new block, or the lines that differ. */
export function writeMetadata(document: YamlDocument, metadata: PlainValue): readonly Edit[] {
  const present = metadataItem(document)
  if (present !== undefined) return updateNode(present.value, metadata)
  return [document.root.shape.style === 'flow' ? insideBraces(document, metadata) : block(document, metadata)]
}

function insideBraces({ root }: YamlDocument, metadata: PlainValue): Edit {
  const text = flowItemText(METADATA_KEY, metadata)
  const last = itemsOf(root.all).at(-1)
  if (last === undefined) return { start: root.start + 1, end: root.start + 1, text }
  return { start: endOf(last), end: endOf(last), text: `${separatorBehind(root, last)}${text}` }
}

/**
 * The block goes behind everything of the document. Only where that would change a block scalar which the text ends
 * in, it goes before everything; `removeBlock` finds it at either place.
 */
function block(document: YamlDocument, metadata: PlainValue): Edit {
  const { root, end } = document
  const { text, eol } = root.source
  const margin = ' '.repeat(root.shape.indent)
  const isTail = unterminatedLeaf(root) === undefined
  const endsLine = end === 0 || isBreak(text.charCodeAt(end - 1)) || (end === 1 && text.startsWith('\uFEFF'))
  const style: Style = { ...SOPS_STYLE, eol, writesBlocks: true }
  const lines = margin + itemText(METADATA_KEY, metadata, root.shape.indent, style)
  if (!isTail) {
    const at = root.start === lineStartOf(text, root.start) + root.shape.indent ? headOf(document) : root.start
    return { start: at, end: at, text: `${lines}${eol}` }
  }
  return { start: end, end, text: endsLine ? `${lines}${eol}` : `${eol}${lines}` }
}

/**
 * Where the first line of the document's content begins; the first key where comments that are indented more than it
 * stand before it: behind the metadata they would belong to them.
 */
function headOf({ root, start: contentStart }: YamlDocument): number {
  const { text } = root.source
  const start = lineOfContent(root, contentStart)
  const isDeeper = text.slice(start, root.start).search(new RegExp(`^ {${root.shape.indent + 1}} *#`, 'm')) !== -1
  return isDeeper ? lineStartOf(text, root.start) : start
}

function lineOfContent({ source: { text }, shape }: MapShape, start: number): number {
  if (start === lineStartOf(text, start)) return start
  const { properties } = shape
  return nextLineOf(text, properties === undefined ? start : properties.end)
}

/** Edits that remove the metadata of `document` and all that `writeMetadata` had added with it. */
export function removeMetadata(document: YamlDocument): readonly Edit[] {
  const item = metadataItem(document)
  if (item === undefined) return []
  return [document.root.shape.style === 'flow' ? withoutMember(document, item) : withoutBlock(document, item)]
}

function withoutMember({ root }: YamlDocument, item: ItemShape): Edit {
  const items = itemsOf(root.all)
  const index = items.indexOf(item)
  const before = items[index - 1]
  const next = items[index + 1]
  if (next !== undefined) return { start: item.start, end: next.start, text: '' }
  const end = endOf(item)
  if (before === undefined) return { start: item.start, end, text: '' }
  return { start: endOf(before), end, text: takesComments(before) ? apartFromComment(root.source.text, end) : '' }
}

/** Whether a `#` right behind the value would be its own. */
function takesComments({ value }: ItemShape): boolean {
  return value.kind === 'alias' || (value.kind === 'scalar' && value.notation === 'plain')
}

function withoutBlock({ root }: YamlDocument, item: ItemShape): Edit {
  const { text } = root.source
  const end = lineEndOf(text, endOf(item))
  const start = lineStartOf(text, item.start)
  if (isWholeDocument(root, item)) return { start, end, text: '{}' }
  if (end < text.length) return { start, end: nextLineOf(text, end), text: '' }
  const breakUnits = text.startsWith('\r\n', start - 2) ? 2 : 1
  return { start: isBreak(text.charCodeAt(start - 1)) ? start - breakUnits : start, end, text: '' }
}

/** Whether a document without the metadata, which sops makes of an empty map, would not be there at all. */
function isWholeDocument({ source: { text }, all }: MapShape, item: ItemShape): boolean {
  return itemsOf(all).length === 1 && !/^---(?:\s|$)/m.test(text.slice(0, item.start))
}
