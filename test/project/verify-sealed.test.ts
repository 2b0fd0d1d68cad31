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

  test('finds a wrong encryption by what was remembered and parsed while it was made', async () => {
    const format = await formatByName('yaml')
    const plain = Buffer.from('a: first\nb: second\n# note\nc: 3\n')
    const { content, cipher, written } = await sealText(format, plain, sealOptions())
    const made = { format, plain, sealed: content, dataKey: TEST_DATA_KEY, cipher }
    assert.equal(await verifySealed({ ...made, written }), [])
    const text = written?.text ?? ''
    const tokens = text.match(/ENC\[[^\]]*\]/g) ?? []
    const [first = '', second = ''] = tokens
    const wrong = [
      text.replace(first, second),
      text.replace(first, '\0').replace(second, first).replace('\0', second),
      text.replace(/data:./, (start) => (start === 'data:A' ? 'data:B' : 'data:A')),
      text.replace(/iv:./, (start) => (start === 'iv:A' ? 'iv:B' : 'iv:A')),
      text.replace(first, 'first'),
      text.replace('type:int', 'type:str'),
      text.replace(/^b: /m, 'd: '),
      text.replace(/^b: .*\n/m, ''),
      text.replace(/mac: ENC\[AES256_GCM,data:./, (start) => start.slice(0, -1)),
    ]
    for (const [index, changed] of wrong.entries()) {
      assert.is.not(changed, text, `${index}`)
      const error = await errorOf(verifySealed({ ...made, written: format.parse(changed) }))
      assert.ok(error.code.length > 0, `${index}: ${error.code}`)
    }
  })

  test('refuses other, fewer and more values, and other bytes', async () => {
    for (const other of ['{"a": "c"}', '{}', '{"a": "b", "c": 1}']) {
      const error = await errorOf(verified('{"a": "b"}', other))
      assert.is(error.code, 'INTERNAL')
    }
    assert.is((await errorOf(verified('one', 'two', 'binary'))).code, 'INTERNAL')
  })
})
