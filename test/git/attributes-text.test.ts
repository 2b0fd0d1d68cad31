import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { blockOf, withBlock, withoutBlock } from '../../src/git/attributes-text.ts'
import { suite } from '../support/suite.ts'

const runs = { numRuns: 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? '1') }
const fragments = fc.constantFrom('*.png binary', '# note', '', '/a b', '\u00e9 x', '[attr]y z')
const texts = fc
  .tuple(fc.array(fragments, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, lineBreak, ended]) => lines.join(lineBreak) + (ended && lines.length > 0 ? lineBreak : ''))

suite('attributes-text', (test) => {
  test('what is put in comes out, and taking it away gives back every byte', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.constantFrom('/x filter=secrets', '"/a b" filter=secrets')), (text, lines) => {
        const framed = withBlock(text, lines)
        assert.equal(blockOf(framed), lines)
        assert.is(withoutBlock(framed), text)
        const again = withBlock(framed, ['/y'])
        assert.equal(blockOf(again), ['/y'])
        assert.is(withoutBlock(again), text)
      }),
      runs,
    )
  })

  test('a file that was not there is gone again, and one that was empty is not', () => {
    assert.is(withoutBlock(withBlock(undefined, ['/x'])), undefined)
    assert.is(withoutBlock(withBlock(withBlock(undefined, ['/x']), ['/y'])), undefined)
    assert.is(withoutBlock(withBlock(withBlock('', ['/x']), ['/y'])), '')
  })

  test('lines that somebody adds around the block stay', () => {
    const framed = `before\n${withBlock(undefined, ['/x'])}after\n`
    assert.is(withBlock(framed, ['/y']).replace('/y', '/x'), framed)
    assert.is(withoutBlock(framed), 'before\nafter\n')
    const joined = `${withBlock('before', ['/x'])}after\n`
    assert.is(withoutBlock(joined), 'before\nafter\n')
  })

  test('a text without a block has none', () => {
    assert.is(blockOf('*.x text\n'), undefined)
    assert.is(withoutBlock('*.x text\n'), '*.x text\n')
  })

  test('a block whose end was cut off reaches to the end', () => {
    const framed = withBlock('a\n', ['/x']).replace('# <<< secrets\n', '')
    assert.equal(blockOf(framed), ['/x'])
    assert.is(withoutBlock(framed), 'a\n')
  })
})
