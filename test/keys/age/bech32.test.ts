import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeBech32, encodeBech32 } from '../../../src/keys/age/bech32.ts'
import { suite } from '../../support/suite.ts'

suite('bech32', (test) => {
  test('reads back what it writes, in both cases, and refuses one changed letter', () => {
    const prefixes = fc.constantFrom('age', 'age1pq', 'AGE-SECRET-KEY-', 'AGE-SECRET-KEY-PQ-')
    fc.assert(
      fc.property(prefixes, fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (prefix, bytes, place) => {
        const text = encodeBech32(prefix, bytes)
        assert.equal(decodeBech32(prefix, text), bytes)
        const index = prefix.length + 1 + (place % (text.length - prefix.length - 1))
        const letter = text[index]?.toLowerCase() === 'q' ? 'p' : 'q'
        const changed = prefix === 'age' || prefix === 'age1pq' ? letter : letter.toUpperCase()
        assert.is(decodeBech32(prefix, text.slice(0, index) + changed + text.slice(index + 1)), undefined)
      }),
      { numRuns: 200 },
    )
  })

  test('agrees with a published pair of texts', () => {
    const seed = decodeBech32(
      'AGE-SECRET-KEY-',
      'AGE-SECRET-KEY-1KE76ZURXWZ8PVZ2YAJ4KMRN2ZFRVWP7HKWEL3DL6NVHRSY29W9GQHEATPG',
    )
    assert.is(seed?.length, 32)
  })

  test('refuses another prefix, another case, a stray letter and what is too short', () => {
    const text = encodeBech32('age', new Uint8Array(32))
    assert.is(decodeBech32('age', text)?.length, 32)
    for (const bad of [
      text.toUpperCase(),
      `A${text.slice(1)}`,
      text.replace('q', 'b'),
      'age1',
      'age1qqqqq',
      '',
      text.slice(1),
    ]) {
      assert.is(decodeBech32('age', bad), undefined, bad)
    }
    assert.is(decodeBech32('AGE-SECRET-KEY-', text), undefined)
  })
})
