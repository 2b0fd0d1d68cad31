/** SSH public keys that age can encrypt to: Ed25519, and RSA of 2048 bits or more (age `agessh`). */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { isSecretsError } from '../../core/errors.ts'
import { encodeBase64 } from '../age/base64.ts'
import { montgomeryPoint } from './edwards.ts'
import { jwkInteger, WireReader, wireInteger, wireStrings } from './wire.ts'

/** age refuses shorter ones (agessh `NewRSARecipient`). */
const SHORTEST_RSA_BITS = 2048
/** OpenSSL checks no longer ones, and a file may name any. */
const LONGEST_RSA_BITS = 16_384

/** A public key. */
export type SshPublicKey = SshKeyFacts &
  ({ readonly type: 'ssh-ed25519'; readonly point: Uint8Array } | { readonly type: 'ssh-rsa'; readonly key: KeyObject })

interface SshKeyFacts {
  /** As SSH encodes it, which is what `authorized_keys` holds in base64. */
  readonly wire: Uint8Array
  /** What a stanza of age names it by: the first four bytes of its SHA-256, base64 (agessh `sshFingerprint`). */
  readonly tag: string
}

/** The key of a line `TYPE BASE64 [COMMENT]`; undefined for any other text and for keys that age does not know. */
export function parsePublicKeyLine(line: string): SshPublicKey | undefined {
  const [type = '', base64 = ''] = line.trim().split(/[ \t]+/)
  const wire = Buffer.from(base64, 'base64')
  if (wire.toString('base64') !== base64) return undefined
  const key = parsePublicKey(wire)
  return key?.type === type ? key : undefined
}

/** The key in its encoding; undefined for keys that age does not know. */
export function parsePublicKey(wire: Uint8Array): SshPublicKey | undefined {
  try {
    const reader = new WireReader(wire)
    const type = reader.text()
    if (type === 'ssh-ed25519') return ed25519(wire, reader)
    return type === 'ssh-rsa' ? rsa(wire, reader) : undefined
  } catch (error) {
    if (isSecretsError(error)) return undefined
    throw error
  }
}

/** The encoding of an Ed25519 key of 32 bytes. */
export function ed25519Wire(publicKey: Uint8Array): Uint8Array {
  return wireStrings('ssh-ed25519', publicKey)
}

/** The encoding of an RSA key. */
export function rsaWire(exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  return wireStrings('ssh-rsa', wireInteger(exponent), wireInteger(modulus))
}

/** `TYPE BASE64`: what names a key wherever it stands, without a comment. */
export function publicKeyText({ type, wire }: SshPublicKey): string {
  return `${type} ${Buffer.from(wire).toString('base64')}`
}

function ed25519(wire: Uint8Array, reader: WireReader): SshPublicKey | undefined {
  const point = montgomeryPoint(reader.string())
  return point === undefined || reader.rest().length > 0 ? undefined : { type: 'ssh-ed25519', point, ...facts(wire) }
}

function rsa(wire: Uint8Array, reader: WireReader): SshPublicKey | undefined {
  const exponent = reader.string()
  const modulus = reader.string()
  const bits = BigInt(`0x0${modulus.toString('hex')}`).toString(2).length
  if (reader.rest().length > 0 || bits < SHORTEST_RSA_BITS || bits > LONGEST_RSA_BITS) return undefined
  const parts = { n: jwkInteger(modulus), e: jwkInteger(exponent) }
  try {
    const key = createPublicKey({ key: { kty: 'RSA', ...parts }, format: 'jwk' })
    return { type: 'ssh-rsa', key, ...facts(wire) }
  } catch {
    return undefined
  }
}

function facts(wire: Uint8Array): SshKeyFacts {
  return { wire, tag: encodeBase64(createHash('sha256').update(wire).digest().subarray(0, 4)) }
}
