import type { AgeHeader } from './header.ts'

/**
 * What opens age files. X25519, post-quantum and passphrase are here; SSH keys and plugins implement the same.
 * Implementations keep their secret in a private field, so that printing one shows nothing of it.
 */
export interface AgeIdentity {
  /** Its public name (`age1…`, `ssh-ed25519 AAAA…`); undefined where it has none. */
  recipient(): Promise<string | undefined>
  /**
   * The file key of 16 bytes, not yet proven by the header's MAC; undefined when no stanza is for this identity.
   * Throws `METADATA_INVALID` for a stanza of its own kind that is malformed, `IDENTITY_INVALID` when the identity
   * itself cannot be used (a wrong passphrase, a plugin that fails).
   */
  unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined>
  /** What to call it where it has no public name: `age-plugin-yubikey`. */
  readonly label?: string
  /** Only where trying costs something: whether an entry for this recipient should be tried before the others. */
  prefers?(recipient: string): boolean
}

/** Bytes of a file key (c2sp.org/age). */
export const FILE_KEY_LENGTH = 16
