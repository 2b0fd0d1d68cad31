import { canonicalText, type Scalar, stringScalar } from '../../core/scalar.ts'
import { newX25519Identity } from './x25519.ts'

/** A new key pair. The identity prints as `[secret]`; its text is `canonical`. */
export interface NewIdentity {
  readonly identity: Scalar
  readonly recipient: string
}

/** Makes a random age identity: X25519, or the post-quantum hybrid. */
export async function generateIdentity(options: { readonly postQuantum: boolean }): Promise<NewIdentity> {
  const { identity, recipient } = options.postQuantum
    ? await import('./post-quantum.ts').then(({ newHybridIdentity }) => newHybridIdentity())
    : newX25519Identity()
  return { identity: stringScalar(identity), recipient }
}

/** The lines of a key file for a new identity, as age-keygen writes them. The result is a secret. */
export function keyFileEntry({ identity, recipient }: NewIdentity, created: Date): string {
  const time = created.toISOString().replace(/\.\d+Z$/, 'Z')
  return `# created: ${time}\n# public key: ${recipient}\n${canonicalText(identity)}\n`
}
