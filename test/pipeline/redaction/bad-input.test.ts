import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { MASK, Redactor, SecretIndex } from '../../../src/pipeline/redaction/redactor.ts'
import { suite } from '../../support/suite.ts'

/** A text that looks random and is the same each time. */
function token(number: number): string {
  return createHash('sha256').update(String(number)).digest('base64url').slice(0, 24)
}

function redacted(index: SecretIndex, input: Buffer): Buffer {
  const redactor = new Redactor(index)
  const parts: Uint8Array[] = []
  for (let at = 0; at < input.length; at += 65_536) parts.push(redactor.push(input.subarray(at, at + 65_536)))
  return Buffer.concat([...parts, redactor.end()])
}

suite('masking of bad input', (test) => {
  test('a line without an end is passed on as it comes: no more is held than a value is long', () => {
    const values = Array.from({ length: 100 }, (_, number) => ({ name: `N${number}`, value: token(number) }))
    const redactor = new Redactor(new SecretIndex(values))
    const chunk = Buffer.from(`${token(7).slice(0, 20)} \xff\xfe\x1b[0 and no line break `.repeat(1000), 'latin1')
    let [taken, given, most] = [0, 0, 0]
    for (let count = 0; count < 1000; count += 1) {
      taken += chunk.length
      given += redactor.push(chunk).length
      most = Math.max(most, taken - given)
    }
    assert.is(given + redactor.end().length, taken)
    assert.ok(most < 1024, `${most} bytes were held`)
  })

  // Where each value were tried wherever the text shows what they begin with, this would take hours.
  test('thousands of values that begin alike are told apart where they differ', () => {
    const start = 'Server=tcp:db.example.com,1433;Database=shop;User ID=application;Password='
    const values = Array.from({ length: 3000 }, (_, number) => `${start}${token(number)}`)
    const index = new SecretIndex(values.map((value, number) => ({ name: `N${number}`, value })))
    const others = Buffer.from(`${start}${token(-1)}\n`.repeat(10_000))
    assert.ok(redacted(index, others).equals(others))
    assert.is(redacted(index, Buffer.from(`a ${values[2999]} b`)).toString(), `a ${MASK} b`)
  }, 120)

  test('values that are one byte again and again are not masked, and take no time', () => {
    const values = ['a', '=', '\\', "'", '\u001b', 'ä'].map((sign) => ({ name: 'VALUE', value: sign.repeat(200_000) }))
    const index = new SecretIndex([...values, { name: 'KEY', value: `k3y${'='.repeat(200_000)}x` }])
    for (const sign of ['a', '=', '\\']) {
      const input = Buffer.from(sign.repeat(300_000))
      assert.ok(redacted(index, input).equals(input))
    }
  }, 120)

  test('bytes that are no UTF-8 pass as they are', () => {
    const index = new SecretIndex([{ name: 'KEY', value: `p'ä"ss\\wörd` }])
    const input = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 197 + (at >> 8)) % 256))
    assert.ok(redacted(index, input).equals(input))
  })
})
