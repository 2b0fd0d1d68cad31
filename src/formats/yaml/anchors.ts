import { SecretsError } from '../../core/errors.ts'
import { MAX_ALIAS_NODES } from '../../core/limits.ts'
import type { YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-nodes.ts'
import type { YamlReader } from './yaml-reader.ts'

type Target = YamlScalar | YamlMap | YamlList

/** The anchors of one text; they reach into later documents, as they do for yaml.v3. */
export class Anchors {
  readonly #targets = new Map<string, Target | 'open'>()
  readonly #sizes = new Map<Target, number>()
  #copies = 0

  /** Notes that the node of an anchor begins: an alias inside of it would be a cycle. */
  open(name: string | undefined): void {
    if (name !== undefined) this.#targets.set(name, 'open')
  }

  close(name: string | undefined, target: Target): void {
    if (name !== undefined) this.#targets.set(name, target)
  }

  /** What the alias at `offset` stands for. Throws for an unknown anchor, a cycle and too many copies. */
  resolve(name: string, reader: YamlReader, offset: number): Target {
    const target = this.#targets.get(name)
    if (target === undefined) throw reader.fail('an alias to an anchor that is not there', offset)
    if (target === 'open') throw reader.fail('an alias inside of the value that it stands for', offset)
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
