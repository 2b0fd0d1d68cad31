import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { differentLines } from '../../src/project/different-lines.ts'
import { suite } from '../support/suite.ts'

function lines(before: string, after: string): unknown {
  return differentLines(Buffer.from(before), Buffer.from(after))
}

suite('different-lines', (test) => {
  test('gives single lines, and ranges of neighbours', () => {
    assert.equal(lines('a\nb\nc\nd\ne', 'a\nB\nC\nd\nE'), [
      { first: 2, last: 3 },
      { first: 5, last: 5 },
    ])
  })

  test('gives one range where lines were added or removed', () => {
    assert.equal(lines('a\nb\nc\nd', 'a\nx\nd'), [{ first: 2, last: 3 }])
    assert.equal(lines('a\nd', 'a\nx\nd'), [{ first: 2, last: 2 }])
  })

  test('finds nothing in equal content, and something within its lines in any other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 6 }).map((all) => all.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const ranges = differentLines(Buffer.from(before), Buffer.from(after))
        assert.is(ranges.length === 0, before === after)
        for (const { first, last } of ranges) assert.ok(first >= 1 && first <= last)
      }),
      { numRuns: 200 },
    )
  })
})
