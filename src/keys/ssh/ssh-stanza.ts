/** File keys wrapped for SSH keys. Source: age `agessh`; https://github.com/FiloSottile/age/blob/main/agessh/agessh.go. */
import { constants, createHash, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../age/base64.ts'
import { damagedAgeFile } from '../age/damage.ts'
import type { Stanza } from '../age/header.ts'
import { FILE_KEY_LENGTH } from '../age/identity.ts'
import { deriveKey, openBytes, sealBytes, TAG_LENGTH } from '../age/primitives.ts'
import { agree, newKeyPair, privateKeyOf } from '../age/x25519.ts'
import type { SshPublicKey } from './public-key.ts'

const ED25519_INFO = 'age-encryption.org/v1/ssh-ed25519'
const OAEP = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: Buffer.from('age-encryption.org/v1/ssh-rsa', 'latin1'),
}
/** A file key is used once, hence the fixed nonce. */
const ZERO_NONCE = new Uint8Array(12)
const POINT_LENGTH = 32

/** A private key: the seed of 32 bytes of an Ed25519 one, or an RSA one. */
export type SshSecret = { readonly seed: Uint8Array } | { readonly rsa: KeyObject }

/** The stanza that wraps a file key. */
export function wrapForSsh(recipient: SshPublicKey, fileKey: Uint8Array): Stanza {
  if (recipient.type === 'ssh-rsa') {
    return {
      type: recipient.type,
      args: [recipient.tag],
      body: publicEncrypt({ key: recipient.key, ...OAEP }, fileKey),
    }
  }
  const { privateKey, point: share } = newKeyPair()
  const key = wrappingKey(agree(privateKey, recipient.point), share, recipient)
  return {
    type: recipient.type,
    args: [recipient.tag, encodeBase64(share)],
    body: sealBytes(key, ZERO_NONCE, fileKey),
  }
}

/** Whether the stanza names the key. The name has four bytes, so that another key may bear it too. */
export function isForSshKey({ type, args }: Stanza, own: SshPublicKey): boolean {
  return type === own.type && args[0] === own.tag
}

/**
 * The file key of a stanza that names the key; undefined when it is for another one all the same.
 * Throws `METADATA_INVALID` for a stanza that is malformed.
 */
export function unwrapForSsh(stanza: Stanza, own: SshPublicKey, secret: SshSecret): Uint8Array | undefined {
  if (own.type === 'ssh-ed25519' && 'seed' in secret) return unwrapEd25519(stanza, own, secret.seed)
  return 'rsa' in secret ? unwrapRsa(stanza, secret.rsa) : undefined
}

function unwrapEd25519({ args, body }: Stanza, own: Ed25519Key, seed: Uint8Array): Uint8Array | undefined {
  const share = decodeBase64(args[1] ?? '', 'unpadded')
  if (args.length !== 2 || share.length !== POINT_LENGTH || body.length !== FILE_KEY_LENGTH + TAG_LENGTH) {
    throw damagedAgeFile('its ssh-ed25519 stanza is malformed')
  }
  // RFC 8032, section 5.1.5: the scalar of an Ed25519 key is the first half of the hash of its seed.
  const scalar = createHash('sha512').update(seed).digest().subarray(0, POINT_LENGTH)
  return openBytes(wrappingKey(agree(privateKeyOf(scalar), share), share, own), ZERO_NONCE, body)
}

function unwrapRsa({ args, body }: Stanza, key: KeyObject): Uint8Array | undefined {
  if (args.length !== 1) throw damagedAgeFile('its ssh-rsa stanza is malformed')
  try {
    const fileKey = privateDecrypt({ key, ...OAEP }, body)
    return fileKey.length === FILE_KEY_LENGTH ? fileKey : undefined
  } catch {
    return undefined
  }
}

type Ed25519Key = Extract<SshPublicKey, { readonly type: 'ssh-ed25519' }>

/** The tweak binds the agreement to the SSH key, so that no X25519 key of the same point opens it. */
function wrappingKey(secret: Uint8Array, share: Uint8Array, own: Ed25519Key): Uint8Array {
  const tweak = deriveKey(new Uint8Array(0), own.wire, ED25519_INFO)
  const tweaked = agree(privateKeyOf(tweak), secret)
  return deriveKey(tweaked, Buffer.concat([share, own.point]), ED25519_INFO)
}
