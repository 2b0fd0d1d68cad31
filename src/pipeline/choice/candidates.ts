import type { Place } from '../../core/errors.ts'
import { SecretsError } from '../../core/errors.ts'
import type { Entry } from '../../core/open-text.ts'
import { formatPath, parsePath } from '../../core/path-syntax.ts'
import { Scalar } from '../../core/scalar.ts'
import { closest } from '../../core/similar-names.ts'
import type { Path } from '../../core/tree.ts'
import { withoutQuotes } from './value-text.ts'

/** A decrypted file as far as handing on its entries needs it. */
export interface ChoiceSource {
  /** Name of the file, for messages. */
  readonly file: string
  /** Whether quotes around a text are notation, as they are to all that reads dotenv files but to sops. */
  readonly quoted?: boolean
  readonly entries: readonly Pick<Entry, 'path' | 'document' | 'scalar'>[]
  /** The content of a binary file, which is its one entry. */
  readonly bytes?: Uint8Array
}

/** An entry that may be handed on. */
export interface Candidate {
  readonly file: string
  /** Of a binary file: its name without its folder. */
  readonly path: Path
  readonly document: number
  readonly value: Scalar
  readonly bytes: Uint8Array | undefined
}

/** What names entries: an option, or a line of a declaration, which has a place. */
export interface EntryNaming {
  readonly text: string
  readonly place?: Place
  /** The option that it stands behind, for a suggestion. */
  readonly option?: string
}

/** All entries of files, in their order; empty maps and lists are none. */
export function candidatesOf(sources: readonly ChoiceSource[]): readonly Candidate[] {
  return sources.flatMap(({ file, quoted, entries, bytes }): readonly Candidate[] => {
    if (bytes !== undefined) {
      return [{ file, path: [baseName(file)], document: 0, value: new Scalar('str', bytes), bytes }]
    }
    return entries.map(({ path, document, scalar }) => {
      const value = quoted === true ? withoutQuotes(scalar) : scalar
      return { file, path, document, value, bytes: undefined }
    })
  })
}

/**
 * The candidates that a text names: a binary file by its name, else an entry or all below it by their path, else one by the name of its
 * variable. Throws `BAD_PATH` for what is nowhere.
 */
export function named(
  naming: EntryNaming,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string | undefined,
): ReadonlySet<Candidate> {
  const found = exactly(naming, candidates, nameOf)
  if (found.length > 0) return new Set(found)
  const path = parsed(naming)
  const below = candidates.filter((candidate) => startsWith(candidate.path, path))
  if (below.length > 0) return new Set(below)
  throw missing(naming, candidates)
}

/** The one entry that a text names, as `named` finds it; several where files have the same path. Throws `BAD_PATH` also for a map or a list. */
export function namedSingle(
  naming: EntryNaming,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string | undefined,
): readonly Candidate[] {
  const found = exactly(naming, candidates, nameOf)
  if (found.length > 0) return found
  const path = parsed(naming)
  const below = candidates.filter((candidate) => startsWith(candidate.path, path))
  if (below.length === 0) throw missing(naming, candidates)
  throw new SecretsError('BAD_PATH', 'this is no single value', {
    place: { ...naming.place, path: formatPath(path) },
    hint: `name one of ${[...new Set(below.slice(0, 5).map((candidate) => formatPath(candidate.path)))].join(', ')}`,
  })
}

function exactly(
  naming: EntryNaming,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string | undefined,
): readonly Candidate[] {
  const { text } = naming
  const files = candidates.filter(
    ({ bytes, file }) => bytes !== undefined && (file === text || baseName(file) === text),
  )
  if (files.length > 0) return files
  const path = parsed(naming)
  const entries = candidates.filter(({ path: own }) => own.length === path.length && startsWith(own, path))
  if (entries.length > 0 || candidates.some(({ path: own }) => startsWith(own, path))) return entries
  return candidates.filter((candidate) => nameOf(candidate) === text)
}

function parsed({ text, place }: EntryNaming): Path {
  try {
    return parsePath(text)
  } catch (error) {
    throw error instanceof SecretsError && place !== undefined ? error.at(place) : error
  }
}

function missing({ text, place, option }: EntryNaming, candidates: readonly Candidate[]): SecretsError {
  const paths = candidates.flatMap(({ path }) => path.map((_, index) => formatPath(path.slice(0, index + 1))))
  const near = closest(text, new Set(paths))
  return new SecretsError('BAD_PATH', 'there is no such entry in these files', {
    place: { ...place, path: text },
    ...(near === undefined ? {} : { hint: `did you mean ${option === undefined ? '' : `${option} `}${near}?` }),
  })
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => path[index] === step)
}

/** The name of a file without its folder, on every platform. */
export function baseName(file: string): string {
  return file.replace(/^.*[/\\]/s, '')
}
