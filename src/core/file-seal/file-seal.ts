/**
 * The seal: a keyed checksum over all of a secret file that the MAC does not cover. It stands in a metadata field
 * that sops ignores when it reads and drops when it writes. Here "seal" means this checksum; `seal-text.ts` and
 * `sealer.ts` mean the encryption of a text.
 */
import { timingSafeEqual } from 'node:crypto'
import { SecretsError } from '../errors.ts'
import type { ParsedText } from '../format.ts'
import { KeyedHash } from '../keyed-hash.ts'
import { applyEdits, type Span } from '../tree.ts'
import { canonicalForm } from './canonical-form.ts'
import type { CoveredDocument } from './covered-tree.ts'

/** How a seal begins: the version of the canonical form. */
const VERSION = 'v1:'

/** Characters of a seal behind its version: 32 bytes in base64url without padding (RFC 4648, section 5). */
const DIGEST_LENGTH = 43

const SEAL = /^v1:[\w-]{43}$/
const SEALS = /v1:[\w-]{43}/g

/** What the key of the seal is derived with. */
const KEY_INFO = 'secretsrc seal v1'

/** The salt of HKDF where there is none: as many zeros as a digest has bytes (RFC 5869, section 2.2). */
const NO_SALT = new KeyedHash(new Uint8Array(32))

/** Stands in a text until its seal is known. */
export const SEAL_TO_COME: string = VERSION + 'A'.repeat(DIGEST_LENGTH)

/**
 * `right`: all of the file is as it was sealed. `missing`: it has none, sops wrote it last. `wrong`: something was
 * changed since.
 */
export type SealState = 'right' | 'missing' | 'wrong'

/** Whether the seal of a text is that of its content. Takes the file's data key. */
export function sealState(parsed: ParsedText, dataKey: Uint8Array): SealState {
  const documents = parsed.covered()
  if (documents.every(({ seal }) => seal === undefined)) return 'missing'
  const places = sealPlaces(parsed.text, documents)
  const [first] = places ?? []
  if (places === undefined || first === undefined) return 'wrong'
  const stored = Buffer.from(parsed.text.slice(first.start, first.end), 'latin1')
  const computed = Buffer.from(sealOf(parsed.text, { documents, places, dataKey }), 'latin1')
  return stored.length === computed.length && timingSafeEqual(stored, computed) ? 'right' : 'wrong'
}

/** A text with the right seal in the place of `SEAL_TO_COME`, in every document: all that stands elsewhere stays where it is. */
export function withSeal(parsed: ParsedText, dataKey: Uint8Array): string {
  const { text } = parsed
  const documents = parsed.covered()
  const places = sealPlaces(text, documents)
  if (places === undefined) throw new SecretsError('INTERNAL', 'the seal of a file has no place in it')
  const seal = sealOf(text, { documents, places, dataKey })
  return applyEdits(
    text,
    places.map((place) => ({ ...place, text: seal })),
  )
}

/** The error for a file whose seal is wrong. */
export function sealMismatch(): SecretsError {
  return new SecretsError('SEAL_MISMATCH', 'the seal does not match: something but the values was changed by hand', {
    hint: 'restore the file from git, or see what changed and seal it anew with `secrets seal FILE`',
  })
}

/**
 * Where the seals stand, without their quotes; undefined unless every document has exactly the same one. One in another
 * spelling (an escape, a fold) counts as none: a seal has one.
 */
function sealPlaces(text: string, documents: readonly CoveredDocument[]): readonly Span[] | undefined {
  const places = documents.map((document) => sealPlace(text, document))
  const found = places.flatMap((place) => place ?? [])
  const [first] = found
  if (first === undefined || found.length < places.length) return undefined
  const seal = text.slice(first.start, first.end)
  return found.every(({ start, end }) => text.slice(start, end) === seal) ? found : undefined
}

function sealPlace(text: string, { seal }: CoveredDocument): Span | undefined {
  if (seal?.kind !== 'scalar' || seal.scalar.type !== 'str' || typeof seal.scalar.canonical !== 'string')
    return undefined
  if (!SEAL.test(seal.scalar.canonical)) return undefined
  const written = text.slice(seal.span.start, seal.span.end)
  const [match, other] = [...written.matchAll(SEALS)]
  if (match?.[0] !== seal.scalar.canonical || other !== undefined) return undefined
  const start = seal.span.start + match.index
  return { start, end: start + match[0].length }
}

interface SealedParts {
  readonly documents: readonly CoveredDocument[]
  readonly places: readonly Span[]
  readonly dataKey: Uint8Array
}

function sealOf(text: string, { documents, places, dataKey }: SealedParts): string {
  const { structure, characters } = canonicalForm(text, documents, places)
  return VERSION + new KeyedHash(sealKey(dataKey)).digest(structure, characters).toString('base64url')
}

/** HKDF-SHA-256 (RFC 5869) with a result of one block, for which Node's own costs several times as much. */
function sealKey(dataKey: Uint8Array): Buffer {
  const extracted = NO_SALT.digest('', dataKey)
  return new KeyedHash(extracted).digest(KEY_INFO, Uint8Array.of(1))
}
