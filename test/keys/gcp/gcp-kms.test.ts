import { createVerify, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { crc32c } from '../../../src/keys/gcp/crc32c.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { provider } from '../../../src/keys/providers/gcp-kms.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { GOOGLE_KEY, type GoogleStandIn, googleError, googleStandIn } from '../support/google-stand-in.ts'
import { httpStub } from '../support/http-stub.ts'
import { keyContext } from '../support/key-context.ts'
import { opened, refused, thrown } from '../support/outcome.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const TOKEN = { GOOGLE_OAUTH_ACCESS_TOKEN: 'test-token' }

function contextFor(google: GoogleStandIn, env: KeyContext['env'] = TOKEN): KeyContext {
  return keyContext({ env: { SECRETS_GCP_KMS_ENDPOINT: google.address, NO_GCE_CHECK: 'true', ...env } })
}

function withFields(entry: KeyEntry, fields: Readonly<Record<string, string>>): KeyEntry {
  return { kind: 'gcp_kms', fields: { ...entry.fields, ...fields } }
}

suite('Google Cloud KMS', (test) => {
  test("the checksum is Castagnoli's", () => {
    // RFC 3720, appendix B.4, in decimal.
    assert.is(crc32c(new Uint8Array(32)), String(0x8a9136aa))
    assert.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), String(0x46dd794e))
    assert.is(crc32c(Buffer.from('123456789')), String(0xe3069283))
  })

  test('wraps and opens, also after a new version of the key', async (context) => {
    const google = await googleStandIn(context)
    const here = contextFor(google)
    const entry = await provider.wrap(provider.canonical(` ${GOOGLE_KEY}\n`), DATA_KEY, here)
    assert.equal(Object.keys(entry.fields), ['created_at', 'enc', 'resource_id'])
    assert.is(entry.fields['created_at'], '2024-01-02T03:04:05Z')
    assert.is(provider.referenceOf(entry), GOOGLE_KEY)
    google.keys.get(GOOGLE_KEY)?.push(Uint8Array.from({ length: 32 }, () => 1))
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    google.keys.get(GOOGLE_KEY)?.splice(0, 1, undefined)
    assert.match(refused(await provider.unwrap(entry, here)), /disabled.*\(FAILED_PRECONDITION\).*enable the version/)
  })

  for (const [name, make] of [
    [
      'a login of gcloud',
      (address: string): object => ({
        type: 'authorized_user',
        client_id: 'c',
        client_secret: 's',
        refresh_token: 'r',
        token_uri: `${address}/token`,
      }),
    ],
    [
      'an impersonated account',
      (address: string): object => ({
        type: 'impersonated_service_account',
        service_account_impersonation_url: `${address}/v1/projects/-/serviceAccounts/x:generateAccessToken`,
        source_credentials: {
          type: 'authorized_user',
          client_id: 'c',
          client_secret: 's',
          refresh_token: 'r',
          token_uri: `${address}/token`,
        },
      }),
    ],
  ] as const) {
    test(`takes ${name}`, async (context) => {
      const google = await googleStandIn(context)
      const json = JSON.stringify(make(google.address))
      const file = join(temporaryFolder(context), 'credentials.json')
      writeFileSync(file, json)
      for (const env of [
        { GOOGLE_CREDENTIALS: json },
        { GOOGLE_CREDENTIALS: file },
        { GOOGLE_APPLICATION_CREDENTIALS: file },
      ]) {
        const here = contextFor(google, env)
        const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, here)
        assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
      }
      assert.is(google.requests.filter(({ path }) => path === '/token').length, 3, 'one look-up for a command')
    })
  }

  test('takes a service account and signs for it', async (context) => {
    const google = await googleStandIn(context)
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const account = {
      type: 'service_account',
      client_email: 'ci@p.iam.gserviceaccount.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      private_key_id: 'id',
      token_uri: `${google.address}/token`,
    }
    const here = contextFor(google, { GOOGLE_CREDENTIALS: JSON.stringify(account) })
    await provider.wrap(GOOGLE_KEY, DATA_KEY, here)
    const form = new URLSearchParams(google.requests[0]?.body)
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
    const verified = createVerify('sha256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')
    assert.ok(verified)
    const said: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const issued = Date.parse('2024-01-02T03:04:05Z') / 1000
    const scope = 'https://www.googleapis.com/auth/cloudkms'
    assert.equal(said, { iss: account.client_email, scope, aud: account.token_uri, iat: issued, exp: issued + 3600 })
    const broken = contextFor(google, {
      GOOGLE_CREDENTIALS: JSON.stringify({ ...account, private_key: 'very secret' }),
    })
    const { text } = await thrown(() => provider.wrap(GOOGLE_KEY, DATA_KEY, broken))
    assert.match(text, /make a new key for the service account/)
    assert.not.match(text, /very secret/)
  })

  test("takes a pipeline's identity from an address and from a file, and becomes a service account", async (context) => {
    const google = await googleStandIn(context)
    const pipeline = await httpStub(context, ({ headers }) =>
      headers.authorization === 'bearer runner' ? { body: { value: 'oidc-token' } } : { status: 401 },
    )
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'token'), 'oidc-token\n')
    const account = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${google.address}/v1/token`,
      service_account_impersonation_url: `${google.address}/v1/projects/-/serviceAccounts/x:generateAccessToken`,
    }
    const format = { type: 'json', subject_token_field_name: 'value' }
    const address = { url: `${pipeline.address}/id`, headers: { Authorization: 'bearer runner' }, format }
    for (const source of [address, { file: join(folder, 'token') }]) {
      const json = JSON.stringify({ ...account, credential_source: source })
      const here = contextFor(google, { GOOGLE_CREDENTIALS: json })
      const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, here)
      assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    }
    const exchange = new URLSearchParams(google.requests[0]?.body)
    assert.is(exchange.get('subject_token'), 'oidc-token')
    assert.is(exchange.get('grant_type'), 'urn:ietf:params:oauth:grant-type:token-exchange')
    const program = { ...account, credential_source: { executable: { command: 'touch /tmp/x' } } }
    const here = contextFor(google, { GOOGLE_CREDENTIALS: JSON.stringify(program) })
    const { text } = await thrown(() => provider.wrap(GOOGLE_KEY, DATA_KEY, here))
    assert.match(text, /programs and AWS are not supported/)
  })

  test('takes the identity of the machine', async (context) => {
    const google = await googleStandIn(context)
    const host = new URL(google.address).host
    const here = contextFor(google, { GCE_METADATA_HOST: host, NO_GCE_CHECK: undefined })
    const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, here)
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
  })

  test('says where it looked when there are no credentials', async (context) => {
    const google = await googleStandIn(context)
    const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, contextFor(google))
    const before = google.requests.length
    const text = refused(await provider.unwrap(entry, contextFor(google, {})))
    assert.match(text, /GOOGLE_CREDENTIALS: not set/)
    assert.match(text, /no credentials were found .*gcloud auth application-default login/)
    const unreadable = contextFor(google, { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/x.json' })
    assert.match(refused(await provider.unwrap(entry, unreadable)), /\/nowhere\/x\.json\): .*can be read/)
    assert.is(google.requests.length, before)
  })

  for (const [fault, expected] of [
    [
      googleError(403, 'PERMISSION_DENIED'),
      /access was denied \(PERMISSION_DENIED\).*cloudkms\.cryptoKeyVersions\.useToDecrypt/,
    ],
    [googleError(404, 'NOT_FOUND'), /no such key.*key ring/],
    [googleError(400, 'INVALID_ARGUMENT'), /not made by this key, or is damaged/],
    [googleError(401, 'UNAUTHENTICATED'), /expired or not valid/],
    [{ status: 200, body: 'no json' }, /makes no sense/],
    [{ status: 200, body: { plaintext: 'QUJD', plaintextCrc32c: '1' } }, /makes no sense/],
  ] as const) {
    test(`tells ${JSON.stringify(fault)}`, async (context) => {
      const google = await googleStandIn(context)
      const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, contextFor(google))
      google.faults.push(fault)
      const text = refused(await provider.unwrap(entry, contextFor(google)))
      assert.match(text, expected)
      assert.match(text, /GOOGLE_OAUTH_ACCESS_TOKEN: /)
      assert.not.match(text, /test-token|may quote anything/)
    })
  }

  test('is patient with throttling and outages', async (context) => {
    const google = await googleStandIn(context)
    google.faults.push(googleError(429, 'RESOURCE_EXHAUSTED'), googleError(503, 'UNAVAILABLE'), { breaks: true })
    await provider.wrap(GOOGLE_KEY, DATA_KEY, contextFor(google))
    assert.is(google.requests.length, 4)
  })

  test('malformed metadata is refused before anything is sent', async (context) => {
    const google = await googleStandIn(context)
    const entry = await provider.wrap(GOOGLE_KEY, DATA_KEY, contextFor(google))
    const before = google.requests.length
    for (const fields of [
      { resource_id: 'nonsense' },
      { resource_id: `${GOOGLE_KEY}/cryptoKeyVersions/1` },
      { resource_id: GOOGLE_KEY.replace('/r/', '/../') },
      { resource_id: GOOGLE_KEY.replace('/k', '/k?x=') },
      { resource_id: `//evil.example/${GOOGLE_KEY}` },
      { resource_id: `${GOOGLE_KEY}:encrypt` },
      { enc: 'no base64!' },
      { enc: '' },
    ]) {
      const hostile = withFields(entry, fields)
      assert.match(refused(await provider.unwrap(hostile, contextFor(google))), /malformed/)
      assert.type(provider.referenceOf(hostile), 'string')
    }
    assert.is(google.requests.length, before)
    for (const wrong of ['projects/p', `${GOOGLE_KEY}/cryptoKeyVersions/1`, GOOGLE_KEY.replace('global', 'glo bal')]) {
      assert.is((await thrown(() => provider.canonical(wrong))).code, 'BAD_RECIPIENT')
    }
  })
})
