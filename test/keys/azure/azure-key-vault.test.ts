import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { resourceOf } from '../../../src/keys/azure/vault-address.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { provider } from '../../../src/keys/providers/azure-key-vault.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type AzureStandIn, azureStandIn, newVersion, vaultError } from '../support/azure-stand-in.ts'
import { keyContext } from '../support/key-context.ts'
import { opened, refused, thrown } from '../support/outcome.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const APPLICATION = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client' }

function identity(azure: AzureStandIn): KeyContext['env'] {
  return { IDENTITY_ENDPOINT: `${azure.address}/msi/token`, IDENTITY_HEADER: 'test-identity' }
}

function contextFor(azure: AzureStandIn, env: KeyContext['env'] = identity(azure)): KeyContext {
  const trusted = { SSL_CERT_FILE: azure.certificate.file, SECRETS_AZURE_VAULT_ALLOWLIST: azure.address }
  return keyContext({ env: { ...trusted, ...env } })
}

function keyOf(azure: AzureStandIn): string {
  return `${azure.address}/keys/k`
}

suite('Azure Key Vault', (test) => {
  test('wraps by the newest version or the one that is named, and opens by that of the file', async (context) => {
    const azure = await azureStandIn(context)
    const here = contextFor(azure)
    const [first] = azure.versions
    const entry = await provider.wrap(keyOf(azure), DATA_KEY, here)
    assert.equal(Object.keys(entry.fields), ['created_at', 'enc', 'name', 'vault_url', 'version'])
    assert.is(entry.fields['version'], first?.version)
    assert.match(entry.fields['enc'] as string, /^[\w-]{342}$/)
    azure.versions.push(newVersion(1))
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    const pinned = await provider.wrap(`${keyOf(azure)}/${first?.version}`, DATA_KEY, contextFor(azure))
    assert.is(pinned.fields['version'], first?.version)
    const fresh = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure))
    assert.is(fresh.fields['version'], azure.versions[1]?.version)
  })

  test('looks up token and version once for many files', async (context) => {
    const azure = await azureStandIn(context)
    const here = contextFor(azure)
    await Promise.all(Array.from({ length: 8 }, () => provider.wrap(keyOf(azure), DATA_KEY, here)))
    assert.is(azure.requests.filter(({ path }) => path.startsWith('/msi/')).length, 1)
    assert.is(azure.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/keys/')).length, 1)
  })

  for (const [name, env] of [
    ['a secret', { AZURE_CLIENT_SECRET: 'test-secret' }],
    ['a certificate', { AZURE_CLIENT_CERTIFICATE_PATH: 'FOLDER/both.pem' }],
    ['the token of a workload', { AZURE_FEDERATED_TOKEN_FILE: 'FOLDER/token' }],
  ] as const) {
    test(`takes an application with ${name}`, async (context) => {
      const azure = await azureStandIn(context)
      const folder = temporaryFolder(context)
      writeFileSync(join(folder, 'token'), 'workload-token\n')
      const rsa = String(azure.versions[0]?.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      writeFileSync(join(folder, 'both.pem'), `${azure.certificate.cert}${rsa}`)
      const entries = Object.entries(env).map(([variable, value]) => [variable, value.replace('FOLDER', folder)])
      const named = { ...APPLICATION, AZURE_AUTHORITY_HOST: azure.address, ...Object.fromEntries(entries) }
      const entry = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure, named))
      assert.equal(opened(await provider.unwrap(entry, contextFor(azure, named))), DATA_KEY)
      const login = azure.requests.find(({ path }) => path === '/tenant/oauth2/v2.0/token')
      const form = new URLSearchParams(login?.body)
      assert.is(form.get('scope'), 'https://vault.azure.net/.default')
      assert.is(form.get('client_id'), 'client')
      const [header = ''] = (form.get('client_assertion') ?? '').split('.')
      if (name === 'the token of a workload') assert.is(form.get('client_assertion'), 'workload-token')
      if (name !== 'a certificate') return
      const thumb = new X509Certificate(azure.certificate.cert).fingerprint256.replaceAll(':', '').toLowerCase()
      const said = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, string>
      assert.is(Buffer.from(said['x5t#S256'] ?? '', 'base64url').toString('hex'), thumb)
    })
  }

  test('asks az where a developer has logged in', async (context) => {
    if (process.platform === 'win32') context.skip('the program in this test is a shell script')
    const azure = await azureStandIn(context)
    const folder = temporaryFolder(context)
    const script = `#!/bin/sh\necho "$@" > "${join(folder, 'asked')}"\necho '{"accessToken":"test-token","expires_on":4102444800}'\n`
    writeFileSync(join(folder, 'az'), script, { mode: 0o755 })
    const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`
    const here = contextFor(azure, { AZURE_TOKEN_CREDENTIALS: 'dev', PATH: path })
    const entry = await provider.wrap(keyOf(azure), DATA_KEY, here)
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    const asked = readFileSync(join(folder, 'asked'), 'utf8')
    assert.is(asked, 'account get-access-token --output json --resource https://vault.azure.net\n')
  })

  test('says where it looked when there are no credentials, and what failed when they are wrong', async (context) => {
    const azure = await azureStandIn(context)
    const entry = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure))
    const nobody = contextFor(azure, { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' })
    assert.match(
      refused(await provider.unwrap(entry, nobody)),
      /AZURE_CLIENT_SECRET: not set\n.*no credentials were found.*az login/,
    )
    const wrong = { ...APPLICATION, AZURE_AUTHORITY_HOST: azure.address, AZURE_CLIENT_SECRET: 'very-secret' }
    const text = refused(await provider.unwrap(entry, contextFor(azure, wrong)))
    assert.match(text, /AZURE_CLIENT_SECRET: the credentials are expired or not valid \(HTTP 401\)/)
    assert.not.match(text, /very-secret|may quote anything/)
    const unreadable = { ...APPLICATION, AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere' }
    assert.match(refused(await provider.unwrap(entry, contextFor(azure, unreadable))), /name a PEM file/)
    const missing = { ...APPLICATION, AZURE_FEDERATED_TOKEN_FILE: '/nowhere' }
    assert.match(refused(await provider.unwrap(entry, contextFor(azure, missing))), /token file of the workload/)
  })

  for (const [fault, expected] of [
    [vaultError(403, 'Forbidden', 'ForbiddenByRbac'), /access was denied \(ForbiddenByRbac\).*Key Vault Crypto User/],
    [vaultError(403, 'Forbidden', 'KeyDisabled'), /disabled.*\(KeyDisabled\).*enable this version/],
    [vaultError(403, 'Forbidden', 'KeyOperationForbidden'), /not one that encrypts.*operations include decrypt/],
    [vaultError(404, 'KeyNotFound'), /no such key \(KeyNotFound\)/],
    [vaultError(400, 'BadParameter'), /not made by this key, or is damaged/],
    [vaultError(401, 'Unauthorized'), /expired or not valid/],
    [{ status: 302, headers: { location: 'https://evil.example/' } }, /makes no sense \(HTTP 302\)/],
    [{ body: {} }, /makes no sense/],
  ] as const) {
    test(`tells ${JSON.stringify(fault)}`, async (context) => {
      const azure = await azureStandIn(context)
      const entry = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure))
      azure.faults.push(fault)
      const text = refused(await provider.unwrap(entry, contextFor(azure)))
      assert.match(text, expected)
      assert.match(text, /IDENTITY_ENDPOINT \(managed identity\): /)
      assert.not.match(text, /may quote anything/)
    })
  }

  test('is patient with throttling and outages', async (context) => {
    const azure = await azureStandIn(context)
    const entry = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure))
    azure.faults.push(
      { ...vaultError(429, 'Throttled'), headers: { 'retry-after': '0' } },
      { status: 503 },
      { breaks: true },
    )
    assert.equal(opened(await provider.unwrap(entry, contextFor(azure))), DATA_KEY)
  })

  test('a server whose certificate nobody vouches for gets no token', async (context) => {
    const azure = await azureStandIn(context)
    const env = { SECRETS_AZURE_VAULT_ALLOWLIST: azure.address, ...APPLICATION, AZURE_CLIENT_SECRET: 'test-secret' }
    const here = keyContext({ env: { ...env, AZURE_AUTHORITY_HOST: azure.address } })
    const { text } = await thrown(() => provider.wrap(keyOf(azure), DATA_KEY, here))
    assert.match(text, /certificate of the server is not trusted.*\n.*NODE_EXTRA_CA_CERTS/)
    assert.is(azure.requests.length, 0)
  })

  test('sends a token to vaults of Azure alone, and to those that the environment names', () => {
    const none = { env: {} }
    assert.is(resourceOf('https://a-1.vault.azure.net', none), 'https://vault.azure.net')
    assert.is(resourceOf('https://h.managedhsm.azure.net', none), 'https://managedhsm.azure.net')
    assert.is(resourceOf('https://a.vault.usgovcloudapi.net', none), 'https://vault.usgovcloudapi.net')
    for (const other of [
      'https://evil.example',
      'https://avault.azure.net',
      'https://vault.azure.net',
      'https://a.vault.azure.net.evil.example',
      'https://a.b.vault.azure.net',
      'https://a.vault.azure.net:8443',
      'https://localhost',
    ]) {
      assert.is(resourceOf(other, none), undefined, other)
    }
    const wider = { env: { SECRETS_AZURE_VAULT_ALLOWLIST: 'x, https://localhost:8443/' } }
    assert.is(resourceOf('https://localhost:8443', wider), 'https://vault.azure.net')
    assert.is(resourceOf('https://localhost', wider), undefined)
  })

  test('malformed or foreign metadata is refused before anything is sent', async (context) => {
    const azure = await azureStandIn(context)
    const entry = await provider.wrap(keyOf(azure), DATA_KEY, contextFor(azure))
    const before = azure.requests.length
    for (const fields of [
      { vault_url: 'http://a.vault.azure.net' },
      { vault_url: 'https://user:pw@a.vault.azure.net' },
      { vault_url: 'https://a.vault.azure.net/x' },
      { vault_url: 'https://a.vault.azure.net?x' },
      { vault_url: 'https://evil.example' },
      { name: '../secrets' },
      { name: 'a/b' },
      { version: 'a?b' },
      { version: '..' },
      { enc: 'no+base64url' },
      { enc: '' },
      { enc: 'QUJD'.repeat(400) },
    ]) {
      const hostile: KeyEntry = { kind: 'azure_kv', fields: { ...entry.fields, ...fields } }
      assert.match(refused(await provider.unwrap(hostile, contextFor(azure))), /malformed|may not be sent/)
      assert.type(provider.referenceOf(hostile), 'string')
    }
    assert.is(
      (await thrown(() => provider.wrap('https://evil.example/keys/k', DATA_KEY, contextFor(azure)))).code,
      'PROVIDER_FAILED',
    )
    assert.is(azure.requests.length, before)
  })

  test('references: canonical form, round trip, and what one without version covers', async () => {
    assert.is(provider.canonical(' https://A.vault.azure.net:443/keys/k/ '), 'https://a.vault.azure.net/keys/k')
    const name = fc.stringMatching(/^[0-9a-zA-Z-]{1,30}$/)
    const version = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(name, version, (key, number) => {
        const bare = `https://a.vault.azure.net/keys/${key}`
        const full = `${bare}/${number}`
        const fields = { vault_url: 'https://a.vault.azure.net', name: key, version: number }
        assert.is(provider.canonical(full), full)
        assert.is(provider.referenceOf({ kind: 'azure_kv', fields }), full)
        assert.ok(provider.covers?.(bare, full) && provider.covers(full, full))
        assert.not.ok(provider.covers?.(full, bare) || provider.covers?.(`${bare}x`, full))
        assert.not.ok(provider.covers?.(`${bare}/${number.replace(/./, 'x')}`, full))
      }),
      { numRuns: 200 },
    )
    for (const wrong of [
      'https://a.vault.azure.net/keys/',
      'https://a.vault.azure.net/keys/a_b',
      'https://u@a.vault.azure.net/keys/k',
    ]) {
      assert.is((await thrown(() => provider.canonical(wrong))).code, 'BAD_RECIPIENT', wrong)
    }
  })
})
