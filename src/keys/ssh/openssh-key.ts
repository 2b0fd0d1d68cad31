/** OpenSSH's format of private keys. Source: `PROTOCOL.key` of OpenSSH; passphrases go through bcrypt_pbkdf. */
import { createDecipheriv, createPrivateKey, type KeyObject } from 'node:crypto'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { bcryptPbkdf } from './bcrypt-pbkdf.ts'
import type { SshKeyFile, SshKeyPair } from './key-pair.ts'
import { parsePublicKey, type SshPublicKey } from './public-key.ts'
import type { SshSecret } from './ssh-stanza.ts'
import { jwkInteger, WireReader } from './wire.ts'

const MAGIC = 'openssh-key-v1\0'
const PEM = /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END OPENSSH PRIVATE KEY-----$/
/** Ciphers by the bits of their key; `ssh-keygen -Z` knows more, which nobody's keys use. */
const CIPHER = /^aes(128|192|256)-(?:ctr|cbc)$/
const BLOCK = 16
const SEED_LENGTH = 32

/** The parts of a file before its passphrase is known. */
interface SealedKey {
  readonly cipher: string
  readonly kdfOptions: Uint8Array
  readonly publicKey: SshPublicKey
  readonly sealed: Uint8Array
}

/** Reads the text of such a file. Throws `IDENTITY_INVALID` for a damaged one and for keys that age does not know. */
export function readOpensshKey(text: string): SshKeyFile {
  const [, base64 = ''] = PEM.exec(text) ?? []
  const reader = new WireReader(Buffer.from(base64, 'base64'))
  if (base64 === '' || reader.raw(MAGIC.length).toString('latin1') !== MAGIC) throw unusable('is a damaged private key')
  const cipher = reader.text()
  const kdf = reader.text()
  const kdfOptions = reader.string()
  if (reader.number() !== 1) throw unusable('holds more than one private key')
  const publicKey = parsePublicKey(reader.string())
  if (publicKey === undefined) throw unusable('is an SSH key of a kind or length that age does not know')
  const key = { cipher, kdfOptions, publicKey, sealed: reader.string() }
  if (cipher === 'none' && kdf === 'none') return { pair: withCheck(key.sealed, publicKey) }
  if (kdf !== 'bcrypt' || !CIPHER.test(cipher)) throw unusable('is protected in a way that is not supported')
  return { publicKey, unlock: (passphrase) => unlock(key, passphrase) }
}

function unlock({ cipher, kdfOptions, publicKey, sealed }: SealedKey, passphrase: string): SshKeyPair | undefined {
  const options = new WireReader(kdfOptions)
  const salt = options.string()
  const rounds = options.number()
  const keyLength = Number(CIPHER.exec(cipher)?.[1]) / 8
  if (sealed.length === 0 || sealed.length % BLOCK !== 0) throw unusable('is a damaged private key')
  const derived = bcryptPbkdf(Buffer.from(passphrase, 'utf8'), { salt, rounds, length: keyLength + BLOCK })
  const decipher = createDecipheriv(
    cipher.replace('aes', 'aes-'),
    derived.subarray(0, keyLength),
    derived.subarray(keyLength),
  )
  decipher.setAutoPadding(false)
  const clear = Buffer.concat([decipher.update(sealed), decipher.final()])
  return clear.readUInt32BE(0) === clear.readUInt32BE(4) ? withCheck(clear, publicKey) : undefined
}

/** Two equal numbers at the start tell whether the passphrase is right. */
function withCheck(clear: Uint8Array, publicKey: SshPublicKey): SshKeyPair {
  const reader = new WireReader(clear)
  if (reader.number() !== reader.number() || reader.text() !== publicKey.type)
    throw unusable('is a damaged private key')
  try {
    return { publicKey, secret: publicKey.type === 'ssh-rsa' ? rsaSecret(reader) : ed25519Secret(reader) }
  } catch (error) {
    throw isSecretsError(error) ? error : unusable('is a damaged private key')
  }
}

/** The private part is the seed and the public key once more. */
function ed25519Secret(reader: WireReader): SshSecret {
  reader.string()
  const secret = reader.string()
  if (secret.length !== 2 * SEED_LENGTH) throw unusable('is a damaged private key')
  return { seed: new Uint8Array(secret.subarray(0, SEED_LENGTH)) }
}

/** n, e, d, the inverse of q, p, q; what else a private key has is computed (RFC 8017, section 3.2). */
function rsaSecret(reader: WireReader): SshSecret {
  const n = reader.string()
  const e = reader.string()
  const d = reader.string()
  const qi = reader.string()
  const p = reader.string()
  const q = reader.string()
  const parts = { n, e, d, p, q, dp: remainder(d, p), dq: remainder(d, q), qi }
  const words = Object.entries(parts).map(([name, value]) => [name, jwkInteger(value)])
  const key: KeyObject = createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(words) }, format: 'jwk' })
  return { rsa: key }
}

function remainder(exponent: Buffer, prime: Buffer): Buffer {
  const value = number(exponent) % (number(prime) - 1n)
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

function number(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`)
}

function unusable(what: string): SecretsError {
  return new SecretsError('IDENTITY_INVALID', what)
}
