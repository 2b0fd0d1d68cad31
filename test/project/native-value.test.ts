import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { samePlainValue } from '../../src/core/plain-value.ts'
import { floatScalar, Scalar } from '../../src/core/scalar.ts'
import { type NativeValue, nativeValue, plainValueFrom } from '../../src/project/native-value.ts'
import { suite } from '../support/suite.ts'

function refusal(value: unknown): string {
  try {
    plainValueFrom(value as NativeValue)
    return 'taken'
  } catch (error) {
    return isSecretsError(error) ? error.code : 'another error'
  }
}

suite('values in JavaScript', (test) => {
  test('keep what numbers are', () => {
    assert.is(nativeValue(plainValueFrom(9007199254740993n)), 9007199254740993n)
    assert.is(nativeValue(plainValueFrom(7n)), 7)
    assert.is(nativeValue(floatScalar(Number.POSITIVE_INFINITY)), Number.POSITIVE_INFINITY)
    assert.is(nativeValue(floatScalar(Number.NEGATIVE_INFINITY)), Number.NEGATIVE_INFINITY)
    assert.ok(Number.isNaN(nativeValue(floatScalar(Number.NaN))))
    assert.ok(Object.is(nativeValue(plainValueFrom(-0)), -0))
    assert.is(refusal(2 ** 53), 'FORMAT_INVALID')
    assert.is(refusal(2n ** 63n), 'FORMAT_INVALID')
  })

  test('a time is its text, and bytes are bytes', () => {
    assert.is(nativeValue(new Scalar('time', '2024-01-02T03:04:05Z')), '2024-01-02T03:04:05Z')
    const bytes = Uint8Array.of(0, 255)
    assert.is(nativeValue(plainValueFrom(bytes)), bytes)
  })

  test('keys that mean something to objects are keys like any others', () => {
    const value = nativeValue({ kind: 'map', entries: [['__proto__', plainValueFrom('x')]] })
    assert.is(JSON.stringify(value), '{"__proto__":"x"}')
    assert.is(Object.getPrototypeOf(value), null)
  })

  test('what is no value is refused', () => {
    for (const wrong of [undefined, () => 1, Symbol('x'), [undefined]]) assert.is(refusal(wrong), 'FORMAT_INVALID')
  })

  test('property: there and back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
        fc.pre(!/\d{16,}|e\+/.test(JSON.stringify(json)))
        const value = plainValueFrom(json as NativeValue)
        assert.ok(samePlainValue(plainValueFrom(nativeValue(value)), value))
      }),
      { numRuns: 200 },
    )
  })
})
