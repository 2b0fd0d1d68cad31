import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { maskTexts } from '../../../src/pipeline/ci/mask-texts.ts'
import { suite } from '../../support/suite.ts'

const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj
{
Zz09
-----END PRIVATE KEY-----
`

/** Whether a system that looks for these texts, line by line, hides all of `shown`. */
function isHidden(texts: readonly string[], shown: string): boolean {
  return texts.some((text) => shown.includes(text))
}

suite('texts to mask', (test) => {
  test('a value is masked as it is, and as logs spell it', () => {
    const value = `p"ss w'rd/1%+`
    const { texts, reason } = maskTexts(value)
    assert.is(reason, undefined)
    assert.is(texts[0], value)
    const base64 = [0, 1, 2].map((shift) => Buffer.from(`${'x'.repeat(shift)}${value}y`).toString('base64'))
    const shown = [
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      Buffer.from(value).toString('hex'),
      Buffer.from(value).toString('hex').toUpperCase(),
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
      JSON.stringify(value),
      JSON.stringify(JSON.stringify(value)),
      `'${value.replaceAll("'", "'\\''")}'`,
      `"${value.replaceAll(/[\\"$`]/g, '\\$&')}"`,
    ]
    for (const form of shown) assert.ok(isHidden(texts, form), form)
  })

  test('lines that say nothing are not masked: a log would be full of asterisks', () => {
    const { texts } = maskTexts(PEM)
    assert.ok(texts.includes('MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj'))
    assert.ok(
      texts.includes(Buffer.from(PEM).toString('base64').slice(0, -3)) ||
        texts.includes(Buffer.from(PEM).toString('base64')),
    )
    for (const line of ['{', 'Zz09', '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '']) {
      assert.not.ok(texts.includes(line), line)
    }
  })

  test('a text of JSON that holds half of a character is masked like any other', () => {
    const { texts } = maskTexts('{"token":"aB3dEf6h\\ud800Ij9k"}')
    assert.ok(texts.includes('{"token":"aB3dEf6h\\ud800Ij9k"}'))
    assert.ok(texts.includes('aB3dEf6h%EF%BF%BDIj9k'))
  })

  test('what a value holds is masked by itself: passwords of addresses, texts of JSON', () => {
    assert.ok(maskTexts('postgres://app:s3cr3t-Pa55@db/x').texts.includes('s3cr3t-Pa55'))
    const json = JSON.stringify({ type: 'account', inner: { token: 'aB3dEf6hIj9k' } }, undefined, 2)
    const { texts } = maskTexts(json)
    assert.ok(texts.includes('aB3dEf6hIj9k'))
    assert.not.ok(texts.includes('account'))
    assert.not.ok(texts.includes('{'))
  })

  test('what a log cannot do without is told, not masked', () => {
    for (const value of ['true', '5432', 'production', 'abc']) {
      const { texts, reason } = maskTexts(value)
      assert.equal(texts, [], value)
      assert.ok(reason, value)
    }
    assert.equal(maskTexts(''), { texts: [] })
    assert.equal(maskTexts(' \n'), { texts: [] })
  })

  test('blanks around a value do not hide it from the system', () => {
    assert.ok(maskTexts('  tok3n-Value-9 \n').texts.includes('tok3n-Value-9'))
  })

  test('each text is one line, no shorter than what is worth a mask, and stands once', () => {
    const part = fc.constantFrom('tok3n-Value', '\n', '\r\n', '\r', '{', ' ', '"', "'", 'Z9', 'ä', '%', '\\', '$')
    const check = fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const { texts } = maskTexts(parts.join(''))
      for (const text of texts) {
        assert.not.match(text, /[\r\n]/)
        assert.ok(Buffer.byteLength(text) >= 6, JSON.stringify(text))
      }
      assert.is(new Set(texts).size, texts.length)
    })
    fc.assert(check, { numRuns: 300 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1) })
  })
})
