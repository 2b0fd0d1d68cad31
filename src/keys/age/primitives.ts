/** The two primitives that all of age v1 is made of, from `node:crypto`. Source: https://c2sp.org/age. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

const CIPHER = 'chacha20-poly1305'
/** Bytes of a Poly1305 tag. */
export const TAG_LENGTH = 16

/** 32 bytes of HKDF-SHA-256 (RFC 5869). */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, 32))
}

/** Ciphertext and tag of ChaCha20-Poly1305 (RFC 8439) without additional data; `nonce` has 12 bytes. */
export function sealBytes(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH })
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The plaintext of `sealBytes`; undefined when it does not authenticate. */
export function openBytes(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_LENGTH) return undefined
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH })
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH))
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_LENGTH))
  try {
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}
