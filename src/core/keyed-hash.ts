import { hash } from 'node:crypto'

/** Bytes of a block and of a digest of SHA-256 (FIPS 180-4). */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/** Messages up to this length are put together in a buffer that stays; a buffer for each costs as much as its hash. */
const SHORT_BYTES = 4_096

/** A character of a string takes at most three bytes of UTF-8 for each of its UTF-16 units. */
const MAX_BYTES_OF_UNIT = 3

/**
 * HMAC-SHA-256 (RFC 2104) over two parts, for many short messages under one key: Node's one-shot hash takes two
 * thirds of the time that an `Hmac` object takes to be made, and its digest as text half of that of a buffer.
 */
export class KeyedHash {
  readonly #inner: Buffer
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c)

  /** `key` has at most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = Buffer.alloc(BLOCK_BYTES, 0x36)
    for (let index = 0; index < key.length; index += 1) {
      const byte = key[index] ?? 0
      this.#inner[index] = byte ^ 0x36
      this.#outer[index] = byte ^ 0x5c
    }
  }

  /** The 32 bytes of HMAC(key, first ‖ second); texts are UTF-8. */
  digest(first: string, second: string | Uint8Array): Buffer {
    const inner = hash('sha256', this.#message(first, second), 'binary')
    this.#outer.write(inner, BLOCK_BYTES, 'binary')
    return Buffer.from(hash('sha256', this.#outer, 'binary'), 'binary')
  }

  #message(first: string, second: string | Uint8Array): Uint8Array {
    const units = first.length + second.length
    if (units * MAX_BYTES_OF_UNIT > SHORT_BYTES) {
      return Buffer.concat([this.#inner, Buffer.from(first, 'utf8'), asBytes(second)])
    }
    this.#inner.copy(scratch)
    let end = BLOCK_BYTES + scratch.write(first, BLOCK_BYTES, 'utf8')
    if (typeof second === 'string') end += scratch.write(second, end, 'utf8')
    else {
      scratch.set(second, end)
      end += second.length
    }
    return scratch.subarray(0, end)
  }
}

/** Each digest overwrites what the one before left. */
const scratch = Buffer.alloc(BLOCK_BYTES + SHORT_BYTES)

function asBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : text
}
