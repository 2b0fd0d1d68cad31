import { SecretsError } from '../../core/errors.ts'
import { decodeBase64 } from '../age/base64.ts'
import type { Stanza } from '../age/header.ts'

const COLUMNS = 64
const WORD = /^[\x21-\x7e]+$/

/**
 * Takes what a plugin prints in pieces of any size and gives its stanzas as they are complete. They are spelled as in
 * the header of an age file (https://c2sp.org/age-plugin, "Conventions").
 */
export class StanzaReader {
  #text = ''
  #head: readonly string[] | undefined
  #body = ''

  /** The stanzas that `chunk` completes. Throws `METADATA_INVALID` for anything that is no stanza. */
  push(chunk: Uint8Array): readonly Stanza[] {
    const lines = (this.#text + Buffer.from(chunk).toString('latin1')).split('\n')
    this.#text = lines.pop() ?? ''
    return lines.flatMap((line) => this.#line(line) ?? [])
  }

  #line(line: string): Stanza | undefined {
    if (this.#head === undefined) {
      this.#head = headOf(line)
      return undefined
    }
    if (line.length > COLUMNS) throw malformed()
    this.#body += line
    if (line.length === COLUMNS) return undefined
    const [type = '', ...args] = this.#head
    const stanza = { type, args, body: decodeBase64(this.#body, 'unpadded') }
    this.#head = undefined
    this.#body = ''
    return stanza
  }
}

function headOf(line: string): readonly string[] {
  const [arrow, ...words] = line.split(' ')
  if (arrow !== '->' || words.length === 0 || !words.every((word) => WORD.test(word))) throw malformed()
  return words
}

function malformed(): SecretsError {
  return new SecretsError('METADATA_INVALID', 'the stanza is malformed')
}
