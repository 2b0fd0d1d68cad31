/**
 * The one walk over a parsed text, in sops's order (`walkBranch`, `walkSlice`): depth first, documents in
 * file order. Paths, associated data and the selection are worked out on the way down. An alias stands
 * for an independent copy of its target at the alias's own path.
 */
import { SecretsError } from './errors.ts'
import { MAX_ALIAS_NODES, MAX_DEPTH } from './limits.ts'
import type { Selector } from './selection.ts'
import type { AliasNode, CommentNode, ListNode, MapNode, Path, ScalarNode, TreeNode } from './tree.ts'

/** A place on the way from the root: a chain, so that a million leaves share their ancestors. */
export interface Trail {
  readonly parent: Trail | undefined
  readonly segment: string | number
  /** What stands at this place. */
  readonly node: TreeNode
}

/** What every leaf of the walk tells of its place. */
interface Visited {
  /** Associated data: keys from the root joined and ended with `:`; of a comment, those of its container. */
  readonly aad: string
  /** Whether the selection says that it is encrypted. */
  readonly selected: boolean
  readonly document: number
  /** The outermost alias that this leaf is a copy through. */
  readonly alias: AliasNode | undefined
}

/** A value, once for every place that it is read at. */
export interface VisitedValue extends Visited {
  readonly node: ScalarNode
  readonly trail: Trail
  /** The list that the value is an element of. */
  readonly list: ListNode | undefined
}

/** A comment; copies through aliases are not visited. */
export interface VisitedComment extends Visited {
  readonly node: CommentNode
  /** The container; undefined at the root. */
  readonly trail: Trail | undefined
}

/** What the walk calls. */
export interface Visitor {
  value(visited: VisitedValue): void
  comment?(visited: VisitedComment): void
}

/** Walks documents. Throws `LIMIT_EXCEEDED` for nesting or aliases beyond the limits. */
export function walk(documents: readonly MapNode[], selector: Selector, visitor: Visitor): void {
  const walker = new Walker(selector, visitor)
  documents.forEach((document, index) => {
    walker.document(document, index)
  })
}

/** Keys and indices of a trail. */
export function pathOf(trail: Trail | undefined): Path {
  const path: (string | number)[] = []
  for (let place = trail; place !== undefined; place = place.parent) path.push(place.segment)
  return path.reverse()
}

/** Where the walk stands. */
interface Here {
  readonly aad: string
  /** Whether a key of the path matched the selector. */
  readonly matched: boolean
  readonly trail: Trail | undefined
  readonly depth: number
  readonly alias: AliasNode | undefined
}

class Walker {
  readonly #selector: Selector
  readonly #visitor: Visitor
  /** Texts of the active comments: one list for each level (reference 4, "active comments"). */
  readonly #comments: string[][] = []
  #document = 0
  #aliasNodes = 0

  constructor(selector: Selector, visitor: Visitor) {
    this.#selector = selector
    this.#visitor = visitor
  }

  document(root: MapNode, index: number): void {
    this.#document = index
    this.#map(root, { aad: '', matched: false, trail: undefined, depth: 0, alias: undefined })
  }

  #map(map: MapNode, here: Here): void {
    const level = this.#enter(here)
    for (const item of map.items) {
      if (item.kind === 'comment') {
        this.#comment(item, here, level)
        continue
      }
      this.#node(item.value, this.#below(here, item.key, item.value), undefined)
      level.length = 0
    }
    this.#comments.pop()
  }

  #list(list: ListNode, here: Here): void {
    const level = this.#enter(here)
    let index = 0
    for (const element of list.elements) {
      if (element.kind === 'comment') {
        this.#comment(element, here, level)
        continue
      }
      const trail = { parent: here.trail, segment: index, node: element }
      this.#node(element, { ...here, trail, depth: here.depth + 1 }, list)
      level.length = 0
      index += 1
    }
    this.#comments.pop()
  }

  #enter(here: Here): string[] {
    if (here.depth > MAX_DEPTH) {
      throw new SecretsError('LIMIT_EXCEEDED', `maps and lists nested more than ${MAX_DEPTH} deep`)
    }
    const level: string[] = []
    this.#comments.push(level)
    return level
  }

  #below(here: Here, key: string, node: TreeNode): Here {
    const matched = here.matched || (this.#selector.looksAt === 'keys' && this.#selector.matches(key))
    const trail = { parent: here.trail, segment: key, node }
    return { aad: `${here.aad}${key}:`, matched, trail, depth: here.depth + 1, alias: here.alias }
  }

  #node(node: TreeNode, here: Here, list: ListNode | undefined): void {
    if (here.alias !== undefined) this.#countCopy()
    if (node.kind === 'map') this.#map(node, here)
    else if (node.kind === 'list') this.#list(node, here)
    else if (node.kind === 'alias') this.#node(node.target, { ...here, alias: here.alias ?? node }, list)
    else this.#value(node, here, list)
  }

  #countCopy(): void {
    this.#aliasNodes += 1
    if (this.#aliasNodes > MAX_ALIAS_NODES) {
      throw new SecretsError('LIMIT_EXCEEDED', `aliases stand for more than ${MAX_ALIAS_NODES} values`)
    }
  }

  #value(node: ScalarNode, here: Here, list: ListNode | undefined): void {
    if (here.trail === undefined) return
    const { aad, alias, trail } = here
    this.#visitor.value({ node, aad, alias, trail, list, selected: this.#selected(here), document: this.#document })
  }

  /** A comment joins its level before it is judged, and `encrypted_comment_regex` does not judge it by itself. */
  #comment(node: CommentNode, here: Here, level: string[]): void {
    level.push(node.text)
    const selected = this.#selected(here, level)
    if (here.alias !== undefined) return
    const { aad, alias, trail } = here
    this.#visitor.comment?.({ node, aad: aad === '' ? ':' : aad, alias, trail, selected, document: this.#document })
  }

  #selected(here: Here, commentLevel?: string[]): boolean {
    const { looksAt, matchMeansEncrypted } = this.#selector
    const matched = looksAt === 'comments' ? this.#commentMatches(commentLevel) : here.matched
    return matched === matchMeansEncrypted
  }

  #commentMatches(commentLevel: string[] | undefined): boolean {
    const skipsItself = commentLevel !== undefined && this.#selector.matchMeansEncrypted
    return this.#comments.some((level) => {
      const judged = skipsItself && level === commentLevel ? level.slice(0, -1) : level
      return judged.some((text) => this.#selector.matches(text))
    })
  }
}
