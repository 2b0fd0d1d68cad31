import { isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { SecretsError } from '../core/errors.ts'
import { spell } from './secretsrc-text.ts'

/** An item of a mapping in both styles: block lines without their outer indentation, and flow. */
export interface NewItem {
  readonly lines: readonly string[]
  readonly flow: string
}

/** A top-level mapping of a document, which may be missing or empty. */
export interface Section {
  readonly root: YAMLMap
  readonly section: string
  readonly pair: Pair | undefined
}

/** Adds an item at the end of a top-level mapping; everything else of the text stays to the byte. */
export function insertIntoMap(text: string, { root, section, pair }: Section, item: NewItem): string {
  const newline = newlineOf(text)
  const block = (indent: string): string => item.lines.map((line) => indent + line).join(newline)
  if (pair === undefined) {
    if (root.flow === true) return insertInFlow(text, root, `${section}: { ${item.flow} }`)
    const gap = text === '' || text.endsWith('\n') ? '' : newline
    return `${text}${gap}${newline}${section}:${newline}${block('  ')}${newline}`
  }
  const map = pair.value
  if (!isMap(map)) return insertLine(text, isNode(pair.key) ? endOf(pair.key) : text.length, block('  '))
  if (root.flow === true || (map.flow === true && map.items.length > 0)) return insertInFlow(text, map, item.flow)
  const [first] = map.items
  if (first === undefined) return replaceEmpty(text, map, block('  '))
  return insertLine(text, endOf(map), block(indentAt(text, startOf(first.key))))
}

/** Adds an item, spelled for flow context, to a list; a single value becomes a list of two. */
export function insertIntoList(text: string, node: unknown, item: string): string {
  if (isSeq(node)) return node.flow === true ? insertInFlow(text, node, item) : insertInBlock(text, node, item)
  if (isScalar(node) || (isMap(node) && node.flow === true)) return replaceByList(text, node, item)
  throw new SecretsError('CONFIG_INVALID', 'this notation cannot be added to', {
    hint: 'write it as a list in the configuration',
  })
}

function replaceByList(text: string, node: Node, item: string): string {
  const [start, end] = [startOf(node), endOf(node)]
  const plain = isScalar(node) && node.type === 'PLAIN'
  // What is plain in a block may need quotes inside brackets.
  const old = plain && typeof node.value === 'string' ? spell(node.value) : text.slice(start, end)
  return `${text.slice(0, start)}[${old}, ${item}]${text.slice(end)}`
}

function insertInFlow(text: string, node: YAMLMap | YAMLSeq, item: string): string {
  const last = node.items.at(-1)
  const value = isPair(last) ? last.value : last
  const position = isNode(value) ? endOf(value) : startOf(node) + 1
  return `${text.slice(0, position)}${isNode(value) ? ', ' : ''}${item}${text.slice(position)}`
}

function insertInBlock(text: string, node: YAMLSeq, item: string): string {
  return insertLine(text, endOf(node), `${indentAt(text, startOf(node))}- ${item}`)
}

/** `{}` becomes a block below its key. */
function replaceEmpty(text: string, map: YAMLMap, lines: string): string {
  const before = text.slice(0, startOf(map)).replace(/[ \t]+$/, '')
  const rest = text.slice(endOf(map))
  const lineEnd = rest.search(/\r?\n|$/)
  return `${before}${rest.slice(0, lineEnd)}${newlineOf(text)}${lines}${rest.slice(lineEnd)}`
}

/** Puts lines behind the line that holds the last content before `position`, with a comment that stands there. */
function insertLine(text: string, position: number, lines: string): string {
  const content = text.slice(0, position).trimEnd().length
  const rest = text.slice(content)
  const lineEnd = content + rest.search(/\r?\n|$/)
  return `${text.slice(0, lineEnd)}${newlineOf(text)}${lines}${text.slice(lineEnd)}`
}

function indentAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1
  return text.slice(lineStart, position)
}

function startOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0
}

function endOf(node: Node): number {
  return node.range?.[1] ?? 0
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
