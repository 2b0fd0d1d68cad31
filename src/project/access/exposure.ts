import type { Keyring } from '../../keys/keyring.ts'
import { FILES_AT_ONCE, inParallel } from '../in-parallel.ts'
import type { SecretFile } from '../secret-file.ts'
import { fileReaders } from './file-readers.ts'
import type { PastVersion } from './past-version.ts'
import { type ReadableValues, readableValues } from './readable-values.ts'
import { type SeenPlace, SeenValues, type Since } from './seen-values.ts'

/** A value that somebody could read who no longer can. */
export interface ExposedValue {
  /** As targets are shown: the file that has it now, else the one that had it. */
  readonly file: string
  readonly path: string
  /** `exposed`: it is still what they could read. `unknown`: no key here opens what would tell. */
  readonly state: 'exposed' | 'changed' | 'removed' | 'unknown'
  /** The first commit in which they could read it (the value of now, if it is exposed); undefined for what was never committed. */
  readonly since: Since | undefined
}

/** What one former recipient could read. */
export interface Exposure {
  /** Canonical; as `known` writes it. */
  readonly reference: string
  readonly values: readonly ExposedValue[]
}

/** What exposure is worked out from. */
export interface ExposureOptions {
  /** The oldest first. */
  readonly versions: readonly PastVersion[]
  /** The files of now. */
  readonly present: readonly SecretFile[]
  readonly keyring: Keyring
  /** Canonical references of the configuration: other notations of them are the same recipients. */
  readonly known?: readonly string[]
  /** The references that are asked for; undefined: everybody who could read a file once and cannot now. */
  readonly references: readonly string[] | undefined
  /** References that may know what they know: a key that its owner replaced by another one. */
  readonly except?: readonly string[]
  /** Files that a reference is to be taken to have lost, although it can still read them: it is about to. */
  readonly losing?: ReadonlySet<string>
}

/**
 * What recipients could read in files that they cannot read any more: every encrypted value of every version that was encrypted to
 * them, and whether it is still in use in a file that they cannot read. A value that moved is found as `SeenValues` says. Throws
 * `INTERRUPTED`; a version that no key here opens makes its values `unknown`.
 */
export async function exposures(options: ExposureOptions): Promise<readonly Exposure[]> {
  const { versions, keyring, references, losing = new Set() } = options
  const now = currentFiles(options)
  const files = [...now.map((file) => ({ file })), ...versions]
  const known = [...(options.known ?? []), ...(references ?? [])]
  const groups = files.map(({ file }) => file.sealed?.metadata.groups ?? [])
  const readers = await fileReaders(groups, known, keyring)
  const readersOf = new Map(files.map(({ file }, index) => [file, readers[index] ?? new Set()]))
  const opened = new Map<SecretFile, Promise<ReadableValues>>()
  const open = (file: SecretFile): Promise<ReadableValues> => {
    const values = opened.get(file) ?? readableValues(file, keyring)
    opened.set(file, values)
    return values
  }
  const allowed = new Set(options.except)
  const all = references ?? [...new Set(readers.flatMap((each) => [...each]))]
  const asked = all.filter((reference) => !allowed.has(reference))
  const found: Exposure[] = []
  for (const reference of asked) {
    const canRead = (file: SecretFile): boolean =>
      !losing.has(file.target.path) && readersOf.get(file)?.has(reference) === true
    const could = versions.filter(({ file }) => readersOf.get(file)?.has(reference) === true)
    const values = await exposedTo({ could, now, canRead, open })
    if (values.length > 0 || references !== undefined) found.push({ reference, values })
  }
  return found
}

/** Where a work tree holds a file in clear that git was not asked for, the last version that was committed is the file of now. */
function currentFiles({ present, versions }: ExposureOptions): readonly SecretFile[] {
  return present.flatMap((listed) => {
    if (listed.sealed !== undefined) return [listed]
    const committed = versions.findLast(({ file }) => file.target.path === listed.target.path)
    return committed === undefined ? [] : [committed.file]
  })
}

