import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { type GenerateOptions, generateValue } from '../../src/project/generate-value.ts'
import { suite } from '../support/suite.ts'

function refusal(options: GenerateOptions): string {
  try {
    return `made ${generateValue(options).length} characters`
  } catch (error) {
    return isSecretsError(error) ? error.code : 'another error'
  }
}

suite('generating a value', (test) => {
  test('has the length that was asked for, in the notation of its kind', () => {
    assert.match(generateValue({ kind: 'alnum' }), /^[A-Za-z0-9]{32}$/)
    assert.match(generateValue({ kind: 'alnum', length: 5 }), /^[A-Za-z0-9]{5}$/)
    assert.match(generateValue({ kind: 'hex', length: 4 }), /^[0-9a-f]{8}$/)
    assert.is(Buffer.from(generateValue({ kind: 'base64' }), 'base64').length, 32)
    assert.match(generateValue({ kind: 'base64url', length: 3 }), /^[\w-]{4}$/)
    assert.match(
      generateValue({ kind: 'uuid' }),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  test('draws from an alphabet of whole characters', () => {
    const text = generateValue({ alphabet: 'a🙂', length: 200 })
    assert.is(Array.from(text).length, 200)
    assert.equal([...new Set(Array.from(text))].sort(), ['a', '🙂'])
  })

  test('favours no character', () => {
    // 62 does not divide 256: taking a byte modulo 62 would make the first eight a quarter more likely.
    const counts = new Map<string, number>()
    for (const character of generateValue({ kind: 'alnum', length: 62_000 })) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    assert.is(counts.size, 62)
    // Expected 1000 each, standard deviation 32; seven of them happen once in 10^11 runs.
    for (const [character, count] of counts) assert.ok(Math.abs(count - 1000) < 225, `${character}: ${count}`)
  })

  test('gives another value every time', () => {
    assert.is(new Set(Array.from({ length: 200 }, () => generateValue({ kind: 'hex', length: 16 }))).size, 200)
  })

  test('refuses what makes no sense', () => {
    assert.is(refusal({ kind: 'alnum', length: 0 }), 'USAGE')
    assert.is(refusal({ kind: 'hex', length: 65_537 }), 'USAGE')
    assert.is(refusal({ kind: 'uuid', length: 8 }), 'USAGE')
    assert.is(refusal({ alphabet: 'a' }), 'USAGE')
    assert.is(refusal({ alphabet: 'aba' }), 'USAGE')
  })
})
