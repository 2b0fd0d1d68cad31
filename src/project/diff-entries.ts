import type { Metadata } from '../core/metadata-model.ts'
import { type Scalar, sameScalar } from '../core/scalar.ts'
import { alignEntries } from './align-lists.ts'
import type { FileVersion, VersionEntry } from './file-version.ts'

/** What became of an entry between two versions. */
export interface EntryDifference {
  readonly path: string
  /** Index of the document, from 0. */
  readonly document: number
  /** `rewritten`: its ciphertext is another one under another data key, so that without a key nobody can tell. */
  readonly change: 'added' | 'removed' | 'changed' | 'rewritten'
  readonly before: Scalar | undefined
  readonly after: Scalar | undefined
  /** Whether the value is a secret in either version. */
  readonly secret: boolean
}

/**
 * The entries that differ, in the order of the new version, removed ones where they stood. An element that came into a list or left it is
 * one change, and the others keep theirs; paths are those of the new version, of removed entries those of the old one.
 */
export function diffEntries(before: FileVersion, after: FileVersion): readonly EntryDifference[] {
  const readable = before.problem === undefined && after.problem === undefined
  if (readable) return differing(before.entries, after.entries, 'changed')
  const change = shareDataKey(before, after) ? 'changed' : 'rewritten'
  return differing(before.sealedEntries, after.sealedEntries, change).map((found) => {
    return found.secret ? { ...found, before: undefined, after: undefined } : found
  })
}

/** The same for a version without another one: everything was added, or removed. */
export function allEntries(version: FileVersion, change: 'added' | 'removed'): readonly EntryDifference[] {
  return version.entries.map((entry) => difference(entry, change))
}

function differing(
  before: readonly VersionEntry[],
  after: readonly VersionEntry[],
  changed: 'changed' | 'rewritten',
): readonly EntryDifference[] {
  const keys = alignEntries(before, after)
  const keyOf = (entry: VersionEntry): string => keys.get(entry) ?? ''
  const old = new Map(before.map((entry) => [keyOf(entry), entry]))
  const present = new Set(after.map(keyOf))
  const removed = removedBehind(before, present, keyOf)
  const found: EntryDifference[] = [...(removed.get('') ?? [])]
  for (const entry of after) {
    const key = keyOf(entry)
    const earlier = old.get(key)
    if (earlier === undefined) found.push(difference(entry, 'added'))
    else if (!sameValue(earlier, entry)) found.push(changeOf(earlier, entry, changed))
    found.push(...(removed.get(key) ?? []))
  }
  return found
}

/** Removed entries by the key of the last entry before them that is still there. */
function removedBehind(
  before: readonly VersionEntry[],
  present: ReadonlySet<string>,
  keyOf: (entry: VersionEntry) => string,
): ReadonlyMap<string, readonly EntryDifference[]> {
  const behind = new Map<string, EntryDifference[]>()
  let last = ''
  for (const entry of before) {
    const key = keyOf(entry)
    if (present.has(key)) last = key
    else behind.set(last, [...(behind.get(last) ?? []), difference(entry, 'removed')])
  }
  return behind
}

function sameValue(a: VersionEntry, b: VersionEntry): boolean {
  return a.scalar !== undefined && b.scalar !== undefined && sameScalar(a.scalar, b.scalar)
}

function difference({ path, document, scalar, secret }: VersionEntry, change: 'added' | 'removed'): EntryDifference {
  const [before, after] = change === 'added' ? [undefined, scalar] : [scalar, undefined]
  return { path, document, change, before, after, secret }
}

function changeOf(before: VersionEntry, after: VersionEntry, changed: 'changed' | 'rewritten'): EntryDifference {
  const { path, document } = after
  const secret = before.secret || after.secret
  return { path, document, change: secret ? changed : 'changed', before: before.scalar, after: after.scalar, secret }
}

/** Under one data key an equal value keeps its ciphertext; under another every ciphertext is another. */
function shareDataKey(before: FileVersion, after: FileVersion): boolean {
  if (before.metadata === undefined || after.metadata === undefined) return false
  const wrapped = wrappedKeys(before.metadata)
  return [...wrappedKeys(after.metadata)].some((key) => wrapped.has(key)) || shareToken(before, after)
}

function wrappedKeys({ groups }: Metadata): ReadonlySet<string> {
  return new Set(groups.flat().flatMap(({ fields }) => (typeof fields['enc'] === 'string' ? [fields['enc']] : [])))
}

function shareToken(before: FileVersion, after: FileVersion): boolean {
  const old = new Map(before.sealedEntries.map((entry) => [`${entry.document}:${entry.path}`, entry]))
  return after.sealedEntries.some((entry) => {
    const earlier = old.get(`${entry.document}:${entry.path}`)
    return entry.secret && earlier !== undefined && sameValue(earlier, entry)
  })
}
