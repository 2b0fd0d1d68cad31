import type { Scalar } from '../../core/scalar.ts'
import type { Place, Properties, YamlSource } from './yaml-source.ts'

/** How a scalar is written. */
export type Notation = 'plain' | 'single' | 'double' | 'literal' | 'folded'

/** What only a literal or folded block has. */
export interface BlockDetails {
  readonly header: string
  /** Where the header begins: before the node, where a comment in it is an entry of its own. */
  readonly headerStart: number
  readonly explicit: boolean
  readonly indent: number
  readonly blankAfter: number
  /** Whether the text ends behind it without a line break. */
  readonly unterminated: boolean
}

/** What is rarely there. */
export interface ScalarDetails {
  /** Text that has to come before a value: nothing stands here yet. */
  readonly lead?: string
  /** An anchor between a standard tag and its value: inside the span, and kept. */
  readonly kept?: string
  /** A tag outside of the span makes every content a string. */
  readonly isText?: boolean
  readonly block?: BlockDetails
  readonly properties?: Properties
}

/** A key that was read. */
export interface ItemKey {
  readonly key: string
  readonly start: number
  readonly keyStart: number
  readonly keyEnd: number
  /** A plain `<<`, whose value has to be a map or a list of maps. */
  readonly isMerge: boolean
}

/** How a collection is written. */
export interface CollectionShape {
  /** `pair`: a single `key: value` inside of a flow list, without braces. `none`: a document without content. */
  readonly style: 'block' | 'flow' | 'pair' | 'none'
  /** Columns of the keys or dashes; for a flow collection of the block around it. */
  readonly indent: number
  /** Behind the `:` or `-` that only blanks and line breaks separate from this collection; -1 where others do. */
  readonly gap: number
  readonly properties: Properties | undefined
}

/** What every node tells of its place. */
export interface NodeShape {
  readonly source: YamlSource
  readonly place: Place
  readonly start: number
  readonly end: number
}

/** A leaf, as the functions that edit see it. */
export interface LeafShape extends NodeShape {
  readonly kind: 'scalar'
  readonly scalar: Scalar
  readonly notation: Notation
  readonly details: ScalarDetails | undefined
}

/** A comment, as the functions that edit see it. */
export interface CommentShape {
  readonly kind: 'comment'
  readonly start: number
  readonly end: number
}

/** An item, as the functions that edit see it. */
export interface ItemShape {
  readonly kind: 'item'
  readonly key: string
  readonly start: number
  readonly value: AnyShape
}

/** A map, as the functions that edit see it. */
export interface MapShape extends NodeShape {
  readonly kind: 'map'
  readonly shape: CollectionShape
  readonly all: readonly (ItemShape | CommentShape)[]
  readonly items: readonly (ItemShape | CommentShape)[]
}

/** A list, as the functions that edit see it. */
export interface ListShape extends NodeShape {
  readonly kind: 'list'
  readonly shape: CollectionShape
  readonly elements: readonly (AnyShape | CommentShape)[]
  readonly starts: readonly number[]
}

/** An alias, as the functions that edit see it. */
export interface AliasShape extends NodeShape {
  readonly kind: 'alias'
  readonly target: LeafShape | MapShape | ListShape
}

export type AnyShape = LeafShape | MapShape | ListShape | AliasShape
