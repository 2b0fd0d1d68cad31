import * as assert from 'uvu/assert'
import type { KeyEntry, Metadata } from '../../../src/core/metadata-model.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { provider } from '../../../src/keys/providers/aws-kms.ts'
import { suite } from '../../support/suite.ts'
import { type HttpStub, httpStub, type StubAnswer } from '../support/http-stub.ts'
import { keyContext } from '../support/key-context.ts'
import { metadata } from '../support/keyring-parts.ts'
import { opened, refused, thrown } from '../support/outcome.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const PLAINTEXT = { KeyId: ARN, Plaintext: Buffer.from(DATA_KEY).toString('base64') }

function entry(fields: Readonly<Record<string, string>> = {}): KeyEntry {
  return {
    kind: 'kms',
    fields: { arn: ARN, aws_profile: '', created_at: '2024-01-02T03:04:05Z', enc: 'QUJD', ...fields },
  }
}

function kmsError(name: string, status = 400): StubAnswer {
  return { status, body: { __type: name, message: 'a text that may quote anything' } }
}

function contextFor(stub: HttpStub, more: KeyContext['env'] = {}): KeyContext {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret-key' }
  return keyContext({ env: { AWS_ENDPOINT_URL: stub.address, ...keys, ...more } })
}

function fileOf(number: number): Metadata {
  return metadata([[entry({ enc: Buffer.from(`blob ${number}`).toString('base64') })]])
}

suite('AWS KMS', (test) => {
  for (const [name, status, expected] of [
    ['DisabledException', 400, /disabled.*\(DisabledException\).*enable the key/],
    ['KMSInvalidStateException', 400, /disabled or about to be deleted/],
    ['AccessDeniedException', 400, /access was denied.*allow kms:Decrypt on the key/],
    ['NotFoundException', 400, /no such key/],
    ['ExpiredTokenException', 400, /expired or not valid.*aws sso login/],
    ['UnrecognizedClientException', 400, /not valid.*region is enabled/],
    ['InvalidKeyUsageException', 400, /not one that encrypts.*symmetric/],
    ['SomethingNew', 418, /makes no sense \(SomethingNew\)/],
  ] as const) {
    test(`tells ${name}, for which key and whose credentials, without another attempt`, async (context) => {
      const stub = await httpStub(context, () => kmsError(name, status))
      const text = refused(await provider.unwrap(entry(), contextFor(stub)))
      assert.match(text, expected)
      assert.match(text, /AWS_ACCESS_KEY_ID: /)
      assert.ok(text.includes(ARN))
      assert.not.match(text, /very-secret-key|may quote anything/)
      assert.is(stub.requests.length, 1)
    })
  }

  test('a refusal while wrapping is PROVIDER_FAILED and says what to allow', async (context) => {
    const stub = await httpStub(context, () => kmsError('AccessDeniedException'))
    const { code, text } = await thrown(() => provider.wrap(ARN, DATA_KEY, contextFor(stub)))
    assert.is(code, 'PROVIDER_FAILED')
    assert.match(text, /allow kms:Encrypt on the key/)
    assert.match(text, /credentials: AWS_ACCESS_KEY_ID/)
  })

  test('is patient with throttling, a passing outage and a broken connection', async (context) => {
    const answers = [kmsError('ThrottlingException'), kmsError('KMSInternalException', 500), { breaks: true }]
    const stub = await httpStub(context, (_, count) => answers[count - 1] ?? { body: PLAINTEXT })
    assert.equal(opened(await provider.unwrap(entry(), contextFor(stub))), DATA_KEY)
    assert.is(stub.requests.length, 4)
  })

  test('gives up on a service that goes on throttling', async (context) => {
    const stub = await httpStub(context, () => kmsError('ThrottlingException'))
    assert.match(refused(await provider.unwrap(entry(), contextFor(stub))), /too many calls, even after waiting/)
    assert.is(stub.requests.length, 4)
  })

  test('says so where nobody listens', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
    const text = refused(await provider.unwrap(entry(), keyContext({ env })))
    assert.match(text, /cannot be reached \(ECONNREFUSED\).*region of the ARN/)
  })

  test('ends at once when the user wants it', async (context) => {
    const stub = await httpStub(context, () => ({ delay: 90_000 }))
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    const started = Date.now()
    const { code } = await thrown(() => provider.unwrap(entry(), { ...contextFor(stub), signal: stop.signal }))
    assert.is(code, 'INTERRUPTED')
    assert.ok(Date.now() - started < 60_000)
  })

  test('asks for a session of the role, once for many entries, in the name that sops uses', async (context) => {
    const role = 'arn:aws:iam::111122223333:role/deploy'
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIASESSION</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
    const stub = await httpStub(context, ({ headers }) =>
      headers['x-amz-target'] === undefined
        ? { body: session, headers: { 'content-type': 'text/xml' } }
        : { body: PLAINTEXT },
    )
    const here = keyContext({ ...contextFor(stub), now: () => new Date() })
    const results = await Promise.all(
      ['QUJD', 'QUJE', 'QUJF'].map((enc) => provider.unwrap(entry({ role, enc }), here)),
    )
    for (const result of results) assert.equal(opened(result), DATA_KEY)
    const logins = stub.requests.filter(({ headers }) => headers['x-amz-target'] === undefined)
    assert.is(logins.length, 1)
    assert.match(logins[0]?.body ?? '', /RoleSessionName=sops%40\w+/)
    const calls = stub.requests.filter(({ headers }) => headers['x-amz-target'] !== undefined)
    assert.ok(calls.every(({ headers }) => headers.authorization?.includes('ASIASESSION')))
  })

  test('sends nothing for metadata that is malformed or of a foreign account', async (context) => {
    const stub = await httpStub(context, () => ({ body: PLAINTEXT }))
    const here = contextFor(stub, { SECRETS_AWS_ACCOUNTS: '111122223333' })
    for (const fields of [
      { arn: ARN.replace('eu-west-1', 'x.evil.example') },
      { arn: 'nonsense' },
      { role: 'arn:aws:iam::1:role/x' },
      { aws_profile: 'a\nb' },
      { context: 'a text' },
      { enc: 'not base64!' },
      { enc: '' },
      { enc: 'QUJD'.repeat(4000) },
      { arn: ARN.replace('111122223333', '999999999999') },
      { role: 'arn:aws:iam::999999999999:role/x' },
    ]) {
      const hostile = entry(fields)
      const text = refused(await provider.unwrap(hostile, here))
      assert.match(text, /malformed|SECRETS_AWS_ACCOUNTS/)
      assert.type(provider.referenceOf(hostile), 'string')
    }
    assert.is(stub.requests.length, 0)
  })

  test('a hundred files are asked for side by side, equal entries by one call', async (context) => {
    let [waiting, enough] = [0, (): void => undefined]
    const together = new Promise<void>((resolve) => {
      enough = resolve
    })
    // Nothing is answered before so many wait; whoever asked for one after the other would wait for ever.
    const stub = await httpStub(context, async () => {
      waiting += 1
      if (waiting === 16) enough()
      await together
      return { body: PLAINTEXT }
    })
    const keyring = createKeyring(contextFor(stub))
    const keys = await Promise.all(Array.from({ length: 100 }, (_, number) => keyring.open(fileOf(number))))
    assert.ok(keys.every((key) => Buffer.compare(key, DATA_KEY) === 0))
    assert.is(stub.requests.length, 100)
    await Promise.all(Array.from({ length: 50 }, () => keyring.open(fileOf(7))))
    assert.is(stub.requests.length, 100)
  })
})
