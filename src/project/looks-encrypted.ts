/** What the MAC of every encrypted file begins with, in all formats. */
const CIPHERTEXT = 'ENC[AES256_GCM,'

/** How the metadata is spelled in the formats: YAML and JSON (with any quotes), dotenv, INI. */
const METADATA = /(?:^|[{,\s])["']?sops["']?\s*:|^sops_mac\s*=|^\[sops\]/m

/**
 * Whether bytes are probably an encrypted file, without parsing them: enough to choose files by, not to trust. The format
 * says for certain.
 */
export function looksEncrypted(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.includes(CIPHERTEXT) && METADATA.test(view.toString('latin1'))
}
