import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../../src/core/errors.ts'
import { openAgeFile, readAgeFile, sealAgeFile } from '../../../src/keys/age/age-file.ts'
import { decodeArmor, encodeArmor } from '../../../src/keys/age/armor.ts'
import { encodeBech32 } from '../../../src/keys/age/bech32.ts'
import { parseHybridIdentity } from '../../../src/keys/age/hybrid.ts'
import type { AgeIdentity } from '../../../src/keys/age/identity.ts'
import { PassphraseIdentity } from '../../../src/keys/age/passphrase.ts'
import {
  newX25519Identity,
  parseX25519Identity,
  parseX25519Recipient,
  wrapForX25519,
} from '../../../src/keys/age/x25519.ts'
import { suite } from '../../support/suite.ts'

interface Vector {
  readonly expect: string
  readonly payload: string | undefined
  readonly armored: boolean
  readonly identities: readonly AgeIdentity[]
  readonly file: Uint8Array
}

const path = new URL('../../fixtures/age/cctv-vectors.json', import.meta.url)
// The file is ours: names and base64.
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
const runs = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

suite('age files: official vectors', (test) => {
  test('every vector has the outcome that it names', async () => {
    const outcomes = new Map<string, number>()
    for (const [name, base64] of Object.entries(vectors)) {
      const vector = readVector(Buffer.from(base64, 'base64'))
      const outcome = await attempt(vector)
      assert.is(outcome, expected(name, vector), name)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    assert.ok((outcomes.get('opened') ?? 0) > 20)
    assert.ok((outcomes.get('refused') ?? 0) > 90)
  })
})

suite('age files: both ways with age-encryption', (test) => {
  test('what we seal, it opens', async () => {
    const { identity, recipient } = newX25519Identity()
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    for (const length of [0, 1, 32, 33, 48, 65_536]) {
      const content = randomBytes(length)
      const opened = await decrypter.decrypt(armor.decode(encodeArmor(seal(recipient, content))))
      assert.is(Buffer.compare(opened, content), 0)
    }
  })

  test('what it seals for several recipients, each of ours opens', async () => {
    const texts = await Promise.all([generateX25519Identity(), generateX25519Identity()])
    const encrypter = new Encrypter()
    for (const text of texts) encrypter.addRecipient(await identityToRecipient(text))
    for (const length of [0, 33, 65_536, 65_537, 200_000]) {
      const content = randomBytes(length)
      const file = readAgeFile(decodeArmor(armor.encode(await encrypter.encrypt(content))))
      for (const text of texts) {
        const opened = await openAgeFile(file, identityOf(text))
        assert.is(Buffer.compare(opened ?? Buffer.from('not opened'), content), 0)
      }
    }
  })

  test('a passphrase of age-encryption opens, another does not', async () => {
    const encrypter = new Encrypter()
    encrypter.setPassphrase('correct horse')
    encrypter.setScryptWorkFactor(10)
    const file = readAgeFile(await encrypter.encrypt('content'))
    const opened = await openAgeFile(file, new PassphraseIdentity('correct horse'))
    assert.is(Buffer.from(opened ?? []).toString(), 'content')
    assert.is(await openAgeFile(file, new PassphraseIdentity('wrong')), undefined)
  })
})

suite('age files: properties', (test) => {
  test('sealing and opening gives the content back, and armor is as sops writes it', async () => {
    const { identity, recipient } = newX25519Identity()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
        const text = encodeArmor(seal(recipient, content))
        assert.match(
          text,
          /^-----BEGIN AGE ENCRYPTED FILE-----\n(?:.{64}\n)*.{1,64}\n-----END AGE ENCRYPTED FILE-----\n$/,
        )
        const opened = await openAgeFile(readAgeFile(decodeArmor(text)), identityOf(identity))
        assert.is(Buffer.compare(opened ?? Buffer.from('not opened'), content), 0)
      }),
      { numRuns: runs },
    )
  })

  test('a flipped bit, a cut and an added byte are refused', async () => {
    const { identity, recipient } = newX25519Identity()
    const sealed = seal(recipient, randomBytes(33))
    const opens = async (bytes: Uint8Array): Promise<boolean> => {
      try {
        return (await openAgeFile(readAgeFile(bytes), identityOf(identity))) !== undefined
      } catch (error) {
        if (isSecretsError(error)) return false
        throw error
      }
    }
    assert.ok(await opens(sealed))
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Uint8Array.from(sealed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.not(await opens(flipped), `bit ${bit}`)
    }
    for (let length = 0; length < sealed.length; length += 1) assert.not(await opens(sealed.subarray(0, length)))
    assert.not(await opens(Buffer.concat([sealed, Buffer.from([0])])))
  })

  test('a recipient of low order is refused', () => {
    const zero = encodeBech32('age', new Uint8Array(32))
    const one = encodeBech32('age', Uint8Array.from([1, ...new Uint8Array(31)]))
    for (const text of [zero, one, zero]) assert.throws(() => seal(text, randomBytes(16)), /low order/)
  })
})

/** Errors inside the arithmetic of age-encryption, which has one error for these and for a key that does not fit. */
const CANNOT_TELL: ReadonlySet<string> = new Set(['hybrid_identity', 'hybrid_low_order'])

/** "header", "HMAC", "armor" and "payload failure" are one to us: refused. */
function expected(name: string, { expect }: Vector): string {
  if (expect === 'success') return 'opened'
  return expect === 'no match' || CANNOT_TELL.has(name) ? 'not ours' : 'refused'
}

async function attempt({ file, armored, identities, payload }: Vector): Promise<string> {
  try {
    const read = readAgeFile(armored ? decodeArmor(Buffer.from(file).toString('latin1')) : file)
    for (const identity of identities) {
      const opened = await openAgeFile(read, identity)
      if (opened === undefined) continue
      assert.is(createHash('sha256').update(opened).digest('hex'), payload)
      return 'opened'
    }
    return 'not ours'
  } catch (error) {
    if (isSecretsError(error)) return 'refused'
    throw error
  }
}

function readVector(bytes: Buffer): Vector {
  const end = bytes.indexOf('\n\n')
  const fields = bytes
    .toString('utf8', 0, end)
    .split('\n')
    .map((line) => line.split(': '))
  const all = (name: string): string[] => fields.flatMap(([key, value = '']) => (key === name ? [value] : []))
  const body = bytes.subarray(end + 2)
  return {
    expect: all('expect')[0] ?? '',
    payload: all('payload')[0],
    armored: all('armored')[0] === 'yes',
    identities: [
      ...all('identity').map(identityOf),
      ...all('passphrase').map((passphrase) => new PassphraseIdentity(passphrase)),
    ],
    file: all('compressed')[0] === 'zlib' ? inflateSync(body) : body,
  }
}

function identityOf(text: string): AgeIdentity {
  const identity = parseX25519Identity(text) ?? parseHybridIdentity(text)
  if (identity === undefined) throw new Error('no identity')
  return identity
}

function seal(recipient: string, content: Uint8Array): Uint8Array {
  const point = parseX25519Recipient(recipient)
  if (point === undefined) throw new Error('no recipient')
  return sealAgeFile(content, (fileKey) => wrapForX25519(point, fileKey))
}
