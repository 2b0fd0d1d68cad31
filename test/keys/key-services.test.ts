import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../src/core/metadata-model.ts'
import { keyProviders } from '../../src/keys/providers/registry.ts'
import { suite } from '../support/suite.ts'
import { httpStub } from './support/http-stub.ts'
import { keyContext } from './support/key-context.ts'

const SERVICES = ['aws-kms', 'azure-key-vault', 'gcp-kms', 'huawei-kms', 'vault-transit']

/** One reference of each kind. */
const REFERENCES: Readonly<Record<string, string>> = {
  'aws-kms': 'arn:aws:kms:eu-west-1:111122223333:alias/k+arn:aws:iam::111122223333:role/r|a:b|p',
  'azure-key-vault': 'https://a.vault.azure.net/keys/v1/0123456789abcdef0123456789abcdef',
  'gcp-kms': 'projects/p/locations/global/keyRings/r/cryptoKeys/k',
  'huawei-kms': 'eu-west-101:0d0466b0-e727-4d9c-b35d-f84bb474a37f',
  'vault-transit': 'https://vault.example.com/v1/keys/keys/keys',
}

/** Field names of all four kinds, and what a hostile file may put there. */
const FIELDS = [
  'arn',
  'role',
  'aws_profile',
  'resource_id',
  'vault_url',
  'name',
  'version',
  'key_id',
  'enc',
  'created_at',
]
const MORE = ['vault_address', 'engine_path', 'key_name', 'context']

suite('key services', (test) => {
  test('a reference belongs to one kind alone', async () => {
    for (const [id, reference] of Object.entries(REFERENCES)) {
      const matching = keyProviders.filter(({ pattern }) => new RegExp(pattern).test(reference)).map((one) => one.id)
      assert.equal(matching, [id])
      const provider = await keyProviders.find((one) => one.id === id)?.load()
      assert.is(provider?.canonical(reference), reference)
    }
  })

  test('no entry whatever makes a provider throw or send something', async (context) => {
    const stub = await httpStub(context, () => ({ status: 500 }))
    const env = {
      AWS_ENDPOINT_URL: stub.address,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      SECRETS_GCP_KMS_ENDPOINT: stub.address,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token',
      VAULT_ADDR: stub.address,
      VAULT_TOKEN: 'token',
      SECRETS_AZURE_VAULT_ALLOWLIST: stub.address,
    }
    const providers = await Promise.all(
      keyProviders.filter(({ id }) => SERVICES.includes(id)).map(({ load }) => load()),
    )
    assert.is(providers.length, SERVICES.length)
    const part = fc.constantFrom(
      'arn:aws:kms:',
      'https://',
      stub.address,
      '/keys/',
      'projects/',
      '/v1/',
      '..',
      '@',
      'x',
      '',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
    )
    const field = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.dictionary(fc.string(), text) })
    const fields = fc.dictionary(fc.constantFrom(...FIELDS, ...MORE), field, { maxKeys: 14 })
    await fc.assert(
      fc.asyncProperty(fields, fc.constantFrom(...providers), async (values, provider) => {
        const entry: KeyEntry = { kind: provider.list, fields: values }
        const reference = provider.referenceOf(entry)
        assert.type(reference, 'string')
        assert.ok('failed' in (await provider.unwrap(entry, keyContext({ env }))))
      }),
      { numRuns: 400 },
    )
    assert.is(stub.requests.length, 0)
  })
})
