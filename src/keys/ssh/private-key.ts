/** Private SSH keys as files hold them: OpenSSH's own format, and PEM (PKCS#1, PKCS#8). */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { SecretsError } from '../../core/errors.ts'
import { HOLDS_NOTHING } from '../age/identity-source.ts'
import type { SshKeyFile, SshKeyPair } from './key-pair.ts'
import { readOpensshKey } from './openssh-key.ts'
import { ed25519Wire, parsePublicKey, rsaWire } from './public-key.ts'

/** Reads a private key. Throws `IDENTITY_INVALID` for anything that is none, and for kinds that age does not know. */
export function parsePrivateKey(content: Uint8Array): SshKeyFile {
  const text = Buffer.from(content).toString('latin1').trim()
  if (text === '') throw unusable(HOLDS_NOTHING)
  if (text.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----')) return readOpensshKey(text)
  if (!/^-----BEGIN (?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY-----/.test(text)) throw unusable('is no private SSH key')
  if (!/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text)) return { pair: pemKey(text) }
  return { publicKey: undefined, unlock: (passphrase) => unlockPem(text, passphrase) }
}

function unlockPem(text: string, passphrase: string): SshKeyPair | undefined {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: text, passphrase })
  } catch {
    return undefined
  }
  return pairOf(key)
}

function pemKey(text: string): SshKeyPair {
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch {
    throw unusable('is a damaged private key')
  }
  return pairOf(key)
}

function pairOf(key: KeyObject): SshKeyPair {
  const type = key.asymmetricKeyType
  if (type !== 'rsa' && type !== 'ed25519') throw unusable('is an SSH key of a kind that age does not know')
  const jwk = key.export({ format: 'jwk' })
  const wire = type === 'rsa' ? rsaWire(bytes(jwk.e), bytes(jwk.n)) : ed25519Wire(bytes(jwk.x))
  const publicKey = parsePublicKey(wire)
  if (publicKey === undefined) throw unusable('is an RSA key of fewer than 2048 bits')
  return { publicKey, secret: type === 'rsa' ? { rsa: key } : { seed: bytes(jwk.d) } }
}

function bytes(text: string | undefined): Uint8Array {
  return Buffer.from(text ?? '', 'base64url')
}

function unusable(what: string): SecretsError {
  return new SecretsError('IDENTITY_INVALID', what)
}
