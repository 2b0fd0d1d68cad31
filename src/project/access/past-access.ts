import type { Keyring } from '../../keys/keyring.ts'
import { fileReaders } from './file-readers.ts'
import type { PastVersion } from './past-version.ts'
import { valueNames } from './readable-values.ts'

/** What one recipient could ever read of one file. */
export interface PastAccess {
  /** Canonical. */
  readonly reference: string
  /** As targets are shown. */
  readonly file: string
  readonly environment: string | undefined
  /** The first and the last commit whose version was encrypted to the recipient, RFC 3339. */
  readonly since: string
  readonly last: string
  /** How many versions there were. */
  readonly versions: number
  /** All values that any of them had. */
  readonly values: readonly PastValue[]
}

/** A value that somebody could read. */
export interface PastValue {
  /** As `readableValues` names it. */
  readonly path: string
  /** The first and the last commit that brought in a version with it for the recipient, RFC 3339. */
  readonly since: string
  readonly last: string
}

/**
 * Who could ever read which values, from versions, the oldest first. Names of values need no key. `known` are the canonical references of
 * the configuration.
 */
export async function pastAccess(
  versions: readonly PastVersion[],
  known: readonly string[],
  keyring: Keyring,
): Promise<readonly PastAccess[]> {
  const found = new Map<string, PastAccess>()
  const groups = versions.map(({ file }) => file.sealed?.metadata.groups ?? [])
  const readers = await fileReaders(groups, known, keyring)
  for (const [index, { file, date = '' }] of versions.entries()) {
    const values = await valueNames(file)
    for (const reference of readers[index] ?? []) {
      const key = `${reference}\n${file.target.path}`
      const before = found.get(key)
      found.set(key, {
        reference,
        file: file.target.shown,
        environment: file.target.environment?.name,
        since: before?.since ?? date,
        last: date,
        versions: (before?.versions ?? 0) + 1,
        values: withValues(before?.values ?? [], values, date),
      })
    }
  }
  return [...found.values()]
}

function withValues(before: readonly PastValue[], names: readonly string[], date: string): readonly PastValue[] {
  const known = new Map(before.map((value) => [value.path, value]))
  for (const path of names) known.set(path, { path, since: known.get(path)?.since ?? date, last: date })
  return [...known.values()]
}
