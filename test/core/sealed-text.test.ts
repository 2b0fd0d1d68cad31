import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { sealed } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

suite('sealed text', (test) => {
  for (const [format, plain] of [
    ['yaml', 'sops: 1\n'],
    ['yaml', 'a: 1\n---\nsops: 2\n'],
    ['json', '{"sops": 1}'],
    ['dotenv', 'sops_version=1\n'],
    ['dotenv', 'A=1\nsops_line_breaks=crlf\n'],
    ['ini', '[sops]\na = 1\n'],
  ] as const) {
    test(`refuses a plain text that uses the name of the metadata: ${JSON.stringify(plain)}`, async () => {
      try {
        await sealed(format, plain)
      } catch (error) {
        assert.ok(isSecretsError(error))
        assert.is(error.code, 'RESERVED_KEY')
        return
      }
      assert.unreachable('it was encrypted, and the value under that name is lost')
    })
  }
})
