import type { Place } from '../core/errors.ts'
import type { ConfigMap, ConfigNode } from './config-node.ts'
import type { Recipient } from './model.ts'
import { nameProblem } from './names.ts'

/**
 * Names for the keys of a `.sops.yaml`, which has none: the anchor of a key (`- &alice age1…`, the custom of large
 * repositories), else the comment behind it (`age1… # alice`), else `recipient-1` and so on. One key has one name.
 */
export class RecipientNames {
  readonly #byReference = new Map<string, Recipient>()
  readonly #hints = new Map<string, string>()
  readonly #used = new Set<string>()

  /** Remembers what anchors and comments anywhere in the configuration call a key. */
  collectComments(map: ConfigMap): void {
    for (const entry of map.entries) this.#collect(entry.value)
  }

  #collect(node: ConfigNode): void {
    if (node.kind === 'map') this.collectComments(node)
    if (node.kind === 'list') for (const item of node.items) this.#collect(item)
    if (node.kind !== 'text') return
    const name = [node.anchor, node.comment].map(asName).find((candidate) => candidate !== undefined)
    const reference = node.text.trim()
    if (name !== undefined && !this.#hints.has(reference)) this.#hints.set(reference, name)
  }

  /** The name of a reference: the one it has, or a new one. */
  nameOf(reference: string, place: Place): string {
    const known = this.#byReference.get(reference)
    if (known !== undefined) return known.name
    const wanted = this.#hints.get(reference)
    const name = wanted === undefined ? this.#numbered('recipient', 1) : this.#free(wanted)
    this.#used.add(name)
    this.#byReference.set(reference, { name, reference, place })
    return name
  }

  /** All recipients, in the order in which they were first named. */
  all(): readonly Recipient[] {
    return [...this.#byReference.values()]
  }

  #free(wanted: string): string {
    return this.#used.has(wanted) ? this.#numbered(wanted, 2) : wanted
  }

  #numbered(stem: string, first: number): string {
    let number = first
    while (this.#used.has(`${stem}-${number}`)) number += 1
    return `${stem}-${number}`
  }
}

/** The first words of a comment, as far as they can be a name: `alice (laptop)` is `alice`. */
function asName(text: string | undefined): string | undefined {
  const name = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*(?: [\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*){0,3}/u.exec(
    text ?? '',
  )?.[0]
  return name === undefined || nameProblem(name) !== undefined ? undefined : name
}
