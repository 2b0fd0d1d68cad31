/** Plain content that must not be committed even encrypted. */
import { SecretsError } from '../core/errors.ts'

/** Lines of a key file: comments, and secret keys of age. */
const KEY_FILE_LINE = /^(?:#.*|AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+|AGE-PLUGIN-[0-9A-Z-]+1[0-9A-Z]+|)$/

/**
 * Refuses a file that is nothing but age identities: a pattern that is too wide would lock the key into what it
 * opens. Throws `FORMAT_INVALID`.
 */
export function refuseKeyFile(content: Uint8Array): void {
  const text = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, 65_536)).toString('latin1')
  if (!text.includes('AGE-SECRET-KEY-') && !text.includes('AGE-PLUGIN-')) return
  if (!text.split('\n').every((line) => KEY_FILE_LINE.test(line.trim()))) return
  throw new SecretsError('FORMAT_INVALID', 'this is a key file, and belongs in no commit', {
    hint: 'keep it out of the repository; if it is itself a secret to share, run "secrets encrypt" on it first',
  })
}
