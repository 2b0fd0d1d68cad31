import type { SshPublicKey } from './public-key.ts'
import type { SshSecret } from './ssh-stanza.ts'

/** A private key and its public one. Never to be printed: whoever keeps it does so in a private field. */
export interface SshKeyPair {
  readonly publicKey: SshPublicKey
  readonly secret: SshSecret
}

/** What a file holds: a key, or one under a passphrase. */
export type SshKeyFile =
  | { readonly pair: SshKeyPair }
  | {
      /** Undefined where the file does not say it in clear: PEM. */
      readonly publicKey: SshPublicKey | undefined
      /** The key; undefined for a wrong passphrase. Throws `IDENTITY_INVALID` for a key that cannot be used. */
      readonly unlock: (passphrase: string) => SshKeyPair | undefined
    }
