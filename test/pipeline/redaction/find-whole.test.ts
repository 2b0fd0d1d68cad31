/** What `secrets scan` finds: whole values in files, by the same index that masks. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { REPORTING } from '../../../src/pipeline/redaction/finding-rule.ts'
import { SecretIndex } from '../../../src/pipeline/redaction/redactor.ts'
import { suite } from '../../support/suite.ts'

const VALUE = fc
  .string({ unit: 'grapheme', minLength: 12, maxLength: 60 })
  .filter((text) => text.trim() === text && REPORTING.isFound(text))

function formsFound(value: string | Uint8Array, text: string | Uint8Array): readonly string[] {
  const index = new SecretIndex([{ name: 'VALUE', value }], REPORTING)
  return index.findWhole(Buffer.from(text)).map(({ sequence }) => sequence.form)
}

function isFound(value: string | Uint8Array, text: string | Uint8Array): boolean {
  return formsFound(value, text).length > 0
}

suite('finding values in files', (test) => {
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

  test('names the form, and the place of its first byte', () => {
    const value = 'k3J9x!qz-and-more'
    const index = new SecretIndex([{ name: 'VALUE', value }], REPORTING)
    const text = `a = ${value}\nb = ${Buffer.from(value).toString('base64')}\n`
    const found = index.findWhole(Buffer.from(text)).map(({ start, sequence }) => [start, sequence.form] as const)
    assert.equal(
      found.toSorted(([left], [right]) => left - right),
      [
        [4, 'as it is'],
        [26, 'base64'],
      ],
    )
  })

  test('long values are found when base64 or the value itself is broken into lines', () => {
    const value = Array.from({ length: 20 }, (_, index) => `line number ${index} of the key ${index * 7919}`).join('\n')
    const base64 = Buffer.from(value).toString('base64')
    for (const width of [64, 76]) assert.ok(isFound(value, base64.replace(new RegExp(`.{${width}}`, 'g'), '$&\n')))
    assert.ok(isFound(value, '  line number 3 of the key 23757  '))
    assert.ok(isFound(`${value}\n`, value), 'a line break at the end is not part of it')
  })

  test('what all keys of a kind have in common is no form of one, and a piece is no value', () => {
    const body = 'MC4CAQAwBQYDK2VwBCIEIHx4Zm9vQ0ZSbW9yZWFuZG1vcmVhbmRtb3Jlb2Y3Mzk0'
    const key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`
    assert.not.ok(isFound(key, '-----BEGIN PRIVATE KEY-----'))
    assert.ok(isFound(key, body))
    assert.not.ok(isFound(key, body.slice(0, 50)))
    assert.not.ok(isFound(key, `other ${body.slice(0, 50)}`), 'nor a beginning that the file ends with')
  })

  test('a name in other letters is not the value', () => {
    assert.not.ok(isFound('Contoso-Production', 'contoso-production CONTOSO-PRODUCTION'))
  })

  test('bytes that are no text are found too', () => {
    const bytes = Buffer.from('00ff80c1feed00112233445566778899', 'hex')
    for (const copy of [
      bytes.toString('base64'),
      bytes.toString('hex'),
      '%00%FF%80%C1%FE%ED%00%11%223DUfw%88%99',
      '%00%ff%80%c1%fe%ed%00%11%223DUfw%88%99',
      Buffer.concat([Buffer.from('x'), bytes]),
    ])
      assert.ok(isFound(bytes, copy), String(copy))
  })

  test('all forms of 1,000 values in 1 MB take less than a second', () => {
    const values = Array.from({ length: 1000 }, (_, index) => ({
      name: `N${index}`,
      value: `${randomBytes(18).toString('base64')} & ${index}`,
    }))
    const text = Buffer.alloc(1024 * 1024, 'const value = "something else"; // and words of a program\n')
    text.set(Buffer.from(Buffer.from(`:${values[500]?.value}`).toString('base64')), 700_000)
    // The processor's time, and the best of three: other work on this machine is not what is measured.
    const times = [1, 2, 3].map(() => {
      const began = process.cpuUsage()
      const found = new SecretIndex(values, REPORTING).findWhole(text)
      assert.equal(
        found.map(({ sequence }) => sequence.secret),
        [500],
      )
      const { user, system } = process.cpuUsage(began)
      return (user + system) / 1000
    })
    assert.ok(Math.min(...times) < 1000, `${Math.round(Math.min(...times))} ms`)
  })
})
