/** Keys that we cannot use: entries of HuaweiCloud and of kinds that nobody knows yet stay as they are. */
import * as assert from 'uvu/assert'
import { person } from '../../keys/support/keyring-parts.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { BothTools } from './both-tools.ts'

const HUAWEI = `    hckms:
        - created_at: "2024-01-02T03:04:05Z"
          enc: AAAAbGFiZWw=
          key_id: eu-west-101:0d0466b0-e727-4d9c-b35d-f84bb474a37f
`
const FUTURE = `    newkms:
        - created_at: "2024-01-02T03:04:05Z"
          enc: 'secret: "as it is"' # with a comment
          key_id: eu:1-2
`

async function file(context: TestContext, more: string): Promise<BothTools> {
  const alice = await person()
  const tools = new BothTools(context, [alice])
  tools.write('file.yaml', 'a: one\nb: two\n')
  await tools.mustSops('encrypt', '-i', '--age', alice.recipient, 'file.yaml')
  tools.write(
    'file.yaml',
    tools
      .read('file.yaml')
      .toString()
      .replace(/^ {4}lastmodified:/m, `${more}    lastmodified:`),
  )
  return tools
}

async function secrets(tools: BothTools, ...args: readonly string[]): Promise<string> {
  const env = isolatedEnvironment(tools.folder, { SECRETS_AGE_KEY: tools.env['SOPS_AGE_KEY'] })
  const { status, stdout, stderr } = await runSecrets(args, { cwd: tools.folder, env })
  assert.is(status, 0, stderr)
  return stdout
}

suite('kinds of keys that we do not know', (test) => {
  for (const [name, entry] of [
    ['HuaweiCloud KMS', HUAWEI],
    ['a kind of the future', FUTURE],
  ] as const) {
    test(`${name}: the entry stays byte for byte, and both tools read by the other keys`, async (context) => {
      const tools = await file(context, entry)
      assert.is(await secrets(tools, 'get', 'file.yaml', 'a'), 'one')
      await secrets(tools, 'set', '--plain-value', 'three', 'file.yaml', 'a')
      assert.ok(tools.read('file.yaml').toString().includes(entry))
      assert.is((await tools.mustSops('decrypt', '--extract', '["a"]', 'file.yaml')).toString(), 'three')
    })
  }

  test('sops keeps the entry of HuaweiCloud when it writes, and we read on', async (context) => {
    const tools = await file(context, HUAWEI)
    await secrets(tools, 'set', '--plain-value', 'three', 'file.yaml', 'a')
    await tools.mustSops('set', 'file.yaml', '["b"]', '"four"')
    assert.ok(tools.read('file.yaml').toString().includes('key_id: eu-west-101:0d0466b0-e727-4d9c-b35d-f84bb474a37f'))
    assert.is(await secrets(tools, 'decrypt', 'file.yaml'), 'a: three\nb: four\n')
  })
})
