/**
 * What the seal of a file covers: the tree of a text with its metadata in their place. Narrower than `tree.ts`,
 * because nobody edits it, and wider, because the metadata and how a node is marked belong to it.
 */
import type { Scalar } from '../scalar.ts'
import type { Span } from '../tree.ts'

/** Anything that may carry tags and anchors. */
interface Marked {
  /** Anchor and tag (resolved), or whatever else stands before the node or key and belongs to it; undefined for nothing. */
  readonly mark?: string | undefined
}

/** A leaf. */
export interface CoveredScalar extends Marked {
  readonly kind: 'scalar'
  readonly scalar: Scalar
  /** Where its text stands, with its quotes. */
  readonly span: Span
}

/** A comment. */
export interface CoveredComment {
  readonly kind: 'comment'
  /** Without its sign. */
  readonly text: string
}

/** A key and its value. */
export interface CoveredItem extends Marked {
  readonly kind: 'item'
  readonly key: string
  readonly value: CoveredNode
}

/** A map; comments stand where the walk has them. */
export interface CoveredMap extends Marked {
  readonly kind: 'map'
  readonly items: readonly (CoveredItem | CoveredComment)[]
}

/** A list. */
export interface CoveredList extends Marked {
  readonly kind: 'list'
  readonly elements: readonly (CoveredNode | CoveredComment)[]
}

/** A reference to a marked node of the same text. */
export interface CoveredAlias {
  readonly kind: 'alias'
}

export type CoveredNode = CoveredScalar | CoveredMap | CoveredList | CoveredAlias

/** One document of a text. */
export interface CoveredDocument {
  readonly root: CoveredMap
  /** The value of the seal's field in the metadata of this document; undefined where there is none. */
  readonly seal: CoveredNode | undefined
}

/** The metadata field that holds the seal. */
export const SEAL_FIELD = 'seal'

/** The value of the item `key` of a map, the first of several; undefined where there is none. */
export function coveredValue(map: CoveredNode | undefined, key: string): CoveredNode | undefined {
  if (map?.kind !== 'map') return undefined
  for (const item of map.items) if (item.kind === 'item' && item.key === key) return item.value
  return undefined
}
