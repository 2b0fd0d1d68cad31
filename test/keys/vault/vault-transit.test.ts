import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import type { KeyContext, Unwrapped } from '../../../src/keys/key-provider.ts'
import { provider } from '../../../src/keys/providers/vault-transit.ts'
import { isAllowed } from '../../../src/keys/vault/allow-list.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type HttpStub, httpStub, type StubAnswer } from '../support/http-stub.ts'
import { keyContext } from '../support/key-context.ts'
import { opened, refused, thrown } from '../support/outcome.ts'
import { testCertificate } from '../support/test-certificate.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const PLAINTEXT: StubAnswer = { body: { data: { plaintext: Buffer.from(DATA_KEY).toString('base64') } } }
const LOGIN: StubAnswer = { body: { auth: { client_token: 'hvs.fromlogin', lease_duration: 3600 } } }

function entry(address: string, fields: Readonly<Record<string, string>> = {}): KeyEntry {
  const usual = { vault_address: address, engine_path: 'transit', key_name: 'sops', enc: 'vault:v1:QUJD' }
  return { kind: 'hc_vault', fields: { ...usual, created_at: '2024-01-02T03:04:05Z', ...fields } }
}

function list(text: string): KeyContext['env'] {
  return { SOPS_HC_VAULT_ALLOWLIST: text }
}

function contextFor(stub: HttpStub, env: KeyContext['env'] = { VAULT_TOKEN: 'hvs.secret-token' }): KeyContext {
  return keyContext({ env: { VAULT_ADDR: stub.address, ...env } })
}

