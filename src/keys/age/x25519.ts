/**
 * X25519 recipients and identities of age (https://c2sp.org/age, "X25519 recipient stanza"), on `node:crypto`:
 * its agreement takes a thirtieth of the time of a cold one in JavaScript.
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, randomBytes } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { damagedAgeFile } from './damage.ts'
import type { AgeHeader, Stanza } from './header.ts'
import { type AgeIdentity, FILE_KEY_LENGTH } from './identity.ts'
import { deriveKey, openBytes, sealBytes, TAG_LENGTH } from './primitives.ts'

const TYPE = 'X25519'
const INFO = 'age-encryption.org/v1/X25519'
const KEY_LENGTH = 32
/** RFC 8410, section 7: what precedes the raw 32 bytes of a private key. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
/** What a JWK says of a key of this curve (RFC 8037, section 2). */
const CURVE = { kty: 'OKP', crv: 'X25519' }
/** A file key is used once, hence the fixed nonce. */
const ZERO_NONCE = new Uint8Array(12)

/** An `age1…` recipient. */
export interface X25519Recipient {
  /** 32 bytes. */
  readonly point: Uint8Array
  /** OpenSSL's form of the point. */
  readonly key: KeyObject
}

/** Recipients that were parsed: many files have the same few, each of them is asked for several times a file. */
const parsed = new Map<string, X25519Recipient>()
const MOST_PARSED = 1_000

/** The recipient of an `age1…` text; undefined for any other text. */
export function parseX25519Recipient(text: string): X25519Recipient | undefined {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const point = decodeBech32('age', text)
  if (point?.length !== KEY_LENGTH) return undefined
  const recipient = { point, key: publicKeyOf(point) }
  if (parsed.size >= MOST_PARSED) parsed.clear()
  parsed.set(text, recipient)
  return recipient
}

/** The identity of an `AGE-SECRET-KEY-1…` text; undefined for any other text. */
export function parseX25519Identity(text: string): X25519Identity | undefined {
  const scalar = decodeBech32('AGE-SECRET-KEY-', text)
  return scalar?.length === KEY_LENGTH ? new X25519Identity(scalar) : undefined
}

/** The text of a new random identity, and its recipient. */
export function newX25519Identity(): { readonly identity: string; readonly recipient: string } {
  const { scalar, point } = newKeyPair()
  return {
    identity: encodeBech32('AGE-SECRET-KEY-', scalar),
    recipient: encodeBech32('age', point),
  }
}

/** The stanza that wraps a file key for a recipient. Throws `METADATA_INVALID` for a point of low order. */
export function wrapForX25519(recipient: X25519Recipient, fileKey: Uint8Array): Stanza {
  const { privateKey, point: share } = newKeyPair()
  const key = wrappingKey(
    agreeWith(privateKey, () => recipient.key),
    share,
    recipient.point,
  )
  return { type: TYPE, args: [encodeBase64(share)], body: sealBytes(key, ZERO_NONCE, fileKey) }
}

/** An age secret key. */
export class X25519Identity implements AgeIdentity {
  readonly #privateKey: KeyObject
  readonly #point: Uint8Array

  constructor(scalar: Uint8Array) {
    this.#privateKey = privateKeyOf(scalar)
    this.#point = pointOf(this.#privateKey)
  }

  recipient(): Promise<string> {
    return Promise.resolve(encodeBech32('age', this.#point))
  }

  unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined> {
    const stanzas = header.stanzas.filter((stanza) => stanza.type === TYPE)
    const keys = stanzas.map((stanza) => this.#unwrap(stanza))
    return Promise.resolve(keys.find((key) => key !== undefined))
  }

  #unwrap(stanza: Stanza): Uint8Array | undefined {
    const share = decodeBase64(stanza.args[0] ?? '', 'unpadded')
    if (
      stanza.args.length !== 1 ||
      share.length !== KEY_LENGTH ||
      stanza.body.length !== FILE_KEY_LENGTH + TAG_LENGTH
    ) {
      throw damagedAgeFile('its X25519 stanza is malformed')
    }
    return openBytes(wrappingKey(agree(this.#privateKey, share), share, this.#point), ZERO_NONCE, stanza.body)
  }
}

/**
 * A new key: any 32 random bytes are one (RFC 7748, section 5, clamps them where they are used). Not made by
 * `generateKeyPair`: Node 20 holds a key's lock while it makes a JWK, and where its collector then frees the job that made the pair, that
 * job waits for the same lock, for ever. Keys that were read have no such job.
 */
export function newKeyPair(): {
  readonly scalar: Uint8Array
  readonly privateKey: KeyObject
  readonly point: Uint8Array
} {
  const scalar = randomBytes(KEY_LENGTH)
  const privateKey = privateKeyOf(scalar)
  return { scalar, privateKey, point: pointOf(privateKey) }
}

/**
 * The X25519 private key of a scalar of 32 bytes. As JWK (RFC 8037), which takes OpenSSL a third of the time of DER: a
 * checkout opens thousands of files. The point there is computed anew, whatever `x` says.
 */
export function privateKeyOf(scalar: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: { ...CURVE, x: '', d: asBase64url(scalar) }, format: 'jwk' })
  } catch {
    // A Node that compares the two.
    return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, scalar]), format: 'der', type: 'pkcs8' })
  }
}

/**
 * The shared secret of an X25519 private key and a point, 32 bytes. RFC 7748, 6.1: an all-zero result, which a point
 * of low order gives, is refused (OpenSSL throws): `METADATA_INVALID`.
 */
export function agree(privateKey: KeyObject, point: Uint8Array): Uint8Array {
  return agreeWith(privateKey, () => publicKeyOf(point))
}

function agreeWith(privateKey: KeyObject, publicKey: () => KeyObject): Uint8Array {
  try {
    return diffieHellman({ privateKey, publicKey: publicKey() })
  } catch {
    throw damagedAgeFile('its X25519 key is of low order')
  }
}

/** As JWK, too: a seventh of the time of DER. */
function publicKeyOf(point: Uint8Array): KeyObject {
  return createPublicKey({ key: { ...CURVE, x: asBase64url(point) }, format: 'jwk' })
}

/** The point of a key that was read, private or public. */
function pointOf(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
}

function asBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

function wrappingKey(secret: Uint8Array, share: Uint8Array, point: Uint8Array): Uint8Array {
  return deriveKey(secret, Buffer.concat([share, point]), INFO)
}
