import * as assert from 'uvu/assert'
import { sealText } from '../../src/core/seal-text.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { verifySealed } from '../../src/project/verify-sealed.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { sealOptions, TEST_DATA_KEY } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

async function verified(plain: string, claimed: string, format = 'json'): Promise<unknown> {
  const found = await formatByName(format)
  const { content } = await sealText(found, Buffer.from(plain), sealOptions())
  return verifySealed({ format: found, plain: Buffer.from(claimed), sealed: content, dataKey: TEST_DATA_KEY })
}

suite('verify-sealed', (test) => {
  test('finds nothing to say of the same bytes', async () => {
    assert.equal(await verified('{"a": "b"}', '{"a": "b"}'), [])
  })

  test('gives the lines that are spelled differently', async () => {
    assert.equal(await verified('{\n"a": "b"\n}', '{\n"a":  "b"\n}'), [{ first: 2, last: 2 }])
  })

  test('refuses other, fewer and more values, and other bytes', async () => {
    for (const other of ['{"a": "c"}', '{}', '{"a": "b", "c": 1}']) {
      const error = await errorOf(verified('{"a": "b"}', other))
      assert.is(error.code, 'INTERNAL')
    }
    assert.is((await errorOf(verified('one', 'two', 'binary'))).code, 'INTERNAL')
  })
})
