import type { Keyring } from '../../keys/keyring.ts'
import type { PastVersion } from './past-version.ts'
import { readableValues } from './readable-values.ts'

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
  /** Paths of all values that any of them had. */
  readonly values: readonly string[]
}

/** Who could ever read which values, from versions, the oldest first. Names of values need no key. */
export async function pastAccess(versions: readonly PastVersion[], keyring: Keyring): Promise<readonly PastAccess[]> {
  const found = new Map<string, PastAccess>()
  for (const { file, date = '' } of versions) {
    const readers = (await keyring.references(file.sealed?.metadata.groups ?? [])).flat()
    const values = [...(await readableValues(file, keyring)).values.keys()]
    for (const reference of new Set(readers)) {
      const key = `${reference}\n${file.target.path}`
      const known = found.get(key)
      found.set(key, {
        reference,
        file: file.target.shown,
        environment: file.target.environment?.name,
        since: known?.since ?? date,
        last: date,
        versions: (known?.versions ?? 0) + 1,
        values: [...new Set([...(known?.values ?? []), ...values])],
      })
    }
  }
  return [...found.values()]
}
