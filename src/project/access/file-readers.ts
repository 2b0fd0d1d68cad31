import type { KeyGroup } from '../../core/metadata-model.ts'
import type { Keyring } from '../../keys/keyring.ts'

/**
 * Who can read each of several versions of files, given by their key groups. Somebody who is written in several ways (an SSH key with another
 * comment) is one and the same in all of them: as `known` (canonical references) writes them, else as the first version does.
 */
export async function fileReaders(
  versions: readonly (readonly KeyGroup[])[],
  known: readonly string[],
  keyring: Pick<Keyring, 'references' | 'known'>,
): Promise<readonly ReadonlySet<string>[]> {
  const written = await Promise.all(versions.map(async (groups) => (await keyring.references(groups)).flat()))
  const names = new Map<string, string>()
  const met = [...known]
  for (const reference of new Set(written.flat())) {
    const [name = reference] = await keyring.known([reference], met)
    names.set(reference, name)
    if (name === reference) met.push(reference)
  }
  return written.map((references) => new Set(references.map((reference) => names.get(reference) ?? reference)))
}
