import type { Keyring } from '../../keys/keyring.ts'

/**
 * The canonical references of recipients that somebody typed, by name or by key. `names` are those of the configuration, by canonical reference.
 * Throws `BAD_RECIPIENT` for what is neither.
 */
export async function namedReferences(
  typed: readonly string[],
  names: ReadonlyMap<string, string>,
  keyring: Pick<Keyring, 'canonical' | 'known'>,
): Promise<readonly string[]> {
  const references = await Promise.all(
    typed.map(async (word) => {
      const named = [...names].find(([, name]) => name === word)
      return named === undefined ? keyring.canonical(word) : named[0]
    }),
  )
  return keyring.known(references, [...names.keys()])
}
