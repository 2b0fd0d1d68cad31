import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../src/core/metadata-model.ts'
import type { KeyContext } from '../../src/keys/key-provider.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { createKeyring, type KeyringOptions } from '../../src/keys/open-keyring.ts'
import { keyProviders } from '../../src/keys/providers/registry.ts'
import { suite } from '../support/suite.ts'
import { type FakeKms, fakeKms } from './support/fake-kms.ts'
import { keyContext } from './support/key-context.ts'
import { errorOf, metadata, opening, person, wrapped } from './support/keyring-parts.ts'

suite('keyring: order and side by side', (test) => {
  test('the network is left alone where a local identity opens, unless the order says otherwise', async () => {
    const alice = await person()
    const kms = fakeKms()
    const key = randomBytes(32)
    const groups = await ring([kms], {}).wrap(key, [['kms-a', alice.recipient]], 0)
    const env = { SECRETS_AGE_KEY: alice.identity }
    assert.equal(Buffer.from(await ring([kms], env).open(metadata(groups))), key)
    assert.equal(kms.calls, [])
    await ring([kms], {}).open(metadata(groups))
    assert.equal(kms.calls, ['kms-a'])
    await ring([kms], { ...env, SOPS_DECRYPTION_ORDER: 'kms, age' }).open(metadata(groups))
    assert.is(kms.calls.length, 2)
    await ring([kms], { ...env, SECRETS_DECRYPTION_ORDER: 'age', SOPS_DECRYPTION_ORDER: 'kms' }).open(metadata(groups))
    assert.is(kms.calls.length, 2)
    const twice = await errorOf(ring([kms], { SOPS_DECRYPTION_ORDER: 'age,kms,age' }).open(metadata(groups)))
    assert.match(twice.message, 'SOPS_DECRYPTION_ORDER names age twice')
    assert.is(twice.code, 'USAGE')
  })

  test('local shares that suffice spare the network; else both are combined', async () => {
    const [alice, bob] = await Promise.all([person(), person()])
    const kms = fakeKms()
    const key = randomBytes(32)
    const groups = await ring([kms], {}).wrap(key, [['kms-a'], [alice.recipient], [bob.recipient]], 2)
    const both = { SECRETS_AGE_KEY: `${alice.identity} ${bob.identity}` }
    assert.equal(Buffer.from(await ring([kms], both).open(metadata(groups, 2))), key)
    assert.equal(kms.calls, [])
    assert.equal(Buffer.from(await ring([kms], { SECRETS_AGE_KEY: bob.identity }).open(metadata(groups, 2))), key)
    assert.equal(kms.calls, ['kms-a'])
  })

  test('a hundred files wait side by side within the limit; equal entries are opened once', async () => {
    const kms = fakeKms(5)
    const keyring = ring([kms], {}, { limit: 7 })
    const key = randomBytes(32)
    const files = Array.from({ length: 100 }, (_, index) =>
      metadata([[{ kind: 'kms', fields: { arn: `kms-${index}`, enc: key.toString('base64') } }]]),
    )
    const keys = await Promise.all([...files, ...files].map((file) => keyring.open(file)))
    assert.ok(keys.every((one) => Buffer.compare(one, key) === 0))
    assert.is(kms.calls.length, 100)
    assert.is(kms.most, 7)
  })

  test('a refusal names the recipient; the next one is tried', async () => {
    const kms = fakeKms()
    const key = randomBytes(32)
    const groups = await ring([kms], {}).wrap(key, [['kms-denied', 'kms-b']], 0)
    assert.equal(Buffer.from(await ring([kms], {}).open(metadata(groups))), key)
    const alone = [groups[0]?.slice(0, 1) ?? []]
    const error = await errorOf(
      ring([kms], {}, { names: async () => new Map([['kms-denied', 'production']]) }).open(metadata(alone)),
    )
    assert.equal(error.details, ['recipient production (kms-denied)', 'production (kms-denied): access denied'])
  })

  test('an unknown kind has a reference, is no obstacle, and cannot be wrapped for', async () => {
    const alice = await person()
    const { key, groups } = await wrapped([alice])
    const huawei: KeyEntry = { kind: 'newkms', fields: { created_at: 'x', enc: 'secret', key_id: 'eu:1-2' } }
    const mixed = [[huawei, ...(groups[0] ?? [])]]
    assert.is(await opening(mixed, { SECRETS_AGE_KEY: alice.identity }), key)
    assert.equal(await createKeyring(keyContext()).references(mixed), [['newkms:eu:1-2', alice.recipient]])
    const kms: KeyEntry = { kind: 'kms', fields: { arn: 'a', role: '', context: { b: '2', a: '1' }, enc: 'x' } }
    assert.equal(await createKeyring(keyContext()).references([[kms]]), [['kms:a+a=1,b=2']])
    const error = await errorOf(opening([[huawei]], {}))
    assert.equal(error.details, ['recipient newkms:eu:1-2', 'newkms:eu:1-2: newkms is not supported here'])
    assert.is(
      (await errorOf(createKeyring(keyContext()).wrap(randomBytes(32), [['newkms:eu:1-2']], 0))).code,
      'BAD_RECIPIENT',
    )
  })
})

function ring(kms: readonly FakeKms[], env: KeyContext['env'], options: KeyringOptions = {}): Keyring {
  const providers = [...kms.map(({ entry }) => entry), ...keyProviders]
  return createKeyring(keyContext({ env }), { ...options, providers })
}
