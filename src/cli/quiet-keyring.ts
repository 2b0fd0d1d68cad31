import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import { createKeyring } from '../keys/open-keyring.ts'
import type { CommandContext } from './context.ts'

/** A keyring that asks nobody and says nothing: for what runs once for every file, or whose output is in a pager. */
export function quietKeyring({ keyContext }: CommandContext): Keyring {
  const { askPassphrase: _asks, askText: _types, choose: _chooses, notify: _says, ...quiet }: KeyContext = keyContext
  return createKeyring(quiet)
}
