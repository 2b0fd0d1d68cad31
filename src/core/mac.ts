/** The MAC: a SHA-512 over all plain values, encrypted with the data key (reference 6). */
import { createHash, timingSafeEqual } from 'node:crypto'
import { SecretsError } from './errors.ts'
import type { Metadata } from './metadata-model.ts'
import type { Scalar } from './scalar.ts'
import { canonicalTimestamp } from './timestamp.ts'
import { parseToken, type ValueCipher } from './value-cipher.ts'

/** SHA-256 of the ASCII text `sops`: fed first with `mac_only_encrypted`, so that the two kinds never agree. */
const ONLY_ENCRYPTED_PREFIX = Buffer.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69', 'hex')

/** Small values are gathered before they are hashed: a call for each costs more than the hash. */
const GATHERED_LENGTH = 16_384

/** Adds up the values of a file in walk order. */
export class MacBuilder {
  readonly #hash = createHash('sha512')
  readonly #onlyEncrypted: boolean
  #gathered = ''

  constructor(onlyEncrypted: boolean) {
    this.#onlyEncrypted = onlyEncrypted
    if (onlyEncrypted) this.#hash.update(ONLY_ENCRYPTED_PREFIX)
  }

  /** Adds one value; null adds nothing. */
  add(scalar: Scalar, encrypted: boolean): void {
    if (this.#onlyEncrypted && !encrypted) return
    if (typeof scalar.canonical === 'string') {
      this.#gathered += scalar.canonical
      if (this.#gathered.length > GATHERED_LENGTH) this.#flush()
      return
    }
    this.#flush()
    this.#hash.update(scalar.canonical)
  }

  /** 128 upper-case hexadecimal digits. The builder is used up. */
  digest(): string {
    this.#flush()
    return this.#hash.digest('hex').toUpperCase()
  }

  #flush(): void {
    this.#hash.update(this.#gathered, 'utf8')
    this.#gathered = ''
  }
}

/** The `mac` field for a digest, bound to its time stamp. */
export function encryptMac(digest: string, lastModified: string, cipher: ValueCipher): string {
  return cipher.encrypt(digest, 'str', canonicalTimestamp(lastModified))
}

/** Whether a digest is the one that the metadata holds, in constant time. Throws `MAC_MISMATCH` when that cannot be read. */
export function macMatches(digest: string, metadata: Metadata, cipher: ValueCipher): boolean {
  const token = parseToken(metadata.mac)
  const usable = token !== undefined && token.type === 'str' && token.rest === ''
  const stored = usable ? cipher.decrypt(token, canonicalTimestamp(metadata.lastModified)) : undefined
  if (stored === undefined) {
    throw new SecretsError('MAC_MISMATCH', metadata.mac === '' ? 'the MAC is missing' : 'the MAC is damaged', {
      hint: 'somebody changed the metadata; restore the file from git, or read what is left of it with `secrets recover FILE`',
    })
  }
  const computed = Buffer.from(digest, 'ascii')
  return stored.length === computed.length && timingSafeEqual(stored, computed)
}
