import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import { createKeyring } from '../keys/open-keyring.ts'
import { keyProviders } from '../keys/providers/registry.ts'

/** Providers that need neither a person, nor the network, nor another program. */
const QUIET_PROVIDERS: ReadonlySet<string> = new Set(['age', 'ssh'])

/** Variables that name programs, and the one by which programs are found. */
const PROGRAMS = /_CMD$|^PATH$/i

/** A keyring of the keys that lie in files and variables: it asks nobody, and needs no program and no network. */
export function fileKeyring(keyContext: KeyContext): Promise<Keyring> {
  return keyContext.once('cli: file keyring', async () => {
    const { askPassphrase: _passphrase, askText: _text, choose: _choose, ...silent } = keyContext
    const env = Object.fromEntries(Object.entries(keyContext.env).filter(([name]) => !PROGRAMS.test(name)))
    const providers = keyProviders.filter(({ id }) => QUIET_PROVIDERS.has(id))
    return createKeyring({ ...silent, env }, { providers })
  })
}
