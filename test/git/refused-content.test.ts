import * as assert from 'uvu/assert'
import { refuseKeyFile } from '../../src/git/refused-content.ts'
import { conflictLeft, conflictLine } from '../../src/project/conflict-left.ts'
import { suite } from '../support/suite.ts'

const CONFLICT = 'a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n'
const KEY = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`

suite('refused-content', (test) => {
  test('conflict markers are found at their first line, whatever the line endings, labels and size', () => {
    for (const text of [
      CONFLICT,
      CONFLICT.replaceAll('\n', '\r\n'),
      CONFLICT.replace('=======', '||||||| base\nb: 0\n======='),
      CONFLICT.replace(' HEAD', '').replace(' other', ''),
      CONFLICT.replace('<<<<<<<', '<<<<<<<<<<').replace('=======', '==========').replace('>>>>>>>', '>>>>>>>>>>'),
    ]) {
      assert.is(conflictLine(Buffer.from(text)), 2)
    }
  })

  test('the error says where they are and what to type', () => {
    const error = conflictLeft(2, 'prod/my app.yaml')
    assert.is(error.code, 'FORMAT_INVALID')
    assert.equal(error.place, { line: 2 })
    assert.is(error.hint, "solve the conflict with: secrets merge 'prod/my app.yaml'")
  })

  test('what only looks a little like a conflict passes', () => {
    for (const text of [
      '',
      '=======\n',
      '<<<<<<< a\n=======\n',
      '<<<<<<<a\n=======\n>>>>>>> b\n',
      '  <<<<<<< a\n  =======\n  >>>>>>> b\n',
      '>>>>>>> b\n=======\n<<<<<<< a\n',
    ]) {
      assert.is(conflictLine(Buffer.from(text)), undefined)
    }
  })

  test('a file of nothing but age keys is refused, without being quoted', () => {
    for (const text of [
      KEY,
      `# created: x\n# public key: age1x\n${KEY}\n`,
      `${KEY}\r\n\r\nAGE-PLUGIN-YUBIKEY-1QQQQ\r\n`,
    ]) {
      const error = caught(() => refuseKeyFile(Buffer.from(text)))
      assert.match(error, /"code":"FORMAT_INVALID"/)
      assert.not.match(error, 'QQQQ')
    }
  })

  test('a key among other values is a value', () => {
    for (const text of ['', 'a: b\n', `key: ${KEY}\n`, `KEY=${KEY}\n`, `{"a":"${KEY}"}`])
      refuseKeyFile(Buffer.from(text))
  })
})

function caught(action: () => void): string {
  try {
    action()
  } catch (error) {
    return error instanceof Error ? `${JSON.stringify(error)} ${error.message}` : ''
  }
  return ''
}
