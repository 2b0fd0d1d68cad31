import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { type Place, SecretsError } from '../core/errors.ts'
import type { ConfigEntry, ConfigList, ConfigMap, ConfigNode, ConfigNothing, ConfigText } from './config-node.ts'
import type { Problems } from './problems.ts'

/** `refuse`: anchors, aliases, merge keys and tags are problems; `resolve`: they mean what they mean to sops's parser. */
export type AliasRule = 'refuse' | 'resolve'

/** Nodes of a configuration, all aliases written out: what a hostile file may make of us. */
const MAX_NODES = 100_000

/** What converting nodes of one document needs. */
export interface NodeContext {
  readonly document: Document
  readonly place: (offset: number) => Place
  readonly problems: Problems
  readonly aliases: AliasRule
}

/** Converts a parsed document. Notes problems in `context.problems`; throws `LIMIT_EXCEEDED` for an alias bomb. */
export function convertNode(node: unknown, context: NodeContext): ConfigNode {
  return new Conversion(context).convert(node)
}

class Conversion {
  readonly #context: NodeContext
  /** Aliases that are being written out: one of them inside itself is a cycle. */
  readonly #open = new Set<unknown>()
  #nodes = 0

  constructor(context: NodeContext) {
    this.#context = context
  }

  convert(node: unknown): ConfigNode {
    this.#count(node)
    if (isAlias(node)) return this.#alias(node)
    this.#refuseDecoration(node)
    if (isMap(node)) return this.#map(node)
    if (isSeq(node)) return this.#list(node)
    if (isScalar(node)) return this.#scalar(node)
    return { kind: 'nothing', place: this.#place(node) }
  }

  #count(node: unknown): void {
    this.#nodes += 1
    if (this.#nodes <= MAX_NODES) return
    throw new SecretsError('LIMIT_EXCEEDED', `more than ${MAX_NODES} values, aliases written out`, {
      place: this.#place(node),
    })
  }

  #place(node: unknown): Place {
    const range = (isNodeLike(node) && node.range) || [0]
    return this.#context.place(range[0] ?? 0)
  }

  #alias(node: Node): ConfigNode {
    const place = this.#place(node)
    const { document, problems, aliases } = this.#context
    const target = isAlias(node) ? node.resolve(document) : undefined
    if (aliases === 'refuse') problems.add('aliases are not allowed here', place, 'write the value out')
    else if (target === undefined) problems.add('an alias without its anchor', place)
    else if (this.#open.has(target)) problems.add('an alias inside what it stands for', place)
    else return this.#expand(target, node)
    return { kind: 'nothing', place }
  }

  #expand(target: Node, alias: Node): ConfigNode {
    this.#open.add(target)
    const node = this.convert(target)
    this.#open.delete(target)
    if (node.kind !== 'text') return node
    return { ...node, comment: commentOf(alias) ?? node.comment }
  }

  #refuseDecoration(node: unknown): void {
    if (this.#context.aliases === 'resolve' || !isNodeLike(node)) return
    if (node.anchor !== undefined) this.#context.problems.add('anchors are not allowed here', this.#place(node))
    if (node.tag?.startsWith('!') || node.tag?.startsWith('tag:')) {
      if (isWritten(node)) this.#context.problems.add('tags are not allowed here', this.#place(node))
    }
  }

  #map(node: YAMLMap): ConfigMap {
    const open = !this.#open.has(node)
    this.#open.add(node)
    const entries: ConfigEntry[] = []
    const merged: ConfigEntry[] = []
    for (const pair of node.items) {
      if (isPair(pair)) this.#entry(pair.key, pair.value, entries, merged)
    }
    if (open) this.#open.delete(node)
    const known = new Set(entries.map((entry) => entry.key))
    const inherited = merged.filter(({ key }) => !known.has(key) && known.add(key))
    return { kind: 'map', entries: [...entries, ...inherited], place: this.#place(node) }
  }

  #entry(key: unknown, value: unknown, entries: ConfigEntry[], merged: ConfigEntry[]): void {
    const place = this.#place(key)
    if (!isScalar(key) || typeof key.value !== 'string') {
      this.#context.problems.add('a key must be a text', place)
      return
    }
    this.#refuseDecoration(key)
    const node = value == null ? ({ kind: 'nothing', place } as const) : this.convert(value)
    if (key.value === '<<' && key.type === Scalar.PLAIN) this.#merge(node, place, merged)
    else entries.push({ key: key.value, place, value: node })
  }

  #merge(node: ConfigNode, place: Place, merged: ConfigEntry[]): void {
    if (this.#context.aliases === 'refuse') {
      this.#context.problems.add('merge keys are not allowed here', place)
      return
    }
    for (const source of node.kind === 'list' ? node.items : [node]) {
      if (source.kind === 'map') merged.push(...source.entries)
      else this.#context.problems.add('a merge key needs a mapping', place)
    }
  }

  #list(node: YAMLSeq): ConfigList {
    const open = !this.#open.has(node)
    this.#open.add(node)
    const items = node.items.map((item) => this.convert(item))
    if (open) this.#open.delete(node)
    return { kind: 'list', items, place: this.#place(node) }
  }

  #scalar(node: Scalar): ConfigText | ConfigNothing {
    const place = this.#place(node)
    const plain = node.type === Scalar.PLAIN
    const text = typeof node.value === 'string' ? node.value : ''
    if (plain && NULL_SPELLINGS.has(text)) return { kind: 'nothing', place }
    return { kind: 'text', text, plain, place, comment: commentOf(node), anchor: node.anchor }
  }
}

/** The core schema's spellings of null, which the failsafe schema takes for texts. */
const NULL_SPELLINGS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL'])

interface NodeLike {
  readonly range?: readonly number[] | null
  readonly anchor?: string
  readonly tag?: string
  readonly comment?: string | null
  readonly srcToken?: unknown
}

function isNodeLike(node: unknown): node is NodeLike {
  return typeof node === 'object' && node !== null
}

/** The library sets the default tags of its schema on nodes that were written without one. */
const DEFAULT_TAGS: ReadonlySet<string> = new Set([
  'tag:yaml.org,2002:map',
  'tag:yaml.org,2002:seq',
  'tag:yaml.org,2002:str',
])

function isWritten(node: NodeLike): boolean {
  return node.tag !== undefined && !DEFAULT_TAGS.has(node.tag)
}

function commentOf(node: NodeLike): string | undefined {
  const line = node.comment?.split('\n', 1)[0]?.trim()
  return line === '' ? undefined : line
}
