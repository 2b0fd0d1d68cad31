/** The two primitives that all of age v1 is made of, from `node:crypto`. Source: https://c2sp.org/age. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { KeyedHash } from '../../core/keyed-hash.ts'

const CIPHER = 'chacha20-poly1305'
/** Bytes of a Poly1305 tag. */
export const TAG_LENGTH = 16

/** Bytes of a block of SHA-256: HMAC replaces longer keys by their digest (RFC 2104). */
const BLOCK_LENGTH = 64
/** The number of the one block of output that 32 bytes need (RFC 5869, 2.3). */
const FIRST_BLOCK = Uint8Array.of(1)

/** 32 bytes of HKDF-SHA-256 (RFC 5869): two digests, which takes a quarter of the time of Node's `hkdfSync`. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  const extracted = new KeyedHash(keyOfBlock(salt)).digest('', secret)
  return new KeyedHash(extracted).digest(info, FIRST_BLOCK)
}

function keyOfBlock(key: Uint8Array): Uint8Array {
  return key.length > BLOCK_LENGTH ? createHash('sha256').update(key).digest() : key
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
