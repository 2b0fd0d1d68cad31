/**
 * The cipher of one value: AES-256-GCM with the file's data key, bound to its path, in sops's text form
 * (`aes/cipher.go`).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { KeyedHash } from './keyed-hash.ts'

const TAG_BYTES = 16

/** What the text form tells of a value: the ciphertext is not checked yet. */
export interface Token {
  readonly data: string
  readonly iv: string
  readonly tag: string
  /** `str`, `int`, `float`, `bool`, `time`, `comment`, `bytes`; not authenticated by sops's format. */
  readonly type: string
  /** What stands behind the closing bracket; sops ignores it. See `notation.ts`. */
  readonly rest: string
}

/** sops's own expression (`parse()`): anchored at the start only, greedy, `.` without line breaks. */
const TOKEN = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]/
const TOKEN_START = 'ENC[AES256_GCM,'

/** The parts of an `ENC[…]`; undefined when the text is none. */
export function parseToken(text: string): Token | undefined {
  if (!text.startsWith(TOKEN_START)) return undefined
  return parseOrdinary(text) ?? parseGreedily(text)
}

/** The shape that everybody writes, without the backtracking of the expression: a file has thousands. */
function parseOrdinary(text: string): Token | undefined {
  const data = TOKEN_START.length + 'data:'.length
  const iv = text.indexOf(',iv:', data)
  const tag = text.indexOf(',tag:', iv)
  const type = text.indexOf(',type:', tag)
  const end = text.indexOf(']', type)
  const found = text.startsWith('data:', TOKEN_START.length) && iv > data && tag > iv + 4 && type > tag + 5
  // Commas and brackets anywhere else, or a line break, are left to the expression.
  if (!found || end < type + 7 || text.indexOf(']', end + 1) !== -1 || BETWEEN.test(text.slice(data, iv)))
    return undefined
  return {
    data: text.slice(data, iv),
    iv: text.slice(iv + 4, tag),
    tag: text.slice(tag + 5, type),
    type: text.slice(type + 6, end),
    rest: text.slice(end + 1),
  }
}

const BETWEEN = /[,\n]/

function parseGreedily(text: string): Token | undefined {
  const match = TOKEN.exec(text)
  if (match === null) return undefined
  const [whole, data = '', iv = '', tag = '', type = ''] = match
  return { data, iv, tag, type, rest: text.slice(whole.length) }
}

/** Whether a text begins like an encrypted value, damaged or not. */
export function looksEncrypted(text: string): boolean {
  return text.startsWith(TOKEN_START)
}

/** Marks of a token of a comment: most of them together are no chance. */
const TOKEN_MARKS = ['ENC[', 'AES256_GCM,', 'data:', ',iv:', ',tag:', ',type:comment']

/** Whether a text is a token, or was one before somebody changed it. */
export function shapedLikeToken(text: string): boolean {
  return looksEncrypted(text) || TOKEN_MARKS.filter((mark) => text.includes(mark)).length >= TOKEN_MARKS.length - 2
}

/** What a cipher remembers of a value. */
interface Encrypted extends Pick<Token, 'data' | 'iv'> {
  readonly aad: string
  readonly plaintext: string | Uint8Array
}

/** Encrypts and decrypts the values of one file. Holds the data key; printing it shows nothing. */
export class ValueCipher {
  readonly #key: KeyObject
  readonly #dataKey: Uint8Array
  #ivHash: KeyedHash | undefined
  /** By their tags, which differ. */
  readonly #encrypted: Map<string, Encrypted> | undefined

  /**
   * `dataKey` is the file's 32 bytes. With `remember`, what this cipher encrypted it decrypts from memory: checking
   * that a text that was just written reads back then costs no second round of the cipher.
   */
  constructor(dataKey: Uint8Array, remember = false) {
    this.#encrypted = remember ? new Map() : undefined
    this.#key = createSecretKey(dataKey)
    this.#dataKey = dataKey
  }

  /**
   * The text form of `plaintext`. An empty one stays empty, as sops does. The nonce is synthetic:
   * HMAC-SHA-256 over associated data, type and plaintext, so that an unchanged value at an unchanged
   * path keeps its ciphertext (`docs/decisions`: what that shows, and why it is safe).
   */
  encrypt(plaintext: string | Uint8Array, type: string, aad: string): string {
    if (plaintext.length === 0) return ''
    const iv = this.#syntheticIv(plaintext, type, aad)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    cipher.setAAD(Buffer.from(aad, 'utf8'))
    const data = updateCipher(cipher, plaintext)
    // GCM holds nothing back (a stream cipher): the end makes the tag alone.
    cipher.final()
    const parts = {
      data: data.toString('base64'),
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    }
    this.#encrypted?.set(parts.tag, { ...parts, aad, plaintext })
    return `ENC[AES256_GCM,data:${parts.data},iv:${parts.iv},tag:${parts.tag},type:${type}]`
  }

  /** The plaintext of a token at the path `aad`; undefined when it does not authenticate there. */
  decrypt(token: Token, aad: string): Buffer | undefined {
    const known = this.#encrypted?.get(token.tag)
    // All of it has to be the same: it is what the tag was made of.
    if (known?.aad === aad && known.iv === token.iv && known.data === token.data) return Buffer.from(known.plaintext)
    const iv = decodeBase64(token.iv)
    const tag = decodeBase64(token.tag)
    const data = decodeBase64(token.data)
    if (iv === undefined || tag === undefined || data === undefined) return undefined
    return openGcm(this.#key, { iv, tag, data }, aad)
  }

  #syntheticIv(plaintext: string | Uint8Array, type: string, aad: string): Buffer {
    this.#ivHash ??= new KeyedHash(deriveKey(this.#dataKey, 'secretsrc synthetic iv v1'))
    return this.#ivHash.digest(`${Buffer.byteLength(aad)}:${aad}${type}:`, plaintext)
  }
}

/** A key for another purpose than the values, made from the data key: HMAC-SHA-256(data key, purpose). */
export function deriveKey(dataKey: Uint8Array, purpose: string): Buffer {
  return new KeyedHash(dataKey).digest(purpose, '')
}

function updateCipher(cipher: ReturnType<typeof createCipheriv>, plaintext: string | Uint8Array): Buffer {
  return typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
}

interface Sealed {
  readonly iv: Buffer
  readonly tag: Buffer
  readonly data: Buffer
}

function openGcm(key: KeyObject, sealed: Sealed, aad: string): Buffer | undefined {
  if (sealed.tag.length !== TAG_BYTES || sealed.iv.length === 0) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv)
  decipher.setAAD(Buffer.from(aad, 'utf8'))
  decipher.setAuthTag(sealed.tag)
  const start = decipher.update(sealed.data)
  try {
    const end = decipher.final()
    return end.length === 0 ? start : Buffer.concat([start, end])
  } catch {
    return undefined
  }
}

/**
 * Standard base64 with padding, strictly: a damaged character must not be skipped over as `Buffer.from`
 * would. Encoding again is the check, because the padding bits of the last character count too.
 */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
