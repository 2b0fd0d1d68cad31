import { damagedAgeFile } from './damage.ts'

/**
 * The bytes of canonical standard base64, with or without padding as age demands at the place (c2sp.org/age).
 * Throws `METADATA_INVALID` for any text that is not the one encoding of its bytes.
 */
export function decodeBase64(text: string, padding: 'padded' | 'unpadded'): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  const canonical = padding === 'padded' ? bytes.toString('base64') : encodeBase64(bytes)
  if (canonical !== text) throw damagedAgeFile('its base64 is not canonical')
  return bytes
}

/** Standard base64 without padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
