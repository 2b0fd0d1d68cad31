/** Age files under a passphrase (https://c2sp.org/age, "scrypt recipient stanza"). */
import { scrypt } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { damagedAgeFile } from './damage.ts'
import type { AgeHeader, Stanza } from './header.ts'
import { type AgeIdentity, FILE_KEY_LENGTH } from './identity.ts'
import { openBytes, TAG_LENGTH } from './primitives.ts'

const TYPE = 'scrypt'
const LABEL = Buffer.from('age-encryption.org/v1/scrypt', 'latin1')
const SALT_LENGTH = 16
/** The highest work factor that age accepts by default (`NewScryptIdentity`): 4 GiB of memory. */
const MAX_WORK_FACTOR = 22

/** What opens an age file under a passphrase. A wrong passphrase gives undefined, as a key that does not fit. */
export class PassphraseIdentity implements AgeIdentity {
  readonly #passphrase: string

  constructor(passphrase: string) {
    this.#passphrase = passphrase
  }

  recipient(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined> {
    const stanza = header.stanzas.find(({ type }) => type === TYPE)
    if (stanza === undefined) return undefined
    if (header.stanzas.length !== 1) throw damagedAgeFile('a passphrase is not its only recipient')
    const { salt, workFactor } = parseArguments(stanza)
    const key = await stretch(this.#passphrase, Buffer.concat([LABEL, salt]), workFactor)
    return openBytes(key, new Uint8Array(12), stanza.body)
  }
}

function parseArguments(stanza: Stanza): { readonly salt: Uint8Array; readonly workFactor: number } {
  const [saltText = '', factorText = ''] = stanza.args
  const salt = decodeBase64(saltText, 'unpadded')
  const wellFormed = stanza.args.length === 2 && salt.length === SALT_LENGTH && /^[1-9][0-9]*$/.test(factorText)
  if (!wellFormed || stanza.body.length !== FILE_KEY_LENGTH + TAG_LENGTH) {
    throw damagedAgeFile('its scrypt stanza is malformed')
  }
  const workFactor = Number(factorText)
  if (workFactor > MAX_WORK_FACTOR) throw damagedAgeFile('its work factor is too high')
  return { salt, workFactor }
}

/** RFC 7914 with r = 8, p = 1; scrypt needs 128·N·r bytes and a little more. */
function stretch(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const cost = 2 ** workFactor
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { cost, blockSize: 8, maxmem: 128 * 8 * (cost + 64) }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
