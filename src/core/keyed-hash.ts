import { hash } from 'node:crypto'

/** Bytes of a block and of a digest of SHA-256 (FIPS 180-4). */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/**
 * HMAC-SHA-256 (RFC 2104) over two parts, for many short messages under one key: Node's one-shot hash takes two
 * thirds of the time that an `Hmac` object takes to be made.
 */
export class KeyedHash {
  readonly #inner: Buffer
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c)

  /** `key` has at most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = Buffer.alloc(BLOCK_BYTES, 0x36)
    key.forEach((byte, index) => {
      this.#inner[index] = byte ^ 0x36
      this.#outer[index] = byte ^ 0x5c
    })
  }

  /** The 32 bytes of HMAC(key, first ‖ second); texts are UTF-8. */
  digest(first: string, second: string | Uint8Array): Buffer {
    const message = Buffer.concat([this.#inner, Buffer.from(first, 'utf8'), asBytes(second)])
    hash('sha256', message, 'buffer').copy(this.#outer, BLOCK_BYTES)
    return hash('sha256', this.#outer, 'buffer')
  }
}

function asBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : text
}
