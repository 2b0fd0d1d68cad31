/** Whole age v1 files: the data key of a secret file, or a key file under a passphrase. */
import { randomBytes } from 'node:crypto'
import { damagedAgeFile } from './damage.ts'
import { type AgeHeader, isAuthentic, parseHeader, type Stanza, writeHeader } from './header.ts'
import { type AgeIdentity, FILE_KEY_LENGTH } from './identity.ts'
import { openPayload, sealSmallPayload } from './payload.ts'

/** An age file whose header was read. */
export interface AgeFile {
  readonly header: AgeHeader
  readonly payload: Uint8Array
}

/** Reads the header of a binary age file. Throws `METADATA_INVALID`. */
export function readAgeFile(bytes: Uint8Array): AgeFile {
  const header = parseHeader(bytes)
  return { header, payload: bytes.subarray(header.bytes.length) }
}

/** The content, or undefined when the file is not for this identity. Throws `METADATA_INVALID` where anything does not authenticate. */
export async function openAgeFile(file: AgeFile, identity: AgeIdentity): Promise<Uint8Array | undefined> {
  const fileKey = await identity.unwrapFileKey(file.header)
  if (fileKey === undefined) return undefined
  if (!isAuthentic(file.header, fileKey)) throw damagedAgeFile('its header does not authenticate')
  return openPayload(file.payload, fileKey)
}

/** A binary age file of up to 64 KiB for the one recipient that `wrapFileKey` wraps for. */
export function sealAgeFile(plaintext: Uint8Array, wrapFileKey: (fileKey: Uint8Array) => Stanza): Uint8Array {
  const fileKey = randomBytes(FILE_KEY_LENGTH)
  return Buffer.concat([writeHeader([wrapFileKey(fileKey)], fileKey), sealSmallPayload(plaintext, fileKey)])
}
