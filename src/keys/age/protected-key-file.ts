import { SecretsError } from '../../core/errors.ts'
import type { KeyContext } from '../key-provider.ts'
import { openAgeFile, readAgeFile } from './age-file.ts'
import { decodeArmor } from './armor.ts'
import { PassphraseIdentity } from './passphrase.ts'

/** As often as ssh asks. */
const TRIES = 3

/**
 * The key file inside an age file under a passphrase, binary or armored; the user is asked up to three times.
 * `name` says which file in the question. Throws `IDENTITY_INVALID` where nobody can be asked, the passphrase is wrong or the file damaged.
 */
export async function openProtectedKeyFile(
  name: string,
  content: Uint8Array,
  context: KeyContext,
): Promise<Uint8Array> {
  const file = readAgeFile(binary(content))
  if (!file.header.stanzas.some(({ type }) => type === 'scrypt')) {
    throw new SecretsError('IDENTITY_INVALID', 'is encrypted, but not with a passphrase')
  }
  if (context.askPassphrase === undefined) {
    throw new SecretsError('IDENTITY_INVALID', 'is protected by a passphrase and there is no terminal to ask on')
  }
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const again = attempt === 1 ? '' : 'wrong passphrase, try again: '
    const passphrase = await context.askPassphrase(`${again}passphrase of ${name}`)
    const clear = await openAgeFile(file, new PassphraseIdentity(passphrase))
    if (clear !== undefined) return clear
  }
  throw new SecretsError('IDENTITY_INVALID', `is protected by a passphrase, and ${TRIES} wrong ones were given`)
}

function binary(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content).toString('latin1')
  return text.trimStart().startsWith('-----BEGIN') ? decodeArmor(text) : content
}
