import { createHash } from 'node:crypto'

/**
 * A short text by which two people compare a public key: SHA-256 in base64 without padding, as OpenSSH prints it. For a
 * key of SSH it is the very text of `ssh-keygen -l` (RFC 4253, section 6.6, says what is hashed); for all others the
 * canonical reference is hashed.
 */
export function fingerprint(reference: string): string {
  const ssh = /^(?:ssh-|ecdsa-|sk-)\S+ ([A-Za-z0-9+/=]+)/.exec(reference)?.[1]
  const bytes = ssh === undefined ? Buffer.from(reference, 'utf8') : Buffer.from(ssh, 'base64')
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`
}
