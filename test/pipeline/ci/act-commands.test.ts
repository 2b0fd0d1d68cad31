import * as assert from 'uvu/assert'
import { actHandOver, actProblem } from '../../../src/pipeline/ci/act-commands.ts'
import { maskTexts } from '../../../src/pipeline/ci/mask-texts.ts'
import { suite } from '../../support/suite.ts'

/** As act finds the command of a line: https://github.com/nektos/act, `pkg/runner/command.go`. */
const COMMAND = /^::([^ ]+)( (.+))?::([^\r\n]*)$/

suite("commands for runners of act's kind", (test) => {
  test('a value whose mask would be shown is refused', () => {
    for (const text of ['ab::add-mask::cd-1', 'https://[fe80::1]/9 x', 'a%0Ab-0815-xy', 'a%0Db-0815-xy']) {
      assert.match(actProblem({ name: 'A', text, masks: [text] }, {}) ?? '', /misreads/)
      assert.is(actProblem({ name: 'A', text, masks: [] }, {}), undefined, 'no mask, nothing to misread')
    }
    assert.is(actProblem({ name: 'A', text: '100%25 a:b', masks: ['100%25 a:b'] }, {}), undefined)
    assert.match(actProblem({ name: 'GITHUB_X', text: 'x', masks: [] }, {}) ?? '', /keeps names/)
  })

  test('every mask is read as one, also of a value of several lines', () => {
    const text = 'first line 4711\nsecond: line % 0815\r\n'
    const masks = maskTexts(text).texts
    const lines = actHandOver([{ name: 'A', text, masks }], () => 'end').masks ?? []
    assert.ok(lines.length > 5)
    assert.ok(lines.includes('::add-mask::first line 4711') && lines.includes('::add-mask::second: line %25 0815'))
    for (const line of lines) {
      assert.is(COMMAND.exec(line)?.[1], 'add-mask', line)
      assert.not.match(line.replaceAll('%25', '%'), /%0[AD]/)
    }
  })
})
