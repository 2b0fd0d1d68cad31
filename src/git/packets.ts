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

/**
 * Reads what there is into `target`, waiting for it with the whole process, and gives how many bytes that were: 0 at the
 * end; undefined where it cannot wait, and the stream must be read instead.
 */
export type BlockingRead = (target: Uint8Array) => number | undefined

/** Holds a whole packet, and what came behind it. */
const BUFFER_BYTES = 128 * 1024

/** Takes lists of packets from a stream of bytes. */
export class PacketReader {
  readonly #stream: () => AsyncIterator<Buffer>
  readonly #block: BlockingRead | undefined
  #chunks: AsyncIterator<Buffer> | undefined
  #buffer: Buffer | undefined
  #unread: Buffer = Buffer.alloc(0)

  /** With `block`, the stream is opened where that cannot wait: a stream costs more than small packets do. */
  constructor(stream: () => AsyncIterable<Buffer>, block?: BlockingRead) {
    this.#stream = () => stream()[Symbol.asyncIterator]()
    this.#block = block
  }

  /** The payloads up to the next flush; undefined when the stream ended before. Throws `BrokenPackets`. */
  async readList(): Promise<readonly Buffer[] | undefined> {
    const payloads: Buffer[] = []
    for (;;) {
      const payload = this.#take()
      if (payload === 'flush') return payloads
      if (payload !== 'incomplete') {
        payloads.push(payload)
        continue
      }
      if (this.#readNow() ?? (await this.#readStream())) continue
      if (payloads.length === 0 && this.#unread.length === 0) return undefined
      throw new BrokenPackets('the stream ended within a list of packets')
    }
  }

  /** The same as texts without their line breaks. */
  async readTexts(): Promise<readonly string[] | undefined> {
    const payloads = await this.readList()
    return payloads?.map((payload) => payload.toString('utf8').replace(/\n$/, ''))
  }

  #take(): Buffer | 'flush' | 'incomplete' {
    if (this.#unread.length < LENGTH_DIGITS) return 'incomplete'
    const digits = this.#unread.toString('latin1', 0, LENGTH_DIGITS)
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1
    if (length !== 0 && length < LENGTH_DIGITS) throw new BrokenPackets('a length of a packet that is none')
    if (this.#unread.length < length) return 'incomplete'
    // A copy: what comes later is read into the same buffer.
    const payload = length === 0 ? 'flush' : Buffer.from(this.#unread.subarray(LENGTH_DIGITS, length))
    this.#unread = this.#unread.subarray(Math.max(length, LENGTH_DIGITS))
    return payload
  }

  /** Whether more was read; not at the end. Undefined where the stream must be read. */
  #readNow(): boolean | undefined {
    if (this.#block === undefined || this.#chunks !== undefined) return undefined
    this.#buffer ??= Buffer.alloc(BUFFER_BYTES)
    this.#unread.copy(this.#buffer)
    const kept = this.#unread.length
    const count = this.#block(this.#buffer.subarray(kept))
    this.#unread = this.#buffer.subarray(0, kept + (count ?? 0))
    return count === undefined ? undefined : count > 0
  }

  async #readStream(): Promise<boolean> {
    this.#chunks ??= this.#stream()
    const { value, done } = await this.#chunks.next()
    if (done === true) return false
    this.#unread = this.#unread.length === 0 ? value : Buffer.concat([this.#unread, value])
    return true
  }
}