interface Situation {
  /** The versions that somebody could read. */
  readonly could: readonly PastVersion[]
  readonly now: readonly SecretFile[]
  readonly canRead: (file: SecretFile) => boolean
  readonly open: (file: SecretFile) => Promise<ReadableValues>
}

interface ClosedFile extends ReadableValues {
  readonly file: SecretFile
}

async function exposedTo(situation: Situation): Promise<readonly ExposedValue[]> {
  const { now, canRead, open } = situation
  const lost = situation.could.filter(({ file }) => lossOf(file, situation) !== 'none')
  if (lost.length === 0) return []
  const seen = new SeenValues()
  const read = await inParallel(lost, FILES_AT_ONCE, async (version) => ({ version, read: await open(version.file) }))
  for (const { version, read: inVersion } of read) {
    const { file, commit, date } = version
    const since = commit === undefined || date === undefined ? undefined : { commit, date }
    const isRenamed = !now.some((current) => current.target.path === file.target.path)
    const seenIn = { file, since, isRenamed: isRenamed && lossOf(file, situation) === 'whole' }
    for (const [name, value] of inVersion.values) seen.add(name, value, seenIn)
  }
  const shut = now.filter((file) => !canRead(file))
  const closed = await inParallel(
    shut,
    FILES_AT_ONCE,
    async (file): Promise<ClosedFile> => ({ file, ...(await open(file)) }),
  )
  const inUse = closed.flatMap((current) => stillInUse(current, seen))
  const moved = new Set(inUse.flatMap(({ from }) => from))
  const told = new Set(inUse.map(({ value }) => `${value.file}\n${value.path}`))
  const rest = seen.places().filter((place) => {
    const isTold = told.has(`${place.file.target.shown}\n${place.name}`)
    return !isTold && lossOf(place.file, situation) === 'whole' && !(moved.has(place) && !isThere(place, closed))
  })
  return [...inUse.map(({ value }) => value), ...rest.map((place) => outcomeOf(place, closed))]
}

/**
 * Of a file that is gone, nothing but what turns up in another one is lost for those who still read files of its environment: it was
 * renamed or split.
 */
function lossOf({ target }: SecretFile, { now, canRead }: Situation): 'whole' | 'what moved' | 'none' {
  const here = now.find((file) => file.target.path === target.path)
  if (here !== undefined) return canRead(here) ? 'none' : 'whole'
  const environment = target.environment?.name
  const others = now.filter((file) => file.target.environment?.name === environment)
  return others.some(canRead) ? 'what moved' : 'whole'
}

interface InUse {
  readonly value: ExposedValue
  /** Where it was seen, if it was not seen where it is. */
  readonly from: readonly SeenPlace[]
}

function stillInUse({ file, values }: ClosedFile, seen: SeenValues): readonly InUse[] {
  return [...values].flatMap(([path, value]): InUse[] => {
    const found = seen.find(file, value)
    if (found === undefined) return []
    return [
      {
        value: { file: file.target.shown, path, state: 'exposed', since: found.since },
        from: seen.formerPlaces(file, path, value),
      },
    ]
  })
}

/** Whether there is still a value of that name in that file. */
function isThere({ file, name }: SeenPlace, closed: readonly ClosedFile[]): boolean {
  return fileOf(file, closed)?.values.has(name) === true
}

function fileOf({ target }: SecretFile, closed: readonly ClosedFile[]): ClosedFile | undefined {
  return closed.find(({ file }) => file.target.path === target.path)
}

/** What became of a value that is in use nowhere, as far as can be told. */
function outcomeOf({ file, name, values }: SeenPlace, closed: readonly ClosedFile[]): ExposedValue {
  const row = { file: file.target.shown, path: name, since: values[0]?.since }
  const isKnown = values.every(({ scalar }) => scalar !== undefined)
  const here = fileOf(file, closed)
  if (here?.values.has(name) === true) return { ...row, state: here.opened && isKnown ? 'changed' : 'unknown' }
  const environment = file.target.environment?.name
  const mayHaveMoved = closed.some(
    (one) => one.file.target.environment?.name === environment && one.values.has(name) && !(one.opened && isKnown),
  )
  return { ...row, state: mayHaveMoved ? 'unknown' : 'removed' }
}
