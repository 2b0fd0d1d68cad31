/** What somebody has seen in past versions of files, to find it in the files of now. */
import { canonicalText, type Scalar } from '../../core/scalar.ts'
import type { Path } from '../../core/tree.ts'
import type { SecretFile } from '../secret-file.ts'
import type { ReadableValue } from './readable-values.ts'

/** A commit. */
export interface Since {
  readonly commit: string
  /** RFC 3339. */
  readonly date: string
}

/** One name of one file with all values that it had. */
export interface SeenPlace {
  readonly file: SecretFile
  /** As `readableValues` names it. */
  readonly name: string
  readonly values: { readonly scalar: Scalar | undefined; readonly since: Since | undefined }[]
}

/** A version of a file in which values are seen. */
export interface SeenVersion {
  readonly file: SecretFile
  readonly since: Since | undefined
  /** Whether another file may have taken its place. */
  readonly isRenamed: boolean
}

/** A text that is so long is the same one wherever it stands. */
const TELLING_LENGTH = 8
/** A text under a key of the same name is, from so many characters on. */
const NAMED_LENGTH = 4

/** Values that were seen, the oldest first. */
export class SeenValues {
  readonly #places = new Map<string, SeenPlace>()
  readonly #first = new Map<string, Since | undefined>()
  readonly #holders = new Map<string, Set<SeenPlace>>()

  /** Notes a value of a version. */
  add(name: string, value: ReadableValue, { file, since, isRenamed }: SeenVersion): void {
    const key = `${file.target.path}\n${name}`
    const place = this.#places.get(key) ?? { file, name, values: [] }
    this.#places.set(key, place)
    place.values.push({ scalar: value.scalar, since })
    if (value.scalar !== undefined) {
      const content = contentOf(value.scalar)
      this.#holders.set(content, (this.#holders.get(content) ?? new Set()).add(place))
    }
    const { place: own, path: same, others } = signs(file, value)
    for (const sign of [own, ...(isRenamed ? [same] : []), ...others]) {
      if (sign !== undefined && !this.#first.has(sign)) this.#first.set(sign, since)
    }
  }

  /** All names that had a value, in the order in which they came up. */
  places(): readonly SeenPlace[] {
    return [...this.#places.values()]
  }

  /**
   * Whether a value of now was seen, and since when: at its own path, an element of a list at any index of it, also in a renamed file of the
   * same environment; a text of four characters or more under a key of the same name, a text of eight or more under any.
   */
  find(file: SecretFile, value: ReadableValue): { readonly since: Since | undefined } | undefined {
    const { place, path, others } = signs(file, value)
    const sign = [place, path, ...others].find((one) => one !== undefined && this.#first.has(one))
    return sign === undefined ? undefined : { since: this.#first.get(sign) }
  }

  /** Where a value of now was seen, if it was never seen where it is. */
  formerPlaces(file: SecretFile, name: string, { scalar }: ReadableValue): readonly SeenPlace[] {
    const holders = (scalar && this.#holders.get(contentOf(scalar))) ?? new Set()
    const own = this.#places.get(`${file.target.path}\n${name}`)
    if (own !== undefined && holders.has(own)) return []
    const sameName = [...holders].filter((place) => place.name === name)
    return sameName.length > 0 ? sameName : [...holders]
  }
}

/** Texts under which a value is found again. */
interface Signs {
  readonly place: string | undefined
  /** The same path in another file of the environment. */
  readonly path: string | undefined
  /** The most certain one first. */
  readonly others: readonly string[]
}

function signs({ target }: SecretFile, { path, scalar }: ReadableValue): Signs {
  if (scalar === undefined) return { place: undefined, path: undefined, others: [] }
  const content = contentOf(scalar)
  const length = scalar.type === 'str' ? scalar.canonical.length : 0
  const steps = path.map((step) => (typeof step === 'number' ? 0 : step))
  return {
    place: `place ${JSON.stringify([target.path, steps])} ${content}`,
    path: `path ${JSON.stringify([target.environment?.name ?? '', steps])} ${content}`,
    others: [
      ...(length >= NAMED_LENGTH ? [`name ${JSON.stringify(nameIn(path))} ${content}`] : []),
      ...(length >= TELLING_LENGTH ? [`text ${content}`] : []),
    ],
  }
}

function contentOf(scalar: Scalar): string {
  const { type, canonical } = scalar
  const text = typeof canonical === 'string' ? canonicalText(scalar) : Buffer.from(canonical).toString('latin1')
  return `${type} ${text}`
}

/** The innermost key: elements of a list are called as the list. */
function nameIn(path: Path): string | number | undefined {
  return path.findLast((step) => typeof step === 'string')
}
