import { SecretsError } from '../core/errors.ts'
import { MAX_DEPTH } from '../core/limits.ts'
import { canonicalText, type Scalar, stringScalar } from '../core/scalar.ts'
import { isScalar, type PlainValue } from '../core/tree.ts'

/** What stands before the key of a map within a flat key, and before an index of a list (sops `flatten.go`). */
const MAP_MARK = '__map_'
const LIST_MARK = '__list_'

/** A flat key with its text, line breaks included. */
export type FlatEntry = readonly [key: string, text: string]

/**
 * Metadata as sops writes it where a format has no nesting: one entry for each leaf, its path joined into one
 * key, `age[0].enc` as `age__list_0__map_enc`. In the order of the value; null and what is empty vanish.
 * Throws `METADATA_INVALID` when two leaves would get one key.
 */
export function flatten(metadata: PlainValue): readonly FlatEntry[] {
  const flat = new Map<string, string>()
  const entries = isScalar(metadata) || metadata.kind === 'list' ? [] : metadata.entries
  for (const [key, value] of entries) flattenInto(flat, key, value)
  return [...flat]
}

/**
 * The inverse of `flatten`: every leaf is a string, and keys keep the order in which they are met first.
 * Throws `METADATA_INVALID` for a gap in a list, an index that is no number, a place that is both map and list,
 * and a place with two values; `LIMIT_EXCEEDED` beyond `MAX_DEPTH` levels.
 */
export function unflatten(entries: readonly FlatEntry[]): PlainValue {
  const root: FlatNode = { children: new Map() }
  for (const [key, text] of entries) place(root, key, text)
  return collect(root, '')
}

/** The text of a leaf of the metadata where there are only strings: sops's words for bools, digits for numbers. */
export function flatText(scalar: Scalar): string {
  const text = canonicalText(scalar)
  return scalar.type === 'bool' ? text.toLowerCase() : text
}

/** Metadata's line breaks in one line: the two characters `\n`. */
export function escapeLineBreaks(text: string): string {
  return text.replaceAll('\n', '\\n')
}

/** The inverse of `escapeLineBreaks`. */
export function unescapeLineBreaks(text: string): string {
  return text.replaceAll('\\n', '\n')
}

function flattenInto(flat: Map<string, string>, key: string, value: PlainValue): void {
  if (!isScalar(value)) {
    if (value.kind === 'map') for (const [part, child] of value.entries) flattenInto(flat, key + MAP_MARK + part, child)
    else for (const [index, child] of value.elements.entries()) flattenInto(flat, `${key}${LIST_MARK}${index}`, child)
    return
  }
  if (value.type === 'null') return
  if (flat.has(key)) throw invalid(key, 'two fields of the metadata have one flat name')
  flat.set(key, flatText(value))
}

/** `children` by key, or by mark and index. A node with neither text nor children does not occur. */
interface FlatNode {
  text?: string
  readonly children: Map<string, FlatNode>
}

function place(root: FlatNode, key: string, text: string): void {
  let node = root
  for (const step of stepsOf(key)) {
    const next: FlatNode = node.children.get(step) ?? { children: new Map() }
    node.children.set(step, next)
    node = next
  }
  if (node.text !== undefined) throw invalid(key, 'a field of the metadata stands there twice')
  node.text = text
}

/** Each step with its mark, so that a list's `0` and a map's `0` differ. */
function stepsOf(key: string): readonly string[] {
  const steps = `${MAP_MARK}${key}`.split(/(?=__map_|__list_)/)
  if (steps.length <= MAX_DEPTH) return steps
  throw new SecretsError('LIMIT_EXCEEDED', `metadata of more than ${MAX_DEPTH} levels`)
}

function collect(node: FlatNode, path: string): PlainValue {
  const steps = [...node.children.keys()]
  if (node.text !== undefined) {
    if (steps.length > 0) throw invalid(path, 'a field of the metadata has both a text and fields of its own')
    return stringScalar(node.text)
  }
  const lists = steps.filter((step) => step.startsWith(LIST_MARK))
  if (lists.length > 0 && lists.length < steps.length) throw invalid(path, 'metadata that is both a map and a list')
  return lists.length > 0 ? collectList(node, path) : collectMap(node, path)
}

function collectMap(node: FlatNode, path: string): PlainValue {
  const entries = [...node.children].map(([step, child]): readonly [string, PlainValue] => {
    const key = step.slice(MAP_MARK.length)
    return [key, collect(child, path === '' ? key : `${path}.${key}`)]
  })
  return { kind: 'map', entries }
}

function collectList(node: FlatNode, path: string): PlainValue {
  const elements = [...node.children.keys()].map((_, index) => {
    const child = node.children.get(`${LIST_MARK}${index}`)
    if (child === undefined) throw invalid(path, 'a list in the metadata whose elements are not numbered 0, 1, 2, …')
    return collect(child, `${path}[${index}]`)
  })
  return { kind: 'list', elements }
}

function invalid(path: string, message: string): SecretsError {
  const hint = 'restore the metadata from an earlier version of the file'
  return new SecretsError('METADATA_INVALID', message, { hint, place: { path: `sops.${path}` } })
}
