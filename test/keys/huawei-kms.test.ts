import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../src/core/metadata-model.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { provider } from '../../src/keys/providers/huawei-kms.ts'
import { suite } from '../support/suite.ts'
import { keyContext } from './support/key-context.ts'
import { refused, thrown } from './support/outcome.ts'

const KEY = 'eu-west-101:0d0466b0-e727-4d9c-b35d-f84bb474a37f'
const ENTRY: KeyEntry = { kind: 'hckms', fields: { key_id: KEY, enc: 'x', created_at: '2024-01-02T03:04:05Z' } }

suite('HuaweiCloud KMS', (test) => {
  test('entries are known by their key', async () => {
    assert.is(provider.referenceOf(ENTRY), KEY)
    assert.equal(await createKeyring(keyContext()).references([[ENTRY]]), [[KEY]])
    assert.is(await createKeyring(keyContext()).canonical(` ${KEY} `), KEY)
    assert.is(provider.referenceOf({ kind: 'hckms', fields: { key_id: 'odd' } }), 'hckms:odd')
    assert.is((await thrown(() => provider.canonical('eu-west-101:odd'))).code, 'BAD_RECIPIENT')
  })

  test('opening and encrypting say what to do', async () => {
    assert.match(refused(await provider.unwrap(ENTRY, keyContext())), /not supported for opening; decrypt with sops/)
    const { code, text } = await thrown(() => provider.wrap(KEY, new Uint8Array(32), keyContext()))
    assert.is(code, 'PROVIDER_FAILED')
    assert.match(text, /encrypt with sops/)
  })
})
