import { SecretsError } from '../../core/errors.ts'
import { formatPath, parsePath } from '../../core/path-syntax.ts'
import { type Candidate, type ChoiceSource, candidatesOf, type EntryNaming, named, namedSingle } from './candidates.ts'
import type { ChosenEntries, ChosenEntry, EntryChoice, MappedName, Naming, ReaderAbilities } from './choice.ts'
import { refuseClashes } from './name-clashes.ts'
import { freeName, nameOrNothing, refuseNul, variableNameOf } from './variable-rules.ts'

/**
 * The entries of files that a choice hands on. Binary files are entries with `bytes`. Throws `BAD_PATH` for a path that is nowhere,
 * `BAD_NAME` for what is no name of a variable, a dangerous one, or a file that the reader cannot be given, `NAME_CLASH` with
 * both places, `FORMAT_INVALID` for a value that no variable can hold; what a declaration has wrong, with its place there.
 */
export function chooseEntries(
  sources: readonly ChoiceSource[],
  choice: EntryChoice,
  reader: ReaderAbilities,
): ChosenEntries {
  const candidates = candidatesOf(sources)
  const wanted = wantedEntries(candidates, choice)
  const unheld = wanted.filter(({ candidate, asFile }) => candidate.bytes !== undefined && !asFile && !reader.bytes)
  const kept = wanted.filter((each) => !unheld.includes(each))
  refuseUnheld(unheld, kept.length === 0 || (choice.only ?? []).length > 0)
  const entries = kept.map((each) => entryOf(each, choice, reader))
  refuseClashes(entries, { naming: reader.naming, caseSensitive: choice.caseSensitive !== false })
  const handedOn = new Set(kept.map(({ candidate }) => candidate))
  const left = candidates.filter((candidate) => !handedOn.has(candidate)).map(({ path }) => formatPath(path))
  return { entries, left, leftBinary: unheld.map(({ candidate }) => candidate.file) }
}

/** A candidate that is to be handed on, and under which name, where not under its own. */
interface Wanted {
  readonly candidate: Candidate
  readonly mapped: MappedName | undefined
  readonly asFile: boolean
}

function wantedEntries(candidates: readonly Candidate[], choice: EntryChoice): readonly Wanted[] {
  const { only = [], except = [], declared, files = [] } = choice
  const nameOf = (candidate: Candidate): string | undefined => nameOrNothing(candidate, choice)
  const all = (namings: readonly EntryNaming[]): readonly Candidate[] =>
    namings.flatMap((naming) => [...named(naming, candidates, nameOf)])
  const given = (texts: readonly string[], option: string): ReadonlySet<Candidate> =>
    new Set(all(texts.map((text) => ({ text, option }))))
  const narrowed = only.length === 0 ? new Set(candidates) : given(only, '--only')
  const unwanted = given(except, '--except')
  const asFile = files === 'all' ? new Set(candidates) : given(files, '--file')
  const isWanted = (candidate: Candidate): boolean => narrowed.has(candidate) && !unwanted.has(candidate)
  const passed = declared === undefined ? candidates : new Set(all(declared.pass))
  const mapped = (declared?.map ?? []).flatMap((mapping) =>
    namedSingle(mapping, candidates, nameOf).map((candidate) => ({
      candidate,
      mapped: mapping,
      asFile: mapping.asFile || asFile.has(candidate),
    })),
  )
  const own = [...passed].map((candidate) => ({ candidate, mapped: undefined, asFile: asFile.has(candidate) }))
  return [...own, ...mapped].filter(({ candidate }) => isWanted(candidate))
}

/** Where nothing asked for them by name, a note is enough, as long as other entries are handed on. */
function refuseUnheld(unheld: readonly Wanted[], areMeant: boolean): void {
  const refused = unheld.find(({ mapped }) => areMeant || mapped !== undefined)
  if (refused === undefined) return
  const { candidate, mapped } = refused
  throw new SecretsError('BAD_NAME', 'a binary file cannot be a variable', {
    place: mapped === undefined ? { file: candidate.file } : { ...mapped.place, path: mapped.name },
    hint: 'write it to a file: secrets decrypt --output',
  })
}

function entryOf({ candidate, mapped, asFile }: Wanted, choice: EntryChoice, reader: ReaderAbilities): ChosenEntry {
  if (asFile && reader.files !== true) throw fileRefusal(mapped)
  const { file, path, document, value, bytes } = candidate
  const name = nameFor({ candidate, mapped, asFile }, choice, reader.naming)
  const entry = { name, path, file, value, document, asFile, ...(bytes === undefined ? {} : { bytes }) }
  if (reader.naming === 'variables' && !asFile && bytes === undefined) refuseNul(entry)
  return reader.naming === 'tree' && mapped !== undefined ? { ...entry, path: mappedPath(mapped) } : entry
}

function nameFor({ candidate, mapped }: Wanted, choice: EntryChoice, naming: Naming): string {
  if (naming === 'variables') return variableNameOf(candidate, choice, mapped)
  if (mapped !== undefined) return mapped.name
  return naming === 'tree' ? formatPath(candidate.path) : freeName(candidate, choice)
}

function mappedPath({ name, place }: MappedName): ChosenEntry['path'] {
  try {
    return parsePath(name)
  } catch (error) {
    throw error instanceof SecretsError ? error.at(place) : error
  }
}

function fileRefusal(mapped: MappedName | undefined): SecretsError {
  return new SecretsError('BAD_NAME', 'this entry is declared as a private file, which only "secrets run" gives', {
    place: { ...mapped?.place, ...(mapped === undefined ? {} : { path: mapped.name }) },
    hint: 'declare it without file: where it is handed on as a text',
  })
}
