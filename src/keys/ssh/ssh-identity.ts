import { SecretsError } from '../../core/errors.ts'
import type { AgeHeader } from '../age/header.ts'
import type { AgeIdentity } from '../age/identity.ts'
import { inTurn } from '../in-turn.ts'
import type { KeyContext } from '../key-provider.ts'
import type { SshKeyFile, SshKeyPair } from './key-pair.ts'
import { publicKeyText, type SshPublicKey } from './public-key.ts'
import { isForSshKey, unwrapForSsh } from './ssh-stanza.ts'

/** As often as ssh asks. */
const TRIES = 3

type ProtectedKey = Extract<SshKeyFile, { readonly unlock: unknown }>

/** An SSH private key. One under a passphrase is unlocked once, and only for a file that names it. */
export class SshIdentity implements AgeIdentity {
  readonly #publicKey: SshPublicKey
  readonly #pair: () => Promise<SshKeyPair>

  constructor(publicKey: SshPublicKey, pair: () => Promise<SshKeyPair>) {
    this.#publicKey = publicKey
    this.#pair = pair
  }

  recipient(): Promise<string> {
    return Promise.resolve(publicKeyText(this.#publicKey))
  }

  async unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined> {
    for (const stanza of header.stanzas.filter((one) => isForSshKey(one, this.#publicKey))) {
      const fileKey = unwrapForSsh(stanza, this.#publicKey, (await this.#pair()).secret)
      if (fileKey !== undefined) return fileKey
    }
    return undefined
  }
}

/** The identity of a key that needs no passphrase. */
export function clearIdentity(pair: SshKeyPair): SshIdentity {
  return new SshIdentity(pair.publicKey, () => Promise.resolve(pair))
}

/**
 * The identity of a key under a passphrase. The user is asked, up to three times, when a file names the key; `name`
 * says in the question where it is. Unwrapping throws `IDENTITY_INVALID` where nobody can be asked or all were wrong.
 */
export function protectedIdentity(name: string, file: ProtectedKey & OwnKey, context: KeyContext): SshIdentity {
  let unlocked: Promise<SshKeyPair> | undefined
  return new SshIdentity(file.publicKey, () => {
    unlocked ??= inTurn(context, () => unlock(name, file, context))
    return unlocked
  })
}

interface OwnKey {
  readonly publicKey: SshPublicKey
}

async function unlock(name: string, file: ProtectedKey & OwnKey, context: KeyContext): Promise<SshKeyPair> {
  if (context.askPassphrase === undefined) {
    throw new SecretsError('IDENTITY_INVALID', 'is protected by a passphrase and there is no terminal to ask on')
  }
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const again = attempt === 1 ? '' : 'wrong passphrase, try again: '
    const pair = file.unlock(await context.askPassphrase(`${again}passphrase of ${name}`))
    if (pair === undefined) continue
    if (publicKeyText(pair.publicKey) === publicKeyText(file.publicKey)) return pair
    throw new SecretsError('IDENTITY_INVALID', 'is not the private key of the public key beside it')
  }
  throw new SecretsError('IDENTITY_INVALID', `is protected by a passphrase, and ${TRIES} wrong ones were given`)
}
