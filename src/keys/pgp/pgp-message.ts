/** What a file may hand to gpg: one armored message to public keys, and nothing that makes gpg ask or do anything else. */

/** More than a data key for a post-quantum key takes. */
const LONGEST = 64 * 1024
/** RFC 9580, section 6.2: headers, an empty line, base64 and perhaps a checksum. */
const ARMOR =
  /^-----BEGIN PGP MESSAGE-----\r?\n(?:[A-Za-z]+: [^\r\n]*\r?\n)*[ \t]*\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)-----END PGP MESSAGE-----$/
/** The tag of a session key that is encrypted to a public key (RFC 9580, section 5). */
const PUBLIC_KEY_SESSION = 1

/** What is wrong with an armored message; undefined where gpg may see it. */
export function messageProblem(text: string): string | undefined {
  if (text.length > LONGEST) return 'its PGP message is far too long'
  const [, body] = ARMOR.exec(text.trim()) ?? []
  if (body === undefined) return 'its PGP message is malformed'
  const [first = 0] = Buffer.from(body.replace(/\r?\n=[A-Za-z0-9+/]{4}\r?\n$/, ''), 'base64')
  return tagOf(first) === PUBLIC_KEY_SESSION ? undefined : 'its PGP message is not encrypted to a public key'
}

/** RFC 9580, section 4.2: the tag in a new or an old header of a packet; bit 7 is always set. */
function tagOf(first: number): number | undefined {
  if ((first & 0x80) === 0) return undefined
  return (first & 0x40) === 0 ? (first >> 2) & 0x0f : first & 0x3f
}
