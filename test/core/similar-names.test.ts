import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { closest, editDistance } from '../../src/core/similar-names.ts'
import { suite } from '../support/suite.ts'

const COMMANDS = ['encrypt', 'decrypt', 'edit', 'get', 'set', 'unset', 'status', 'keygen']

suite('similar names', (test) => {
  test('finds what a slip of the finger meant', () => {
    assert.is(closest('encrpt', COMMANDS), 'encrypt')
    assert.is(closest('decyrpt', COMMANDS), 'decrypt')
    assert.is(closest('ste', COMMANDS), 'set')
    assert.is(closest('STATUS', COMMANDS), 'status')
    assert.is(closest('keygne', COMMANDS), 'keygen')
  })

  test('finds the beginning of a long name', () => {
    assert.is(closest('prod', ['development', 'production']), 'production')
  })

  test('suggests nothing that is not near', () => {
    assert.is(closest('deploy', COMMANDS), undefined)
    assert.is(closest('x', COMMANDS), undefined)
    assert.is(closest('', COMMANDS), undefined)
    assert.is(closest('encrypt', []), undefined)
  })

  test('prefers the nearest and then the first', () => {
    assert.is(closest('stagin', ['staging-eu', 'staging']), 'staging-eu')
    assert.is(closest('stagign', ['staging-eu', 'staging']), 'staging')
    assert.is(closest('cat', ['bat', 'hat']), 'bat')
  })

  test('leaves very long names alone', () => {
    assert.is(closest('a'.repeat(65), ['a'.repeat(65)]), undefined)
    assert.is(closest('a', ['a'.repeat(100_000)]), undefined)
  })

  test('counts a swap of neighbours as one edit', () => {
    assert.is(editDistance('ab', 'ba'), 1)
    assert.is(editDistance('', 'abc'), 3)
    assert.is(editDistance('kitten', 'sitting'), 3)
    assert.is(editDistance('ca', 'abc'), 3)
  })

  test('is a symmetric distance bounded by the longer text', () => {
    const word = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)
        assert.is(distance, editDistance(b, a))
        assert.ok(distance <= Math.max(a.length, b.length))
        assert.is(distance === 0, a === b)
      }),
      { numRuns: 200 },
    )
  })
})
