/**
 * The ASCII armor of age (RFC 7468, strict form): 64 columns of base64 between two marker lines.
 * Source: https://c2sp.org/age, "ASCII armor".
 */
import { decodeBase64 } from './base64.ts'
import { damagedAgeFile } from './damage.ts'

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----'
const END = '-----END AGE ENCRYPTED FILE-----'
const COLUMNS = 64

/** Armored text of an age file, with the final newline that sops writes. */
export function encodeArmor(file: Uint8Array): string {
  const text = Buffer.from(file).toString('base64')
  const lines = text.match(/.{1,64}/g) ?? []
  return `${[BEGIN, ...lines, END].join('\n')}\n`
}

/**
 * The age file in an armored text; white space around it, CRLF and LF are accepted.
 * Throws `METADATA_INVALID` for anything that is not strict armor with canonical base64.
 */
export function decodeArmor(text: string): Uint8Array {
  const lines = text.trim().split(/\r?\n/)
  if (lines.shift() !== BEGIN) throw damagedAgeFile('it has no begin line')
  if (lines.pop() !== END) throw damagedAgeFile('it has no end line')
  const full = lines.slice(0, -1).every((line) => line.length === COLUMNS)
  const last = lines.at(-1)?.length ?? 0
  if (!full || last === 0 || last > COLUMNS) throw damagedAgeFile('its lines have a wrong length')
  return decodeBase64(lines.join(''), 'padded')
}
