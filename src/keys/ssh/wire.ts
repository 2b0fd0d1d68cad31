/** The binary encoding of SSH: lengths of four bytes and what they measure (RFC 4251, section 5). */
import { SecretsError } from '../../core/errors.ts'

/** Reads strings one after the other. Throws `IDENTITY_INVALID` where the bytes end too early. */
export class WireReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** A number of four bytes. */
  number(): number {
    return this.raw(4).readUInt32BE()
  }

  /** A `string` or an `mpint`, as bytes. */
  string(): Buffer {
    return this.raw(this.number())
  }

  /** A `string` that is a name. */
  text(): string {
    return this.string().toString('latin1')
  }

  /** The next `length` bytes. */
  raw(length: number): Buffer {
    const end = this.#position + length
    if (end > this.#bytes.length) throw new SecretsError('IDENTITY_INVALID', 'is cut off')
    const part = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return part
  }

  /** All that is left. */
  rest(): Buffer {
    return this.raw(this.#bytes.length - this.#position)
  }
}

/** The `string`s of these parts, one after the other. */
export function wireStrings(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** A non-negative number as an `mpint`'s bytes: no more than needed, the first bit clear. */
export function wireInteger(bytes: Uint8Array): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0)
  const bare = Buffer.from(from === -1 ? [] : bytes.subarray(from))
  return (bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bare]) : bare
}

/** The bytes of an `mpint` as a member of a JWK: base64url without zero bytes in front (RFC 7518, section 2). */
export function jwkInteger(value: Uint8Array): string {
  const bytes = wireInteger(value)
  return (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url')
}
