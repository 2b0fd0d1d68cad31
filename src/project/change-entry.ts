import { SecretsError } from '../core/errors.ts'
import type { Format, ParsedText } from '../core/format.ts'
import { formatPath } from '../core/path-syntax.ts'
import { plainValueOf, samePlainValue } from '../core/plain-value.ts'
import {
  type AliasNode,
  applyEdits,
  type Edit,
  isScalar,
  type ListNode,
  type MapNode,
  type Path,
  type PlainValue,
  type TreeNode,
} from '../core/tree.ts'
import { elementsOf, missingEntry, nodeAt } from './find-entry.ts'

/** One entry's new value; no value removes it. */
export interface EntryChange {
  readonly path: Path
  /** Index of the document, from 0. */
  readonly document: number
  readonly value: PlainValue | undefined
}

/**
 * The text with one entry changed and all around it kept. Missing maps and lists on the way are made; an index one
 * behind the end of a list appends. Where the path leads through an alias, the alias is written out first, so that
 * nothing changes at its anchor. Throws `BAD_PATH` for a path that leads through a value or beyond the end of a list,
 * or to nothing where something is to be removed, and what the format throws for what it cannot carry.
 */
export function changeEntry(format: Format, parsed: ParsedText, change: EntryChange): string {
  const root = parsed.documents[change.document]
  if (root === undefined || change.path.length === 0) throw new SecretsError('BAD_PATH', 'no entry is named')
  const alias = aliasOn(root, change.path)
  if (alias !== undefined) {
    const written = applyEdits(parsed.text, [alias.expand(plainValueOf(alias.target))])
    return changeEntry(format, format.parse(written), change)
  }
  const edits =
    change.value === undefined ? removal(root, change.path) : new Placing(change.path, change.value).into(root)
  return applyEdits(parsed.text, edits)
}

/** The value that a new file needs so that `path` in it is `value`. Throws `BAD_PATH` for a list that would begin with a gap. */
export function valueAround(path: Path, value: PlainValue): PlainValue {
  return path.reduceRight<PlainValue>((inner, step, position) => {
    if (typeof step === 'string') return { kind: 'map', entries: [[step, inner]] }
    if (step === 0) return { kind: 'list', elements: [inner] }
    throw beyondEnd(path.slice(0, position), step, 0)
  }, value)
}

/** The first alias that the path leads through, its last step left out: what stands there is replaced as a whole. */
function aliasOn(root: MapNode, path: Path): AliasNode | undefined {
  for (let steps = 1; steps < path.length; steps += 1) {
    const node = nodeAt(root, path.slice(0, steps))
    if (node?.kind === 'alias') return node
  }
  return undefined
}

function removal(root: MapNode, path: Path): readonly Edit[] {
  const parent = nodeAt(root, path.slice(0, -1))
  const step = path.at(-1)
  if (parent?.kind === 'map') {
    const item = parent.items.find((candidate) => candidate.kind === 'item' && candidate.key === step)
    if (item?.kind === 'item') return parent.remove(item)
  }
  if (parent?.kind === 'list' && typeof step === 'number') {
    const element = elementsOf(parent)[step]
    if (element !== undefined) return parent.remove(element)
  }
  throw missingEntry([root], path)
}

/** Puts one value at one path. */
class Placing {
  readonly #path: Path
  readonly #value: PlainValue

  constructor(path: Path, value: PlainValue) {
    this.#path = path
    this.#value = value
  }

  into(root: MapNode): readonly Edit[] {
    return this.#inMap(root, 0)
  }

  #inMap(map: MapNode, depth: number): readonly Edit[] {
    const step = this.#path[depth]
    if (typeof step !== 'string') throw this.#unfit(depth, 'is a map, and maps have keys, no indices')
    const item = map.items.find((candidate) => candidate.kind === 'item' && candidate.key === step)
    if (item?.kind !== 'item') return map.append(step, this.#below(depth))
    return this.#at(item.value, depth, (value) => map.replace(item, value))
  }

  #inList(list: ListNode, depth: number): readonly Edit[] {
    const step = this.#path[depth]
    if (typeof step !== 'number') throw this.#unfit(depth, 'is a list, and lists have indices, no keys')
    const elements = elementsOf(list)
    const element = elements[step]
    if (element !== undefined) return this.#at(element, depth, (value) => list.replace(element, value))
    if (step > elements.length) throw beyondEnd(this.#path.slice(0, depth), step, elements.length)
    return list.insert(step, this.#below(depth))
  }

  #at(node: TreeNode, depth: number, replace: (value: PlainValue) => readonly Edit[]): readonly Edit[] {
    if (depth + 1 === this.#path.length) return replaceValue(node, this.#value, replace)
    if (node.kind === 'map') return this.#inMap(node, depth + 1)
    if (node.kind === 'list') return this.#inList(node, depth + 1)
    if (node.kind === 'scalar' && node.scalar.type === 'null') return replace(this.#below(depth))
    throw this.#unfit(depth + 1, 'is a value, nothing can be below it')
  }

  #below(depth: number): PlainValue {
    return valueAround(this.#path.slice(depth + 1), this.#value)
  }

  #unfit(depth: number, what: string): SecretsError {
    const parent = formatPath(this.#path.slice(0, depth))
    return new SecretsError('BAD_PATH', `${parent === '' ? 'the root' : parent} ${what}`, {
      place: { path: formatPath(this.#path) },
    })
  }
}

/** A leaf keeps its notation where another leaf takes its place. */
function replaceValue(
  node: TreeNode,
  value: PlainValue,
  replace: (value: PlainValue) => readonly Edit[],
): readonly Edit[] {
  if (node.kind !== 'alias' && samePlainValue(plainValueOf(node), value)) return []
  const leaves = node.kind === 'scalar' && isScalar(value) && node.scalar.type !== 'null' && value.type !== 'null'
  return leaves ? [{ ...node.span, text: node.spell(value) }] : replace(value)
}

function beyondEnd(list: Path, index: number, length: number): SecretsError {
  return new SecretsError('BAD_PATH', `the list has ${length} elements, so that [${index}] would leave a gap`, {
    place: { path: formatPath(list) },
    hint: `[${length}] appends to it`,
  })
}
