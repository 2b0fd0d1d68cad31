/** git's packet lines (gitprotocol-common, "pkt-line Format"): four hexadecimal digits of length, themselves counted, then bytes. */

/** Bytes of one packet but its length (`LARGE_PACKET_DATA_MAX`). */
const MAX_PAYLOAD = 65_516

const LENGTH_DIGITS = 4

/** Ends a list of packets. */
export const FLUSH: Buffer = Buffer.from('0000')

/** A line as a packet; git ends texts with a line break. */
export function textPacket(text: string): Buffer {
  return packet(Buffer.from(`${text}\n`, 'utf8'))
}

/** Content of any length as packets, and the flush behind them. */
export function contentPackets(content: Uint8Array): Buffer {
  const packets: Buffer[] = []
  for (let start = 0; start < content.length; start += MAX_PAYLOAD) {
    packets.push(packet(content.subarray(start, start + MAX_PAYLOAD)))
  }
  return Buffer.concat([...packets, FLUSH])
}

function packet(payload: Uint8Array): Buffer {
  const length = (payload.length + LENGTH_DIGITS).toString(16).padStart(LENGTH_DIGITS, '0')
  return Buffer.concat([Buffer.from(length, 'latin1'), payload])
}

/** A stream that ended within a packet, or that holds no packets at all. */
export class BrokenPackets extends Error {}

/** Takes lists of packets from a stream of bytes. */
export class PacketReader {
  readonly #chunks: AsyncIterator<Buffer>
  #unread: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** The payloads up to the next flush; undefined when the stream ended before. Throws `BrokenPackets`. */
  async readList(): Promise<readonly Buffer[] | undefined> {
    const payloads: Buffer[] = []
    for (;;) {
      const length = await this.#readLength(payloads.length === 0)
      if (length === undefined) return undefined
      if (length === 0) return payloads
      payloads.push(await this.#take(length - LENGTH_DIGITS))
    }
  }

  /** The same as texts without their line breaks. */
  async readTexts(): Promise<readonly string[] | undefined> {
    const payloads = await this.readList()
    return payloads?.map((payload) => payload.toString('utf8').replace(/\n$/, ''))
  }

  async #readLength(mayEnd: boolean): Promise<number | undefined> {
    if (!(await this.#fill(LENGTH_DIGITS))) {
      if (mayEnd && this.#unread.length === 0) return undefined
      throw new BrokenPackets('the stream ended within a list of packets')
    }
    const digits = (await this.#take(LENGTH_DIGITS)).toString('latin1')
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1
    if (length === 0 || length >= LENGTH_DIGITS) return length
    throw new BrokenPackets('a length of a packet that is none')
  }

  async #take(count: number): Promise<Buffer> {
    if (!(await this.#fill(count))) throw new BrokenPackets('the stream ended within a packet')
    const taken = this.#unread.subarray(0, count)
    this.#unread = this.#unread.subarray(count)
    return taken
  }

  async #fill(count: number): Promise<boolean> {
    if (this.#unread.length >= count) return true
    const parts = [this.#unread]
    let length = this.#unread.length
    while (length < count) {
      const { value, done } = await this.#chunks.next()
      if (done === true) break
      parts.push(value)
      length += value.length
    }
    this.#unread = Buffer.concat(parts)
    return length >= count
  }
}
