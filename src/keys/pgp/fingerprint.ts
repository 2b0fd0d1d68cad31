import { SecretsError } from '../../core/errors.ts'

/** v4 keys have 160 bits, v5 and v6 keys 256 (RFC 9580, section 5.5.4); 64 bits are the long key ID that sops takes too. */
const FINGERPRINT = /^(?:[0-9A-F]{16}|[0-9A-F]{40}|[0-9A-F]{64})!?$/

/**
 * A fingerprint without blanks and `0x`, in upper case; a `!` behind it, which names exactly that sub key, is kept.
 * Undefined for any other text.
 */
export function parseFingerprint(text: string): string | undefined {
  const fingerprint = text
    .replace(/\s+/g, '')
    .replace(/^0[xX]/, '')
    .toUpperCase()
  return FINGERPRINT.test(fingerprint) ? fingerprint : undefined
}

/** `parseFingerprint`; throws `BAD_RECIPIENT`. */
export function fingerprintOf(text: string): string {
  const fingerprint = parseFingerprint(text)
  if (fingerprint !== undefined) return fingerprint
  throw new SecretsError('BAD_RECIPIENT', 'a PGP key that is not named by its whole fingerprint', {
    hint: 'write the 40 digits that `gpg --list-keys` shows, with or without blanks',
  })
}
