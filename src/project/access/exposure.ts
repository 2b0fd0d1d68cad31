import { type Scalar, sameScalar } from '../../core/scalar.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { inParallel } from '../in-parallel.ts'
import type { SecretFile } from '../secret-file.ts'
import type { TargetFile } from '../targets.ts'
import type { PastVersion } from './past-version.ts'
import { readableValues } from './readable-values.ts'

/** A value that somebody could read who no longer can. */
export interface ExposedValue {
  /** As targets are shown. */
  readonly file: string
  readonly path: string
  /** `exposed`: it is still what they could read. `unknown`: no key here opens what would tell. */
  readonly state: 'exposed' | 'changed' | 'removed' | 'unknown'
  /** The first commit in which they could read it (the value of now, if it is exposed); undefined for what was never committed. */
  readonly since: { readonly commit: string; readonly date: string } | undefined
}

/** What one former recipient could read. */
export interface Exposure {
  /** Canonical. */
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
  /** The references that are asked for; undefined: everybody who could read a file once and cannot now. */
  readonly references: readonly string[] | undefined
  /** Files that a reference is to be taken to have lost, although it can still read them: it is about to. */
  readonly losing?: ReadonlySet<string>
}

const PARALLEL = 8

/**
 * What recipients could read in files that they cannot read any more: every encrypted value of every version that was encrypted to
 * them, and whether the value of now is one that they saw. A value that moved to another file with its path is found there. Throws
 * `INTERRUPTED`; a version that no key here opens makes its values `unknown`.
 */
export async function exposures(options: ExposureOptions): Promise<readonly Exposure[]> {
  const { versions, keyring, references, losing } = options
  const now = await currentFiles(options)
  const read = await inParallel(versions, PARALLEL, async (version) => {
    const readers = (await keyring.references(version.file.sealed?.metadata.groups ?? [])).flat()
    return { ...version, readers: new Set(readers) }
  })
  const asked = references ?? [...new Set(read.flatMap(({ readers }) => [...readers]))]
  const lost = (reference: string, { target }: SecretFile): boolean =>
    losing?.has(target.path) === true || !stillReads(reference, target, now)
  const found: Exposure[] = []
  for (const reference of asked) {
    const seen = read.filter(({ readers, file }) => readers.has(reference) && lost(reference, file))
    const values = await judged(seen, now, keyring)
    if (values.length > 0 || references !== undefined) found.push({ reference, values })
  }
  return found
}

interface Present {
  readonly file: SecretFile
  readonly readers: ReadonlySet<string>
  readonly values: ReadonlyMap<string, Scalar | undefined>
  readonly opened: boolean
}

/** Where a work tree holds a file in clear, the last version that was committed is the file of now. */
async function currentFiles({ present, versions, keyring }: ExposureOptions): Promise<ReadonlyMap<string, Present>> {
  const now = new Map<string, Present>()
  for (const listed of present) {
    const committed = versions.findLast(({ file }) => file.target.path === listed.target.path)
    const file = listed.sealed === undefined ? committed?.file : listed
    if (file?.sealed === undefined) continue
    const readers = new Set((await keyring.references(file.sealed.metadata.groups)).flat())
    now.set(file.target.path, { file, readers, ...(await readableValues(file, keyring)) })
  }
  return now
}

/** A file that is gone was renamed or split, as far as those are concerned who read other files of its environment. */
function stillReads(reference: string, { path, environment }: TargetFile, now: ReadonlyMap<string, Present>): boolean {
  const here = now.get(path)
  if (here !== undefined) return here.readers.has(reference)
  const others = [...now.values()].filter(({ file }) => file.target.environment?.name === environment?.name)
  return others.some(({ readers }) => readers.has(reference))
}

interface Seen {
  readonly file: SecretFile
  readonly path: string
  readonly values: { readonly scalar: Scalar | undefined; readonly since: ExposedValue['since'] }[]
}

async function judged(
  versions: readonly PastVersion[],
  now: ReadonlyMap<string, Present>,
  keyring: Keyring,
): Promise<readonly ExposedValue[]> {
  const opened = await inParallel(versions, PARALLEL, async (version) => {
    return { version, values: (await readableValues(version.file, keyring)).values }
  })
  const seen = new Map<string, Seen>()
  for (const { version, values } of opened) {
    const { file, commit, date } = version
    const since = commit === undefined || date === undefined ? undefined : { commit, date }
    for (const [path, scalar] of values) {
      const key = `${file.target.path}\n${path}`
      const entry = seen.get(key) ?? { file, path, values: [] }
      entry.values.push({ scalar, since })
      seen.set(key, entry)
    }
  }
  return [...seen.values()].map((entry) => judge(entry, now))
}

function judge({ file, path, values }: Seen, now: ReadonlyMap<string, Present>): ExposedValue {
  const here = now.get(file.target.path)
  const elsewhere = [...now.values()].filter((other) => other !== here)
  const place = [...(here === undefined ? [] : [here]), ...elsewhere].find(({ values: current }) => {
    const scalar = current.get(path)
    return scalar !== undefined && values.some((one) => one.scalar !== undefined && sameScalar(one.scalar, scalar))
  })
  const scalar = place?.values.get(path)
  const match = values.find((one) => one.scalar !== undefined && scalar !== undefined && sameScalar(one.scalar, scalar))
  const moved = here !== undefined && here.values.has(path) ? here : place
  const result = { file: (moved?.file ?? file).target.shown, path }
  if (match !== undefined && (place === here || !here?.values.has(path))) {
    return { ...result, state: 'exposed', since: match.since }
  }
  const since = values[0]?.since
  if (here === undefined || (here.opened && !here.values.has(path))) return { ...result, state: 'removed', since }
  const known = here.opened && values.every((one) => one.scalar !== undefined)
  return { ...result, state: known ? 'changed' : 'unknown', since }
}
