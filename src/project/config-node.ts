import type { Place } from '../core/errors.ts'

/**
 * A configuration's YAML as the readers want it: four kinds of node, every scalar as text, every node with
 * its place. What differs between the two configurations (aliases, merge keys) is settled before.
 */
export type ConfigNode = ConfigText | ConfigMap | ConfigList | ConfigNothing

/** A scalar. */
export interface ConfigText {
  readonly kind: 'text'
  /** As written, without quotes: `0012` stays `0012`. */
  readonly text: string
  /** Without quotes or block style, so that `true` and `2` may mean a truth and a number. */
  readonly plain: boolean
  readonly place: Place
  /** The comment behind the value, without `#`, trimmed. */
  readonly comment: string | undefined
  /** The anchor of the value, or of what an alias stands for. */
  readonly anchor: string | undefined
}

/** A mapping, in file order. */
export interface ConfigMap {
  readonly kind: 'map'
  readonly entries: readonly ConfigEntry[]
  readonly place: Place
}

/** One key of a mapping and its value. */
export interface ConfigEntry {
  readonly key: string
  /** Of the key. */
  readonly place: Place
  readonly value: ConfigNode
}

/** A sequence. */
export interface ConfigList {
  readonly kind: 'list'
  readonly items: readonly ConfigNode[]
  readonly place: Place
}

/** A key without a value, `~` or `null`. */
export interface ConfigNothing {
  readonly kind: 'nothing'
  readonly place: Place
}

/** What a node is, for messages. */
export function describeNode(node: ConfigNode): string {
  const words = { text: 'a text', map: 'a mapping', list: 'a list', nothing: 'nothing' }
  return words[node.kind]
}

/** The value of `key`; undefined where the map has no such key. */
export function valueOf(map: ConfigMap, key: string): ConfigNode | undefined {
  return map.entries.find((entry) => entry.key === key)?.value
}
