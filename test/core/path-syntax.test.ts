import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { formatPath, parsePath } from '../../src/core/path-syntax.ts'
import { suite } from '../support/suite.ts'

suite('paths', (test) => {
  test('reads both notations', () => {
    assert.equal(parsePath(''), [])
    assert.equal(parsePath('a.b[0]."with.dot"'), ['a', 'b', 0, 'with.dot'])
    assert.equal(parsePath('["a"]["b"][0]'), ['a', 'b', 0])
    assert.equal(parsePath("['a']['b c'][12]"), ['a', 'b c', 12])
    assert.equal(parsePath('"quoted \\"key\\"".x'), ['quoted "key"', 'x'])
    assert.equal(parsePath('[0].a'), [0, 'a'])
    assert.equal(parsePath('""'), [''])
    assert.equal(parsePath('DATABASE_URL'), ['DATABASE_URL'])
    assert.equal(parsePath('a/b:c d'), ['a/b:c d'])
  })

  test('names the character that fits nowhere', () => {
    for (const [text, position] of [
      ['a..b', 2],
      ['.a', 1],
      ['a[x]', 2],
      ['a[', 2],
      ['a"b"', 2],
      ['a."b', 2],
      ['a[0]b', 5],
    ] as const) {
      assert.throws(() => parsePath(text), new RegExp(`character ${position} `), text)
    }
  })

  test('writes what it reads back', () => {
    const segment = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.nat({ max: 1000 }))
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (path) => {
        assert.equal(parsePath(formatPath(path)), path)
      }),
    )
    assert.is(formatPath(['a', 'b', 0, 'with.dot', '']), 'a.b[0]."with.dot".""')
  })
})
