import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SecretFinder } from '../../src/pipeline/find-secrets.ts'
import { isWorthFinding, MIN_BYTES, secretForms } from '../../src/pipeline/secret-forms.ts'
import { suite } from '../support/suite.ts'

const VALUE = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 60 }).filter((text) => text.trim() === text)

function isFound(value: string | Uint8Array, text: string | Uint8Array): boolean {
  let found = false
  new SecretFinder(secretForms(value).map(({ bytes }) => bytes)).find(Buffer.from(text), () => {
    found = true
  })
  return found
}

suite('secret-forms', (test) => {
  test('a value is found in whatever usual encoding it stands, between other things', () => {
    fc.assert(
      fc.property(VALUE, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, after) => {
        const around = Buffer.from(`${before}${value}${after}`)
        const copies = {
          plain: around,
          base64: around.toString('base64'),
          base64url: around.toString('base64url'),
          hex: around.toString('hex'),
          upperHex: around.toString('hex').toUpperCase(),
          url: encodeURIComponent(value),
          form: new URLSearchParams({ a: value }).toString(),
          json: JSON.stringify({ a: value }),
          shell: `'${value.replaceAll("'", "'\\''")}'`,
          xml: value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
        }
        for (const [form, copy] of Object.entries(copies)) assert.ok(isFound(value, copy), form)
      }),
      { numRuns: 200 },
    )
  })

  test('long values are found when base64 or the value itself is broken into lines', () => {
    const value = Array.from({ length: 20 }, (_, index) => `line number ${index} of the key ${index * 7919}`).join('\n')
    const base64 = Buffer.from(value).toString('base64')
    for (const width of [64, 76]) assert.ok(isFound(value, base64.replace(new RegExp(`.{${width}}`, 'g'), '$&\n')))
    assert.ok(isFound(value, '  line number 3 of the key 23757  '))
    assert.ok(isFound(`${value}\n`, value), 'a line break at the end is not part of it')
  })

  test('what all keys of a kind have in common is no form of one', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHx4Zm9v\n-----END PRIVATE KEY-----\n'
    assert.not.ok(isFound(key, '-----BEGIN PRIVATE KEY-----'))
    assert.ok(isFound(key, 'MC4CAQAwBQYDK2VwBCIEIHx4Zm9v'))
  })

  test('bytes that are no text are found too', () => {
    const bytes = Buffer.from('00ff80c1feed00112233445566778899', 'hex')
    assert.ok(isFound(bytes, bytes.toString('base64')))
    assert.ok(isFound(bytes, Buffer.concat([Buffer.from('x'), bytes])))
  })

  test('no form is short, and none stands twice', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (value) => {
        const forms = secretForms(value).map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
        assert.ok(forms.every((form) => form.length >= MIN_BYTES))
        assert.is(new Set(forms).size, forms.length)
      }),
      { numRuns: 200 },
    )
  })

  test('says which values are worth looking for', () => {
    const worth = ['hunter2-marker', 'k3J9x!qz', 'correcthorse', 'x'.repeat(4) + randomLooking, '4539578763621486']
    const not = ['short', 'aaaaaaaaaaaaaaaa', 'password', 'production', 'PRODUCTION', '12345678', '', 'ChangeMe']
    for (const value of worth) assert.ok(isWorthFinding(value), value)
    for (const value of not) assert.not.ok(isWorthFinding(value), value)
  })
})

const randomLooking = 'Zb83kQ'
