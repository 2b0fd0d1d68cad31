import { SecretsError } from '../core/errors.ts'
import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Project } from '../project/model.ts'

/** The keyring of one command; names recipients as the project does once that is read. */
export async function keyringOf(_context: KeyContext, _project: () => Project | undefined): Promise<Keyring> {
  throw new SecretsError('INTERNAL', 'key files cannot be opened yet')
}
