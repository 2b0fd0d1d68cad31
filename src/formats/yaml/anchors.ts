import { SecretsError } from '../../core/errors.ts'
import { MAX_ALIAS_NODES } from '../../core/limits.ts'
import type { YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-nodes.ts'
import type { YamlReader } from './yaml-reader.ts'

type Target = YamlScalar | YamlMap | YamlList

/** What an anchor stands for, once it has been read. */
export interface Slot {
  target: Target | undefined
}

/** The anchors of one text; they reach into later documents, as they do for yaml.v3. */
export class Anchors {
  readonly #slots = new Map<string, Slot>()
  readonly #sizes = new Map<Target, number>()
  #copies = 0

  /**
   * Notes that the node of an anchor begins: from here on it is what an alias of that name means, and inside of it
   * an alias would be a cycle.
   */
  open(name: string | undefined): Slot {
    const slot: Slot = { target: undefined }
    if (name !== undefined) this.#slots.set(name, slot)
    return slot
  }

  /** What the alias at `offset` stands for. Throws for an unknown anchor, a cycle and too many copies. */
  resolve(name: string, reader: YamlReader, offset: number): Target {
    const slot = this.#slots.get(name)
    if (slot === undefined) throw reader.fail('an alias to an anchor that is not there', offset)
    const { target } = slot
    if (target === undefined) throw reader.fail('an alias inside of the value that it stands for', offset)
    this.#copies += this.#size(target)
    if (this.#copies > MAX_ALIAS_NODES) {
      const { place } = reader.fail('', offset)
      throw new SecretsError('LIMIT_EXCEEDED', `aliases stand for more than ${MAX_ALIAS_NODES} values`, { place })
    }
    return target
  }

  #size(target: Target): number {
    const known = this.#sizes.get(target)
    if (known !== undefined) return known
    const size = 1 + childrenOf(target).reduce((total, child) => total + this.#sizeOf(child), 0)
    this.#sizes.set(target, size)
    return size
  }

  #sizeOf(node: YamlNode): number {
    if (node.kind === 'alias') return this.#size(node.target)
    return node.kind === 'scalar' ? 1 : this.#size(node)
  }
}

function childrenOf(node: Target): YamlNode[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.elements.filter((element) => element.kind !== 'comment')
  return node.all.flatMap((item) => (item.kind === 'item' ? [item.value] : []))
}
