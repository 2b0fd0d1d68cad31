/**
 * The key derivation of OpenSSH's private key files. Source: OpenBSD `bcrypt_pbkdf(3)`: PBKDF2 with bcrypt in the
 * place of HMAC, whose output is spread over the key.
 */
import { createHash } from 'node:crypto'
import { Blowfish } from './blowfish.ts'

const HASH_LENGTH = 32
const HASH_WORDS = HASH_LENGTH / 4
/** `BCRYPT_HASHSIZE` bytes of it. */
const MAGIC = Buffer.from('OxychromaticBlowfishSwatDynamite', 'latin1')
const REPEATS = 64

/** How much to derive, and how slowly. */
export interface Derivation {
  readonly salt: Uint8Array
  readonly rounds: number
  /** Bytes of the key. */
  readonly length: number
}

/** A key of `length` bytes from a passphrase. Takes some milliseconds for each round and 32 bytes. */
export function bcryptPbkdf(passphrase: Uint8Array, { salt, rounds, length }: Derivation): Uint8Array {
  const key = new Uint8Array(length)
  const secret = sha512(passphrase)
  const stride = Math.ceil(length / HASH_LENGTH)
  for (let block = 0; block < stride; block += 1) {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(block + 1)
    const mixed = mixRounds(secret, Buffer.concat([salt, counter]), rounds)
    mixed.forEach((byte, index) => {
      // Beyond the end nothing is set.
      key[index * stride + block] = byte
    })
  }
  return key
}

function mixRounds(secret: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
  let hash = bcryptHash(secret, sha512(salt))
  const mixed = Uint8Array.from(hash)
  for (let round = 1; round < rounds; round += 1) {
    hash = bcryptHash(secret, sha512(hash))
    hash.forEach((byte, index) => {
      mixed[index] = (mixed[index] ?? 0) ^ byte
    })
  }
  return mixed
}

function bcryptHash(secret: Uint8Array, salt: Uint8Array): Uint8Array {
  const secretWords = bigEndianWords(secret)
  const saltWords = bigEndianWords(salt)
  const cipher = new Blowfish()
  cipher.expand(secretWords, saltWords)
  for (let count = 0; count < REPEATS; count += 1) {
    cipher.expand(saltWords)
    cipher.expand(secretWords)
  }
  const words = bigEndianWords(MAGIC)
  for (let count = 0; count < REPEATS; count += 1) {
    for (let offset = 0; offset < HASH_WORDS; offset += 2) cipher.encrypt(words, offset)
  }
  const hash = Buffer.alloc(HASH_LENGTH)
  words.forEach((word, index) => hash.writeInt32LE(word, index * 4))
  return hash
}

function bigEndianWords(bytes: Uint8Array): Int32Array {
  const buffer = Buffer.from(bytes)
  return Int32Array.from({ length: buffer.length / 4 }, (_, index) => buffer.readInt32BE(index * 4))
}

function sha512(bytes: Uint8Array): Uint8Array {
  return createHash('sha512').update(bytes).digest()
}
