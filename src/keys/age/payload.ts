/**
 * The payload of an age v1 file: a nonce and chunks of 64 KiB, each sealed (STREAM).
 * Source: https://c2sp.org/age, "Payload".
 */
import { randomBytes } from 'node:crypto'
import { damagedAgeFile } from './damage.ts'
import { deriveKey, openBytes, sealBytes, TAG_LENGTH } from './primitives.ts'

const NONCE_LENGTH = 16
const CHUNK_LENGTH = 64 * 1024
const SEALED_LENGTH = CHUNK_LENGTH + TAG_LENGTH

/** Decrypts a whole payload. Throws `METADATA_INVALID` unless every chunk authenticates and the last is the last. */
export function openPayload(payload: Uint8Array, fileKey: Uint8Array): Uint8Array {
  if (payload.length < NONCE_LENGTH + TAG_LENGTH) throw damagedAgeFile('its payload is cut off')
  const key = payloadKey(fileKey, payload.subarray(0, NONCE_LENGTH))
  const sealed = payload.subarray(NONCE_LENGTH)
  const count = Math.ceil(sealed.length / SEALED_LENGTH)
  const chunks = Array.from({ length: count }, (_, index) => {
    const chunk = sealed.subarray(index * SEALED_LENGTH, (index + 1) * SEALED_LENGTH)
    const plaintext = openBytes(key, chunkNonce(index, index === count - 1), chunk)
    const allowed = plaintext !== undefined && (plaintext.length > 0 || count === 1)
    if (!allowed) throw damagedAgeFile('its payload does not authenticate')
    return plaintext
  })
  return Buffer.concat(chunks)
}

/** Encrypts up to 64 KiB as a payload: data keys and shares have 32 and 33 bytes. */
export function sealSmallPayload(plaintext: Uint8Array, fileKey: Uint8Array): Uint8Array {
  if (plaintext.length > CHUNK_LENGTH) throw new RangeError('more than one chunk')
  const nonce = randomBytes(NONCE_LENGTH)
  return Buffer.concat([nonce, sealBytes(payloadKey(fileKey, nonce), chunkNonce(0, true), plaintext)])
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return deriveKey(fileKey, nonce, 'payload')
}

/** An 11-byte counter and a byte that marks the last chunk. */
function chunkNonce(index: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}
