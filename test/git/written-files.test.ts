import * as assert from 'uvu/assert'
import { WrittenFiles } from '../../src/git/written-files.ts'
import { suite } from '../support/suite.ts'

const [PLAIN, ENCRYPTED] = [Buffer.from('a: 1'), Buffer.from('a: ENC')]

suite('written-files', (test) => {
  test('knows what was written last to a path, and nothing else', () => {
    const written = new WrittenFiles()
    assert.is(written.encryptedForm('x', PLAIN), undefined)
    written.add('x', PLAIN, ENCRYPTED)
    assert.is(written.encryptedForm('x', PLAIN), ENCRYPTED)
    assert.is(written.encryptedForm('y', PLAIN), undefined)
    assert.is(written.encryptedForm('x', ENCRYPTED), undefined)
    written.add('x', Buffer.from('b'), ENCRYPTED)
    assert.is(written.encryptedForm('x', PLAIN), undefined)
  })

  test('keeps no more than it has room for', () => {
    const written = new WrittenFiles()
    const large = Buffer.alloc(40 * 1024 * 1024)
    written.add('x', PLAIN, large)
    written.add('x', PLAIN, large)
    assert.is(written.encryptedForm('x', PLAIN), large)
    written.add('y', PLAIN, large)
    assert.is(written.encryptedForm('y', PLAIN), undefined)
  })
})
