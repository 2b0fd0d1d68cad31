import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { visible } from '../../src/cli/visible-text.ts'
import { suite } from '../support/suite.ts'

suite('visible text', (test) => {
  test('spells out what would act on a terminal', () => {
    assert.is(visible('a\nb\r\tc'), 'a\\nb\\r\\tc')
    assert.is(visible('\u001b[2Jgone'), '\\x1b[2Jgone')
    assert.is(visible('\u009b31m\u007f\u0000'), '\\x9b31m\\x7f\\x00')
    assert.is(visible('prod\u202elmay.'), 'prod\\u202elmay.')
  })

  test('leaves names of all languages alone', () => {
    assert.is(visible('geheim – スタッフ 🔑 données'), 'geheim – スタッフ 🔑 données')
  })

  test('is always one line without a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.not.match(visible(text), /[\p{Cc}\u2028\u2029]/u)
      }),
      { numRuns: 200 },
    )
  })
})