suite('Vault transit', (test) => {
  test('sends token, namespace and key name, and nothing else', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const here = contextFor(stub, { VAULT_TOKEN: ' hvs.secret-token\n', VAULT_NAMESPACE: 'team/a' })
    const nested = entry(stub.address, { engine_path: 'team/transit', key_name: 'k.1' })
    assert.equal(opened(await provider.unwrap(nested, here)), DATA_KEY)
    const [request] = stub.requests
    assert.is(request?.method, 'PUT')
    assert.is(request?.path, '/v1/team/transit/decrypt/k.1')
    assert.is(request?.headers['x-vault-token'], 'hvs.secret-token')
    assert.is(request?.headers['x-vault-namespace'], 'team/a')
    assert.equal(JSON.parse(request?.body ?? ''), { ciphertext: 'vault:v1:QUJD' })
  })

  test('sends no token to an address that the environment does not name', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const other = await httpStub(context, () => PLAINTEXT)
    const text = refused(await provider.unwrap(entry(other.address), contextFor(stub)))
    assert.match(text, /may not be sent to this address.*SECRETS_VAULT_ALLOWLIST/)
    assert.match(refused(await provider.unwrap(entry(other.address), keyContext())), /set VAULT_ADDR to http/)
    const reference = `${other.address}/v1/transit/keys/sops`
    assert.is((await thrown(() => provider.wrap(reference, DATA_KEY, contextFor(stub)))).code, 'PROVIDER_FAILED')
    assert.is(other.requests.length, 0)
    const wider = contextFor(stub, { VAULT_TOKEN: 't', SECRETS_VAULT_ALLOWLIST: `https://x, ${other.address}/` })
    assert.equal(opened(await provider.unwrap(entry(other.address), wider)), DATA_KEY)
  })

  test('the list compares scheme, host and port', () => {
    const address = 'https://vault.example.com:8200'
    for (const allowing of ['all', address, `${address}/v1/transit`, 'x, HTTPS://Vault.example.com:8200']) {
      assert.ok(isAllowed(address, list(allowing)), allowing)
    }
    for (const refusing of [
      '',
      'none',
      'https://vault.example.com',
      'http://vault.example.com:8200',
      'https://vault.example.com:820',
    ]) {
      assert.not.ok(isAllowed(address, list(refusing)), refusing)
    }
    assert.not.ok(isAllowed(address, { VAULT_ADDR: address, SECRETS_VAULT_ALLOWLIST: 'none' }))
    assert.ok(isAllowed(address, { VAULT_ADDR: `${address}/`, SECRETS_VAULT_ALLOWLIST: 'https://other' }))
  })

  test('does not follow a redirect with the token', async (context) => {
    const other = await httpStub(context, () => PLAINTEXT)
    const stub = await httpStub(context, () => ({ status: 307, headers: { location: `${other.address}/v1/x` } }))
    assert.match(refused(await provider.unwrap(entry(stub.address), contextFor(stub))), /redirects are not followed/)
    assert.is(other.requests.length, 0)
  })

  for (const [what, env, path, body] of [
    [
      'a role id',
      { VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 's' },
      '/v1/auth/approle/login',
      { role_id: 'r', secret_id: 's' },
    ],
    [
      'a role id at another path',
      { VAULT_ROLE_ID: 'r', VAULT_AUTH_PATH: 'team/ci' },
      '/v1/auth/team/ci/login',
      { role_id: 'r' },
    ],
    ['a JWT', { VAULT_JWT: 'j.w.t', VAULT_AUTH_ROLE: 'ci' }, '/v1/auth/jwt/login', { role: 'ci', jwt: 'j.w.t' }],
    ["GitLab's JWT", { VAULT_ID_TOKEN: 'j.w.t', VAULT_AUTH_PATH: 'gitlab' }, '/v1/auth/gitlab/login', { jwt: 'j.w.t' }],
  ] as const) {
    test(`signs in with ${what}, once for all files`, async (context) => {
      const stub = await httpStub(context, (request) => (request.path.endsWith('/login') ? LOGIN : PLAINTEXT))
      const here = contextFor(stub, env)
      await Promise.all(
        ['QQ==', 'Qg=='].map((text) => provider.unwrap(entry(stub.address, { enc: `vault:v1:${text}` }), here)),
      )
      const [login, ...calls] = stub.requests
      assert.is(login?.path, path)
      assert.equal(JSON.parse(login?.body ?? ''), body)
      assert.is(calls.length, 2)
      assert.ok(calls.every(({ headers }) => headers['x-vault-token'] === 'hvs.fromlogin'))
    })
  }

  test('takes secrets from files, and the token that `vault login` left', async (context) => {
    const home = temporaryFolder(context)
    mkdirSync(join(home, 'run'))
    writeFileSync(join(home, '.vault-token'), 'hvs.home\n')
    writeFileSync(join(home, 'run', 'jwt'), 'j.w.t\n')
    const stub = await httpStub(context, (request) => (request.path.endsWith('/login') ? LOGIN : PLAINTEXT))
    opened(await provider.unwrap(entry(stub.address), { ...contextFor(stub, {}), home }))
    assert.is(stub.requests[0]?.headers['x-vault-token'], 'hvs.home')
    opened(await provider.unwrap(entry(stub.address), contextFor(stub, { VAULT_JWT_FILE: join(home, 'run', 'jwt') })))
    assert.equal(JSON.parse(stub.requests[1]?.body ?? ''), { jwt: 'j.w.t' })
    const missing = contextFor(stub, { VAULT_JWT_FILE: join(home, 'nowhere') })
    assert.match(refused(await provider.unwrap(entry(stub.address), missing)), /VAULT_JWT_FILE: cannot be read/)
  })

  test('signs in again when the token is about to end', async (context) => {
    const stub = await httpStub(context, (request) => (request.path.endsWith('/login') ? LOGIN : PLAINTEXT))
    let now = Date.parse('2024-01-02T03:04:05Z')
    const here = { ...contextFor(stub, { VAULT_ROLE_ID: 'r' }), now: () => new Date(now) }
    opened(await provider.unwrap(entry(stub.address), here))
    now += 3_590_000
    opened(await provider.unwrap(entry(stub.address), here))
    assert.is(stub.requests.filter(({ path }) => path.endsWith('/login')).length, 2)
  })

  for (const [status, errors, expected] of [
    [400, ['encryption key not found'], /no such key \(HTTP 400\).*path of its engine/],
    [400, ['ciphertext or signature version is disallowed by policy (too old)'], /min_decryption_version/],
    [400, ['cipher: message authentication failed'], /not made by this key/],
    [
      403,
      ['1 error occurred:\n\t* permission denied\n\n'],
      /access was denied.*allow update on transit\/decrypt\/sops/,
    ],
    [403, ['permission denied', 'invalid token'], /expired or not valid.*vault login/],
    [404, [], /path of the transit engine/],
  ] as const) {
    test(`tells ${status} ${errors.join(' ').trim() || 'without words'}`, async (context) => {
      const stub = await httpStub(context, () => ({ status, body: { errors } }))
      const text = refused(await provider.unwrap(entry(stub.address), contextFor(stub)))
      assert.match(text, expected)
      assert.match(text, /VAULT_TOKEN: /)
      assert.not.match(text, /secret-token/)
      assert.is(stub.requests.length, 1)
    })
  }

  test('a refused login names the role, not its secret', async (context) => {
    const stub = await httpStub(context, () => ({ status: 400, body: { errors: ['invalid role or secret ID'] } }))
    const here = contextFor(stub, { VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 'very-secret' })
    const text = refused(await provider.unwrap(entry(stub.address), here))
    assert.match(text, /VAULT_ROLE_ID \(auth\/approle\): the credentials are expired or not valid.*secret id/)
    assert.not.match(text, /very-secret/)
  })

  test('says what is not set where there are no credentials', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const text = refused(await provider.unwrap(entry(stub.address), contextFor(stub, {})))
    assert.match(text, /VAULT_TOKEN: not set\nVAULT_ROLE_ID: not set/)
    assert.match(text, /no credentials were found/)
    assert.is(stub.requests.length, 0)
  })

  test('a file of certificates that is not there is told, and is no end for other keys', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const here = contextFor(stub, { VAULT_TOKEN: 't', VAULT_CACERT: '/nowhere' })
    assert.match(
      refused(await provider.unwrap(entry(stub.address), here)),
      /VAULT_CACERT names a file that cannot be read/,
    )
    const folder = contextFor(stub, { VAULT_TOKEN: 't', VAULT_CAPATH: '/nowhere' })
    assert.match(refused(await provider.unwrap(entry(stub.address), folder)), /VAULT_CAPATH/)
    const { code } = await thrown(() => provider.wrap(`${stub.address}/v1/transit/keys/k`, DATA_KEY, here))
    assert.is(code, 'IDENTITY_INVALID')
  })

  test('checks the certificate of the server as VAULT_CACERT and VAULT_SKIP_VERIFY say', async (context) => {
    const certificate = testCertificate(['localhost'], context)
    const stub = await httpStub(context, () => PLAINTEXT, certificate)
    const token = { VAULT_TOKEN: 't' }
    const open = (env: KeyContext['env']): Promise<Unwrapped> =>
      provider.unwrap(entry(stub.address), contextFor(stub, { ...token, ...env }))
    assert.match(refused(await open({})), /not trusted.*set VAULT_CACERT/)
    assert.is(stub.requests.length, 0)
    assert.equal(opened(await open({ VAULT_CACERT: certificate.file })), DATA_KEY)
    assert.equal(opened(await open({ VAULT_SKIP_VERIFY: 'true' })), DATA_KEY)
  })

  test('is patient with a sealed server and a full one, waiting as it asks', async (context) => {
    const answers = [{ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }]
    const stub = await httpStub(context, (_, count) => answers[count - 1] ?? PLAINTEXT)
    assert.equal(opened(await provider.unwrap(entry(stub.address), contextFor(stub))), DATA_KEY)
    assert.is(stub.requests.length, 3)
  })

  test('a token that no header can hold is refused and not quoted', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const text = refused(await provider.unwrap(entry(stub.address), contextFor(stub, { VAULT_TOKEN: 'hvs.a\nb' })))
    assert.match(text, /not valid/)
    assert.not.match(text, /hvs\.a/)
    assert.is(stub.requests.length, 0)
  })

  for (const [what, body] of [
    ['nothing', {}],
    ['no base64', { data: { plaintext: '***' } }],
    ['no JSON', 'oops'],
    ['far too much', { data: { plaintext: 'QUJD'.repeat(100) } }],
  ] as const) {
    test(`an answer with ${what} is none`, async (context) => {
      const stub = await httpStub(context, () => ({ body }))
      assert.match(refused(await provider.unwrap(entry(stub.address), contextFor(stub))), /makes no sense/)
    })
  }

  test('malformed metadata is refused before anything is sent', async (context) => {
    const stub = await httpStub(context, () => PLAINTEXT)
    const here = contextFor(stub, { VAULT_TOKEN: 't', SECRETS_VAULT_ALLOWLIST: 'all' })
    for (const fields of [
      { vault_address: stub.address.replace('//', '//user:pw@') },
      { vault_address: `${stub.address}/path` },
      { vault_address: `${stub.address}?x` },
      { vault_address: 'ftp://127.0.0.1' },
      { engine_path: '../sys' },
      { engine_path: 'a//b' },
      { engine_path: 'transit?x=' },
      { key_name: 'a/b' },
      { key_name: '..' },
      { key_name: '%2e%2e' },
      { enc: 'QUJD' },
      { enc: `vault:v1:${'A'.repeat(5000)}` },
    ]) {
      const hostile = entry(stub.address, fields)
      assert.match(refused(await provider.unwrap(hostile, here)), /malformed/)
      assert.type(provider.referenceOf(hostile), 'string')
    }
    assert.is(stub.requests.length, 0)
  })

  test('references: canonical form and round trip', async () => {
    assert.is(
      provider.canonical(' HTTPS://Vault.Example.com:443/v1/team/transit/keys/sops/ '.replace('HTTPS', 'https')),
      'https://vault.example.com/v1/team/transit/keys/sops',
    )
    const name = fc.stringMatching(/^[a-z0-9_][\w.-]{0,20}$/)
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 4 }), (key, mounts) => {
        const engine = mounts.join('/')
        const reference = `http://127.0.0.1:8200/v1/${engine}/keys/${key}`
        const fields = { vault_address: 'http://127.0.0.1:8200', engine_path: engine, key_name: key }
        assert.is(provider.canonical(reference), reference)
        assert.is(provider.referenceOf({ kind: 'hc_vault', fields }), reference)
      }),
      { numRuns: 200 },
    )
    for (const wrong of [
      'https://u:p@host/v1/transit/keys/k',
      'https://host/v1/../keys/k',
      'https://host/v1/keys/k',
      'https://host/v1/transit/keys/a b',
    ]) {
      assert.is((await thrown(() => provider.canonical(wrong))).code, 'BAD_RECIPIENT', wrong)
    }
  })
})
