import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { looksEncrypted, parseToken, type Token, ValueCipher } from '../../src/core/value-cipher.ts'
import { suite } from '../support/suite.ts'

/** The test vectors of the format's reference: data key = 32 × `f`. */
const KEY = Buffer.from('f'.repeat(32))
const IV = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const VECTORS: readonly [string, string, string, string, string][] = [
  ['hello', 'a:', '07kG5Ts=', '1GdLT+URkCKAV9khDXYONA==', 'str'],
  ['10', 'a:b:c:', 'iuw=', 'laUUpLLL5rtGcpAKqqih9Q==', 'int'],
  ['1.5', 'a:', 'ivJf', 'n8AMh4LUInbabuaBtobCEw==', 'float'],
  ['True', 'a:', '764f7A==', 'wjjL+CqBVXzOeEUJw9nR9w==', 'bool'],
  ['2020-01-02T00:00:00Z', 'a:', 'iexYuXmlaYgvPxMpb0EMYx6OUzY=', 'P/RfrGREcyy2/TK6IgVSvw==', 'time'],
  [' a comment', ':', 'm71K6jv4NcBxeQ==', 'rQpJ9IOEC90+qBO4dERKkg==', 'comment'],
]

function token(text: string): Token {
  const parsed = parseToken(text)
  if (parsed === undefined) throw new Error('is no token')
  return parsed
}

suite('value cipher', (test) => {
  test('opens the test vectors of sops and of the reference', () => {
    const cipher = new ValueCipher(KEY)
    const own =
      'ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]'
    assert.is(cipher.decrypt(token(own), 'bar:')?.toString(), 'foo')
    for (const [plain, aad, data, tag, type] of VECTORS) {
      const text = `ENC[AES256_GCM,data:${data},iv:${IV},tag:${tag},type:${type}]`
      assert.is(cipher.decrypt(token(text), aad)?.toString(), plain, type)
      assert.is(token(text).type, type)
    }
  })

  test('gives back what it encrypted, the same text each time, and only at its path', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.string(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (plain, path, key) => {
          const cipher = new ValueCipher(key)
          const sealed = cipher.encrypt(plain, 'str', `${path}:`)
          assert.is(new ValueCipher(key).encrypt(plain, 'str', `${path}:`), sealed)
          assert.equal([...(cipher.decrypt(token(sealed), `${path}:`) ?? [])], [...plain])
          assert.is(cipher.decrypt(token(sealed), `${path}x:`), undefined)
        },
      ),
    )
  })

  test('takes from its memory nothing but what it encrypted, to the letter and at its path', () => {
    const cipher = new ValueCipher(KEY, true)
    const sealed = token(cipher.encrypt('first value', 'str', 'a:'))
    const other = token(cipher.encrypt('other value', 'str', 'b:'))
    assert.is(cipher.decrypt(sealed, 'a:')?.toString(), 'first value')
    assert.is(cipher.decrypt(other, 'b:')?.toString(), 'other value')
    const wrong: readonly [Token, string][] = [
      [sealed, 'b:'],
      [{ ...sealed, data: other.data }, 'a:'],
      [{ ...sealed, iv: other.iv }, 'a:'],
      [{ ...sealed, tag: other.tag }, 'a:'],
      [{ ...other, tag: sealed.tag }, 'a:'],
      [{ ...other, tag: sealed.tag }, 'b:'],
    ]
    for (const [changed, path] of wrong) assert.is(cipher.decrypt(changed, path), undefined)
    const fromElsewhere = token(new ValueCipher(KEY).encrypt('from elsewhere', 'str', 'c:'))
    assert.is(cipher.decrypt(fromElsewhere, 'c:')?.toString(), 'from elsewhere')
  })

  test('gives different nonces to different values, paths and types', () => {
    const cipher = new ValueCipher(KEY)
    const ivs = [
      cipher.encrypt('a', 'str', 'x:'),
      cipher.encrypt('b', 'str', 'x:'),
      cipher.encrypt('a', 'int', 'x:'),
      cipher.encrypt('a', 'str', 'y:'),
      cipher.encrypt('ra', 'st', 'x:'),
      new ValueCipher(Buffer.alloc(32, 1)).encrypt('a', 'str', 'x:'),
    ].map((text) => token(text).iv)
    assert.is(new Set(ivs).size, ivs.length)
    assert.is(Buffer.from(ivs[0] ?? '', 'base64').length, 32)
  })

  test('leaves an empty value empty, as sops does', () => {
    assert.is(new ValueCipher(KEY).encrypt('', 'str', 'a:'), '')
  })

  test('refuses every flipped bit of a token', () => {
    const cipher = new ValueCipher(KEY)
    const sealed = Buffer.from(cipher.encrypt('s3cret value', 'str', 'a:'))
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const parsed = parseToken(flipped.toString('latin1'))
      const opened = parsed && parsed.type === 'str' && parsed.rest === '' ? cipher.decrypt(parsed, 'a:') : undefined
      assert.is(opened, undefined, `bit ${bit}`)
    }
  })

  test('tells tokens from texts that only look like one', () => {
    assert.is(parseToken('ENC[AES256_GCM,data:,iv:a,tag:b,type:str]'), undefined)
    assert.is(parseToken(' ENC[AES256_GCM,data:a,iv:a,tag:b,type:str]'), undefined)
    assert.is(parseToken('ENC[AES256_GCM,data:a,iv:a,tag:b,type:str'), undefined)
    assert.is(token('ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]~x').rest, '~x')
    assert.ok(looksEncrypted('ENC[AES256_GCM,data:damaged'))
  })

  test('shows nothing of the key when it is printed', () => {
    assert.not.match(JSON.stringify(new ValueCipher(KEY)), /f{4}|102/)
  })
})
