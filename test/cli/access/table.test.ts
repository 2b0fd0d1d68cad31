import * as assert from 'uvu/assert'
import { csvLines, markdownLines, tableLines } from '../../../src/cli/access/table.ts'
import { suite } from '../../support/suite.ts'

const HOSTILE = [
  ['=cmd|calc', 'a"b,c'],
  ['a|b*`', '\u001b[31m'],
]

suite('table', (test) => {
  test('columns are as wide as their widest cell, and no line ends in blanks', () => {
    assert.equal(
      tableLines([
        ['a', 'long', 'x'],
        ['bbb', 'c', ''],
      ]),
      ['a    long  x', 'bbb  c'],
    )
    assert.equal(tableLines([]), [])
  })

  test('a cell cannot run a formula, leave its column or move the cursor', () => {
    assert.equal(csvLines(HOSTILE)[0], `'=cmd|calc,"a""b,c"`)
    assert.equal(csvLines([['-1', '@x', 'a\nb']]), [`'-1,'@x,"a\nb"`])
    const [, , row = ''] = markdownLines([['h'], ...HOSTILE])
    assert.is(row, '| =cmd\\|calc | a"b,c |')
    assert.not.match(markdownLines(HOSTILE).join('') + tableLines(HOSTILE).join(''), '\u001b')
  })
})
