/**
 * Post-quantum hybrid recipients and identities (`age1pq1…`, `mlkem768x25519` stanzas). The only file that
 * imports age-encryption; it is loaded for such keys alone, because that import takes as long as starting Node.
 */
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption'
import { decodeBase64 } from './base64.ts'
import { damagedAgeFile } from './damage.ts'
import type { AgeHeader, Stanza } from './header.ts'
import { FILE_KEY_LENGTH } from './identity.ts'
import { TAG_LENGTH } from './primitives.ts'

const TYPE = 'mlkem768x25519'
/** Bytes of an ML-KEM-768 ciphertext (FIPS 203, table 3) and an X25519 share. */
const ENCAPSULATED_LENGTH = 1088 + 32

/** The text of a new random identity, and its recipient. */
export async function newHybridIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateHybridIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The recipient of an `AGE-SECRET-KEY-PQ-1…` identity. */
export function hybridRecipient(identity: string): Promise<string> {
  return identityToRecipient(identity)
}

/** A binary age file for one `age1pq1…`, `age1tag1…` or `age1tagpq1…` recipient. Throws for one whose point is none. */
export function sealForHybrid(recipient: string, plaintext: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(plaintext)
}

/** The file key of a header for an `AGE-SECRET-KEY-PQ-1…` identity; undefined when the header is not for it. */
export async function unwrapWithHybrid(identity: string, header: AgeHeader): Promise<Uint8Array | undefined> {
  const stanzas = header.stanzas.filter(({ type }) => type === TYPE)
  if (stanzas.length === 0) return undefined
  if (!stanzas.every(isWellFormed)) throw damagedAgeFile('its post-quantum stanza is malformed')
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  try {
    return await decrypter.decryptHeader(header.bytes)
  } catch {
    // The package has one kind of error for "not for this identity" and for "damaged".
    return undefined
  }
}

function isWellFormed({ args, body }: Stanza): boolean {
  const encapsulated = decodeBase64(args[0] ?? '', 'unpadded')
  return (
    args.length === 1 && encapsulated.length === ENCAPSULATED_LENGTH && body.length === FILE_KEY_LENGTH + TAG_LENGTH
  )
}
