import * as assert from 'uvu/assert'
import { EXIT_STATUS } from '../../src/cli/exit-status.ts'
import { suite } from '../support/suite.ts'

suite('exit status', (test) => {
  test('is a number that a shell can see and that is no answer of a command', () => {
    for (const [code, status] of Object.entries(EXIT_STATUS)) {
      assert.ok(Number.isInteger(status) && status >= 2 && status <= 255, code)
    }
  })

  test("is sops's where the meaning is sops's", () => {
    const { MAC_MISMATCH, CANNOT_OPEN, CONFIG_NOT_FOUND, UNCHANGED, FILE_NOT_FOUND, BAD_PATH } = EXIT_STATUS
    assert.equal([MAC_MISMATCH, CANNOT_OPEN, CONFIG_NOT_FOUND, UNCHANGED], [51, 128, 61, 200])
    assert.equal([FILE_NOT_FOUND, BAD_PATH], [100, 91])
  })
})
