import { SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import { closest } from '../core/similar-names.ts'
import type { AliasNode, ListNode, MapNode, Path, TreeNode } from '../core/tree.ts'

/** Keys of a map that an error lists. */
const MAX_LISTED = 8

/** Paths that are looked through for one that ends like the path that was meant. */
const MAX_SEARCHED = 10_000

/** An entry or a subtree, and where it was found. */
export interface FoundEntry {
  readonly node: TreeNode
  /** Index of the document, from 0. */
  readonly document: number
}

/** The node at `path` below `root`; undefined when there is none. '' (no steps) is the root. */
export function nodeAt(root: MapNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root
  for (const step of path) node = node === undefined ? undefined : childOf(node, step)
  return node
}

/** What an alias stands for, or the node itself. */
function withoutAlias(node: TreeNode): Exclude<TreeNode, AliasNode> {
  return node.kind === 'alias' ? withoutAlias(node.target) : node
}

/** The elements of a list that are no comments: indices count these alone. */
export function elementsOf(list: ListNode): readonly TreeNode[] {
  return list.elements.filter((element) => element.kind !== 'comment')
}

/**
 * The entry at `path`. `number`, from 1, names the document; without it the only document that has the path is
 * meant. Throws `BAD_PATH` with the nearest path when there is none, or when several documents have it.
 */
export function findEntry(documents: readonly MapNode[], path: Path, number?: number): FoundEntry {
  const found = entriesAt(documents, path, number)
  const [first] = found
  if (first === undefined) throw missingEntry(chosen(documents, number), path)
  if (found.length === 1) return first
  const numbers = found.map(({ document }) => document + 1).join(', ')
  throw new SecretsError('BAD_PATH', `several documents of the file have this path: ${numbers}`, {
    place: { path: formatPath(path) },
    hint: 'name one with --document',
  })
}

/** All entries at `path`: at most one in each document. Throws `BAD_PATH` for a document that is not there. */
export function entriesAt(documents: readonly MapNode[], path: Path, number?: number): readonly FoundEntry[] {
  if (number !== undefined && documents[number - 1] === undefined) {
    const count = documents.length === 1 ? 'one document' : `${documents.length} documents`
    throw new SecretsError('BAD_PATH', `there is no document ${number}: the file has ${count}`)
  }
  return documents.flatMap((root, document) => {
    const node = number === undefined || number === document + 1 ? nodeAt(root, path) : undefined
    return node === undefined ? [] : [{ node, document }]
  })
}

/** The error for a path that leads nowhere in any of `documents`. */
export function missingEntry(documents: readonly MapNode[], path: Path): SecretsError {
  const hint =
    firstOf(documents, (root) => nearPath(root, path)) ?? firstOf(documents, (root) => namesThere(root, path))
  return new SecretsError('BAD_PATH', 'there is no such entry', {
    place: { path: formatPath(path) },
    ...(hint === undefined ? {} : { hint }),
  })
}

function chosen(documents: readonly MapNode[], number: number | undefined): readonly MapNode[] {
  return number === undefined ? documents : documents.slice(number - 1, number)
}

function firstOf(documents: readonly MapNode[], find: (root: MapNode) => string | undefined): string | undefined {
  for (const document of documents) {
    const found = find(document)
    if (found !== undefined) return found
  }
  return undefined
}

function childOf(node: TreeNode, step: string | number): TreeNode | undefined {
  const parent = withoutAlias(node)
  if (parent.kind === 'map' && typeof step === 'string') return itemOf(parent, step)
  return parent.kind === 'list' && typeof step === 'number' ? elementsOf(parent)[step] : undefined
}

function itemOf(map: MapNode, key: string): TreeNode | undefined {
  for (const item of map.items) {
    if (item.kind === 'item' && item.key === key) return item.value
  }
  return undefined
}

/** The path with the first step that leads nowhere exchanged for a similar one, or one that ends like it. */
function nearPath(root: MapNode, path: Path): string | undefined {
  const known = knownSteps(root, path)
  const [wrong, ...rest] = path.slice(known)
  const near = wrong === undefined ? undefined : closest(String(wrong), keysAt(root, path.slice(0, known)))
  const suggestion =
    near === undefined ? pathEndingLike(root, path) : bestOf(root, [...path.slice(0, known), near], rest)
  return suggestion === undefined ? undefined : `did you mean ${formatPath(suggestion)}?`
}

function bestOf(root: MapNode, start: Path, rest: Path): Path {
  const whole = [...start, ...rest]
  return nodeAt(root, whole) === undefined ? start : whole
}

function knownSteps(root: MapNode, path: Path): number {
  let steps = 0
  while (steps < path.length && nodeAt(root, path.slice(0, steps + 1)) !== undefined) steps += 1
  return steps
}

function keysAt(root: MapNode, path: Path): readonly string[] {
  const node = nodeAt(root, path)
  const parent = node === undefined ? root : withoutAlias(node)
  return parent.kind === 'map' ? parent.items.flatMap((item) => (item.kind === 'item' ? [item.key] : [])) : []
}

function pathEndingLike(root: MapNode, path: Path): Path | undefined {
  const ending = `.${formatPath(path)}`
  const matching: Path[] = []
  const open: { readonly node: TreeNode; readonly path: Path }[] = [{ node: root, path: [] }]
  for (let searched = 0; searched < MAX_SEARCHED; searched += 1) {
    const here = open.shift()
    if (here === undefined) break
    if (here.path.length > path.length && formatPath(here.path).endsWith(ending)) matching.push(here.path)
    open.push(...childrenOf(here.node).map(([step, node]) => ({ node, path: [...here.path, step] })))
  }
  return matching.length === 1 ? matching[0] : undefined
}

/** Not through aliases: their targets are searched where they stand. */
function childrenOf(node: TreeNode): readonly (readonly [string | number, TreeNode])[] {
  if (node.kind === 'map') return node.items.flatMap((item) => (item.kind === 'item' ? [[item.key, item.value]] : []))
  return node.kind === 'list' ? elementsOf(node).map((element, index) => [index, element]) : []
}

function namesThere(root: MapNode, path: Path): string | undefined {
  const start = path.slice(0, knownSteps(root, path))
  const node = withoutAlias(nodeAt(root, start) ?? root)
  const where = start.length === 0 ? 'the file' : formatPath(start)
  if (node.kind === 'scalar') return `${where} is a value, nothing is below it`
  if (node.kind === 'list') return `${where} is a list of ${elementsOf(node).length}, counted from [0]`
  const keys = keysAt(root, start).map((key) => formatPath([key]))
  if (keys.length === 0) return undefined
  return `${where} has ${keys.slice(0, MAX_LISTED).join(', ')}${keys.length > MAX_LISTED ? ', …' : ''}`
}
