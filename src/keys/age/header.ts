/**
 * The header of an age v1 file: recipient stanzas and a MAC. Source: https://c2sp.org/age, "Header".
 */
import { timingSafeEqual } from 'node:crypto'
import { KeyedHash } from '../../core/keyed-hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { damagedAgeFile } from './damage.ts'
import { deriveKey } from './primitives.ts'

const VERSION = 'age-encryption.org/v1'
const COLUMNS = 64
const ARGUMENT = /^[\x21-\x7e]+$/
const MAC_LENGTH = 32

/** The file key, wrapped for one recipient. */
export interface Stanza {
  readonly type: string
  readonly args: readonly string[]
  readonly body: Uint8Array
}

/** A header as read. `bytes` is all of it; the MAC covers the first `macStart`. */
export interface AgeHeader {
  readonly stanzas: readonly Stanza[]
  readonly mac: Uint8Array
  readonly bytes: Uint8Array
  readonly macStart: number
}

/** Reads the header of an age file. Throws `METADATA_INVALID` for anything that the format does not allow. */
export function parseHeader(file: Uint8Array): AgeHeader {
  const reader = new LineReader(file)
  if (reader.next() !== VERSION) throw damagedAgeFile('it does not begin with the version of age')
  const stanzas: Stanza[] = []
  for (;;) {
    const start = reader.position
    const line = reader.next()
    if (line.startsWith('--- ')) {
      const mac = decodeBase64(line.slice(4), 'unpadded')
      if (stanzas.length === 0 || mac.length !== MAC_LENGTH) throw damagedAgeFile('its header is malformed')
      return { stanzas, mac, bytes: file.subarray(0, reader.position), macStart: start + 3 }
    }
    stanzas.push(parseStanza(line, reader))
  }
}

/** Whether the MAC of the header fits the file key, in constant time. */
export function isAuthentic(header: AgeHeader, fileKey: Uint8Array): boolean {
  return timingSafeEqual(header.mac, headerMac(fileKey, header.bytes.subarray(0, header.macStart)))
}

/** The bytes of a header for these stanzas and file key. */
export function writeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Uint8Array {
  const covered = `${VERSION}\n${stanzas.map(writeStanza).join('')}---`
  return Buffer.from(`${covered} ${encodeBase64(headerMac(fileKey, Buffer.from(covered, 'latin1')))}\n`, 'latin1')
}

function parseStanza(line: string, reader: LineReader): Stanza {
  const [arrow, type, ...args] = line.split(' ')
  if (arrow !== '->' || type === undefined || ![type, ...args].every((text) => ARGUMENT.test(text))) {
    throw damagedAgeFile('its header is malformed')
  }
  let body = ''
  let row: string
  do {
    row = reader.next()
    body += row
  } while (row.length === COLUMNS)
  if (row.length > COLUMNS) throw damagedAgeFile('its header is malformed')
  return { type, args, body: decodeBase64(body, 'unpadded') }
}

/** The lines of a stanza. The last line of a body is shorter than the others, and may be empty. */
export function writeStanza(stanza: Stanza): string {
  const text = encodeBase64(stanza.body)
  const lines = [...(text.match(/.{1,64}/g) ?? []), ...(text.length % COLUMNS === 0 ? [''] : [])]
  return `${['->', stanza.type, ...stanza.args].join(' ')}\n${lines.map((line) => `${line}\n`).join('')}`
}

function headerMac(fileKey: Uint8Array, covered: Uint8Array): Uint8Array {
  return new KeyedHash(deriveKey(fileKey, new Uint8Array(0), 'header')).digest('', covered)
}

class LineReader {
  readonly #bytes: Buffer
  position = 0

  constructor(file: Uint8Array) {
    this.#bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  }

  next(): string {
    const end = this.#bytes.indexOf(0x0a, this.position)
    if (end === -1) throw damagedAgeFile('its header is cut off')
    const line = this.#bytes.toString('latin1', this.position, end)
    this.position = end + 1
    return line
  }
}
