/**
 * Aliases to encrypted values. The path is part of the encryption, so a copy needs a ciphertext of its own
 * and the alias has to be written out; the first token of the copy notes what stood there.
 */
import { stringScalar } from './scalar.ts'
import type { AliasNode, Edit, PlainValue, TreeNode } from './tree.ts'
import type { VisitedValue } from './walk.ts'

/** A value that was visited through an alias; `token` is '' where it stays in clear. */
export interface AliasedCopy {
  readonly visited: VisitedValue
  readonly token: string
}

/**
 * Edits that write out every alias that has an encrypted value below it. `note` adds to a token what text stood
 * `levels` containers above it.
 */
export function expandAliases(
  copies: readonly AliasedCopy[],
  note: (token: string, visited: VisitedValue, levels: number) => string,
): Edit[] {
  const byAlias = new Map<AliasNode, AliasedCopy[]>()
  for (const copy of copies) {
    const { alias } = copy.visited
    if (alias === undefined) continue
    const group = byAlias.get(alias)
    if (group === undefined) byAlias.set(alias, [copy])
    else group.push(copy)
  }
  const encrypted = [...byAlias].filter(([, group]) => group.some(({ token }) => token !== ''))
  return encrypted.map(([alias, group]) => alias.expand(new Expansion(group, note).valueOf(alias.target)))
}

class Expansion {
  readonly #copies: AliasedCopy[]
  readonly #note: (token: string, visited: VisitedValue, levels: number) => string
  #noted = false
  #depth = -1

  constructor(copies: readonly AliasedCopy[], note: (token: string, visited: VisitedValue, levels: number) => string) {
    this.#copies = [...copies]
    this.#note = note
  }

  /** The target as a plain value, its leaves taken from the copies in the order of the walk. */
  valueOf(node: TreeNode): PlainValue {
    if (node.kind === 'alias') return this.valueOf(node.target)
    this.#depth += 1
    const value = this.#written(node)
    this.#depth -= 1
    return value
  }

  #written(node: Exclude<TreeNode, AliasNode>): PlainValue {
    if (node.kind === 'scalar') return this.#leaf()
    if (node.kind === 'list') {
      const elements = node.elements.flatMap((element) => (element.kind === 'comment' ? [] : [this.valueOf(element)]))
      return { kind: 'list', elements }
    }
    const entries = node.items.flatMap((item): [string, PlainValue][] =>
      item.kind === 'comment' ? [] : [[item.key, this.valueOf(item.value)]],
    )
    return { kind: 'map', entries }
  }

  #leaf(): PlainValue {
    const copy = this.#copies.shift()
    if (copy === undefined) throw new Error('an alias has more values than the walk saw')
    if (copy.token === '') return copy.visited.node.scalar
    if (this.#noted) return stringScalar(copy.token)
    this.#noted = true
    return stringScalar(this.#note(copy.token, copy.visited, this.#depth))
  }
}
