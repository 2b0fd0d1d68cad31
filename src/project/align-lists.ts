/** Which element of a list is which between two versions, so that one in front of the others is one change. */
import { type Comparable, differences } from '../core/merge/sequence-difference.ts'
import { parsePath } from '../core/path-syntax.ts'
import type { Scalar } from '../core/scalar.ts'
import type { VersionEntry } from './file-version.ts'

/** Texts by which the entries of two versions are the same one: their paths, with elements of lists as they correspond. */
export type EntryKeys = ReadonlyMap<VersionEntry, string>

/**
 * Aligns two versions. Elements of lists correspond as a merge pairs them: equal ones in order, then maps that begin with the same entry,
 * then as many as stand in the place of as many others. All other entries correspond by their paths.
 */
export function alignEntries(before: readonly VersionEntry[], after: readonly VersionEntry[]): EntryKeys {
  const keys = new Map<VersionEntry, string>()
  align(treeOf(before), treeOf(after), { key: '', keys })
  return keys
}

/** What stands at one place: a value, or what stands below it by keys and indices, in the order of the file. */
interface Place {
  entry: VersionEntry | undefined
  readonly below: Map<string | number, Place>
}

function treeOf(entries: readonly VersionEntry[]): Place {
  const root = newPlace()
  for (const entry of entries) {
    let place = root
    for (const step of [`document ${entry.document}`, ...parsePath(entry.path)]) {
      const next = place.below.get(step) ?? newPlace()
      place.below.set(step, next)
      place = next
    }
    place.entry = entry
  }
  return root
}

function newPlace(): Place {
  return { entry: undefined, below: new Map() }
}

interface Here {
  readonly key: string
  readonly keys: Map<VersionEntry, string>
}

function align(before: Place | undefined, after: Place | undefined, { key, keys }: Here): void {
  for (const place of [before, after]) if (place?.entry !== undefined) keys.set(place.entry, key)
  const pairs =
    before !== undefined && after !== undefined && isList(before) && isList(after)
      ? elementPairs([...before.below.values()], [...after.below.values()])
      : pairsByKey(before, after)
  for (const { name, old, now } of pairs) align(old, now, { key: `${key}\n${name}`, keys })
}

function isList({ below }: Place): boolean {
  return below.size > 0 && [...below.keys()].every((step) => typeof step === 'number')
}

interface Pair {
  readonly name: string
  readonly old: Place | undefined
  readonly now: Place | undefined
}

function pairsByKey(before: Place | undefined, after: Place | undefined): readonly Pair[] {
  const steps = new Set([...(before?.below.keys() ?? []), ...(after?.below.keys() ?? [])])
  return [...steps].map((step) => ({
    name: JSON.stringify(step),
    old: before?.below.get(step),
    now: after?.below.get(step),
  }))
}

function elementPairs(before: readonly Place[], after: readonly Place[]): readonly Pair[] {
  const pairs: Pair[] = []
  let [from, to] = [0, 0]
  const pairUpTo = (end: number): void => {
    for (; from < end; from += 1, to += 1) pairs.push({ name: `${from}=`, old: before[from], now: after[to] })
  }
  for (const { base, side } of differences(before.map(comparable), after.map(comparable))) {
    pairUpTo(base.start)
    if (base.end - base.start === side.end - side.start) pairUpTo(base.end)
    for (; from < base.end; from += 1) pairs.push({ name: `${from}-`, old: before[from], now: undefined })
    for (; to < side.end; to += 1) pairs.push({ name: `${to}+`, old: undefined, now: after[to] })
  }
  pairUpTo(before.length)
  return pairs
}

/** As `comparableElements` of the merge compares plain values. */
function comparable(place: Place): Comparable {
  const [first] = place.below
  const [step, named] = first ?? []
  const hasName = typeof step === 'string' && named?.entry !== undefined
  return { same: signature(place), alike: hasName ? `${step} ${signature(named)}` : undefined }
}

/** Equal for equal values alone. It holds the value: for comparing, never for showing. */
function signature({ entry, below }: Place): string {
  if (entry !== undefined) return signScalar(entry.scalar)
  const parts = [...below].map(
    ([step, place]) => `${typeof step === 'number' ? '' : JSON.stringify(step)}:${signature(place)}`,
  )
  // The order counts in lists alone.
  return isList({ entry, below }) ? `[${parts.join(',')}]` : `{${parts.toSorted().join(',')}}`
}

function signScalar(scalar: Scalar | undefined): string {
  if (scalar === undefined) return '?'
  const { type, canonical } = scalar
  return `${type}${JSON.stringify(typeof canonical === 'string' ? canonical : Buffer.from(canonical).toString('base64'))}`
}
