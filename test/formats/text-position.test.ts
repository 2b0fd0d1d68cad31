import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { positionFinder, textPosition } from '../../src/formats/text-position.ts'
import { suite } from '../support/suite.ts'
import { RUNS } from './text-checks.ts'

suite('text position', (test) => {
  test('counts lines and characters from 1', () => {
    assert.equal(textPosition('ab\ncd', 0), { line: 1, column: 1 })
    assert.equal(textPosition('ab\ncd', 2), { line: 1, column: 3 })
    assert.equal(textPosition('ab\ncd', 3), { line: 2, column: 1 })
    assert.equal(textPosition('ab\r\ncd', 5), { line: 2, column: 2 })
  })

  test('counts a character outside of the basic plane once', () => {
    assert.equal(textPosition('😀x', 2), { line: 1, column: 2 })
  })

  test('finds the same places for many offsets', () => {
    const texts = fc.array(fc.constantFrom('a', '\n', '\r\n', '😀', ' '), { maxLength: 30 })
    const property = fc.property(texts, (parts) => {
      const text = parts.join('')
      const find = positionFinder(text)
      for (let offset = 0; offset <= text.length; offset += 1) assert.equal(find(offset), textPosition(text, offset))
    })
    fc.assert(property, { numRuns: RUNS })
  })
})
