/**
 * Notations that a value cannot carry. The line breaks of a folded scalar, `0x1F`, a short date, `"\x41"`
 * or an alias are no part of a value, so encrypting the value alone would lose them. Where spelling the
 * value anew would not give back the text that stood there, that text is encrypted too and put behind the
 * closing bracket: `ENC[…]~BASE64`. sops ignores what stands there when it reads, and drops it when it
 * writes; then the value comes back in its plain spelling.
 *
 * Layout of the bytes behind `~`, in unpadded base64url: nonce (32) ‖ GCM tag (16) ‖ ciphertext. The key
 * is derived from the data key; the associated data binds the notation to its path and its value's tag.
 * The plaintext is one decimal number, the levels of containers above the value that the text stood for
 * (0: the value itself), a colon, and the text.
 */
import { deriveKey, parseToken, type Token, ValueCipher } from './value-cipher.ts'

/** A text that stood in the place of a value, or of a container that holds it. */
export interface Notation {
  readonly levels: number
  readonly text: string
}

const SIGN = '~'
const IV_BYTES = 32
const TAG_BYTES = 16

/** What the key of the notations is derived with. */
const PURPOSE = 'secretsrc notation v1'

/** The notations of one file. Their key is made when one of them needs it: few files have any, and it costs more than ten values. */
export class Notations {
  readonly #dataKey: Uint8Array
  #made: ValueCipher | undefined

  /** `dataKey` is the file's 32 bytes. */
  constructor(dataKey: Uint8Array) {
    this.#dataKey = dataKey
  }

  /** The token with its notation. */
  attach(token: string, notation: Notation, aad: string): string {
    const sealed = parseToken(this.#cipher.encrypt(`${notation.levels}:${notation.text}`, 'str', boundTo(token, aad)))
    if (sealed === undefined) return token
    const bytes = Buffer.concat([sealed.iv, sealed.tag, sealed.data].map((part) => Buffer.from(part, 'base64')))
    return `${token}${SIGN}${bytes.toString('base64url')}`
  }

  /**
   * The notation behind a token; `none` where there is none, `damaged` where there is something that does not
   * authenticate. A line break and what follows are the format's (a literal block ends in one).
   */
  detach(token: Token, aad: string): Notation | 'none' | 'damaged' {
    if (token.rest === '') return 'none'
    const rest = token.rest.replace(/\n[^]*$/, '')
    if (!rest.startsWith(SIGN)) return rest === '' ? 'none' : 'damaged'
    const bytes = Buffer.from(rest.slice(1), 'base64url')
    if (bytes.toString('base64url') !== rest.slice(1) || bytes.length <= IV_BYTES + TAG_BYTES) return 'damaged'
    const opened = this.#cipher.decrypt(
      {
        iv: bytes.subarray(0, IV_BYTES).toString('base64'),
        tag: bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES).toString('base64'),
        data: bytes.subarray(IV_BYTES + TAG_BYTES).toString('base64'),
        type: 'str',
        rest: '',
      },
      boundTo(`ENC[AES256_GCM,data:${token.data},iv:${token.iv},tag:${token.tag},type:${token.type}]`, aad),
    )
    const match = opened && /^(\d{1,3}):([^]*)$/.exec(opened.toString('utf8'))
    return match ? { levels: Number(match[1]), text: match[2] ?? '' } : 'damaged'
  }

  get #cipher(): ValueCipher {
    this.#made ??= new ValueCipher(deriveKey(this.#dataKey, PURPOSE))
    return this.#made
  }
}

function boundTo(token: string, aad: string): string {
  return `${aad}\n${token}`
}
