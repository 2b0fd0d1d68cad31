import { inspect } from 'node:util'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, floatScalar, formatFloat, intScalar, sameScalar, stringScalar } from '../../src/core/scalar.ts'
import { suite } from '../support/suite.ts'

suite('scalars', (test) => {
  test('write floats as Go does, never with an exponent', () => {
    const expected: [number, string][] = [
      [1, '1'],
      [0.5, '0.5'],
      [1e21, '1000000000000000000000'],
      [1e-7, '0.0000001'],
      [1.2345678901234568e29, '123456789012345680000000000000'],
      [-1.5e-9, '-0.0000000015'],
      [-0, '-0'],
      [Infinity, '+Inf'],
      [-Infinity, '-Inf'],
      [Number.NaN, 'NaN'],
    ]
    for (const [value, text] of expected) assert.is(formatFloat(value), text)
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        assert.ok(Object.is(Number(formatFloat(value)), value))
        assert.not.match(formatFloat(value), /e/)
      }),
    )
  })

  test('keep the spelling of a float or bool only where sops reads the same from it', () => {
    assert.is(floatScalar(1, '1.0').plaintext, '1.0')
    assert.is(floatScalar(6.02e23, '6.02e23').plaintext, '6.02e23')
    assert.is(floatScalar(0.5, '.5').plaintext, '.5')
    assert.is(floatScalar(1000.5, '1_000.5').plaintext, '1000.5')
    assert.is(floatScalar(Infinity, '.inf').plaintext, '+Inf')
    assert.is(floatScalar(2, '3').plaintext, '2')
    assert.is(floatScalar(1, '1.0').canonical, '1')
    assert.is(boolScalar(true, 'TRUE').plaintext, 'TRUE')
    assert.is(boolScalar(true, 'TRUE').canonical, 'True')
    assert.is(boolScalar(false, 'no').plaintext, 'False')
  })

  test('refuse integers beyond 64 bits', () => {
    assert.is(intScalar(2n ** 63n - 1n).canonical, '9223372036854775807')
    assert.throws(() => intScalar(2n ** 63n), /64 bits/)
    assert.throws(() => intScalar(-(2n ** 63n) - 1n), /64 bits/)
  })

  test('are equal by type and content', () => {
    assert.ok(sameScalar(floatScalar(1, '1.0'), floatScalar(1, '1')))
    assert.not.ok(sameScalar(stringScalar('1'), intScalar(1n)))
  })

  test('never print their value by accident', () => {
    const secret = stringScalar('hunter2')
    for (const printed of [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect([secret], { depth: 9 }),
    ]) {
      assert.not.match(printed, /hunter2/)
      assert.match(printed, /\[secret\]/)
    }
  })
})
