import type { KeyContext, KeyProvider } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import { createKeyring } from '../keys/open-keyring.ts'
import { type KeyProviderEntry, keyProviders } from '../keys/providers/registry.ts'

/**
 * A keyring of the built-in kinds of recipients and of `providers`, one of which takes the place of a built-in one with its id.
 * `names` gives the names of recipients by reference, for messages.
 */
export function keyringWith(
  providers: readonly KeyProvider[],
  context: KeyContext,
  names: () => Promise<ReadonlyMap<string, string>> = async () => new Map(),
): Keyring {
  const own = providers.map(entryOf)
  const others = keyProviders.filter(({ id }) => own.every((provider) => provider.id !== id))
  return createKeyring(context, { providers: [...own, ...others], names })
}

/** Not by copying the object: its methods may be those of a class. */
function entryOf(provider: KeyProvider): KeyProviderEntry {
  const { id, summary, list, remote, pattern } = provider
  return { id, summary, list, remote, pattern, load: async () => provider }
}
