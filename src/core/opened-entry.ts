import type { Scalar } from './scalar.ts'
import type { Path } from './tree.ts'
import { pathOf, type Trail } from './walk.ts'

/** One value of an opened file. */
export interface Entry {
  readonly path: Path
  /** Index of the document; only YAML has more than one. */
  readonly document: number
  readonly scalar: Scalar
  /** Whether the selection says that it is encrypted. */
  readonly encrypted: boolean
  /** Whether it stood in clear where the selection wants it encrypted (only with `acceptPlain`). */
  readonly unprotected: boolean
}

/** Paths are worked out when somebody asks: a decrypted million of values never needs them. */
export class OpenedEntry implements Entry {
  readonly document: number
  readonly scalar: Scalar
  readonly encrypted: boolean
  readonly unprotected: boolean
  readonly #trail: Trail

  constructor(...[trail, document, scalar, encrypted, unprotected]: [Trail, number, Scalar, boolean, boolean]) {
    this.#trail = trail
    this.document = document
    this.scalar = scalar
    this.encrypted = encrypted
    this.unprotected = unprotected
  }

  get path(): Path {
    return pathOf(this.#trail)
  }
}
