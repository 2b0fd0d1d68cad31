import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { provider } from '../../../src/keys/providers/azure-key-vault.ts'
import { azureStandIn, newVersion } from '../../keys/support/azure-stand-in.ts'
import { connectProxy } from '../../keys/support/connect-proxy.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { opened } from '../../keys/support/outcome.ts'
import { testCertificate } from '../../keys/support/test-certificate.ts'
import { isolatedEnvironment, pathWith } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

const KEY = 'https://myvault.vault.azure.net/keys/k'

suite('Azure Key Vault beside sops', (test) => {
  test('each opens what the other wrapped, by real host names through a proxy', async (context) => {
    const azure = await azureStandIn(context)
    const proxy = await connectProxy(context, ['.vault.azure.net', 'login.microsoftonline.com'], azure.port)
    const env = {
      HTTPS_PROXY: proxy.address,
      NO_PROXY: 'localhost,127.0.0.1',
      SSL_CERT_FILE: azure.certificate.file,
      IDENTITY_ENDPOINT: `${azure.address}/msi/token`,
      IDENTITY_HEADER: 'test-identity',
    }
    const sops = sopsFolder(context, env)
    const pinned = `${KEY}/${azure.versions[0]?.version}`
    azure.versions.push(newVersion(1))
    const newest = `${KEY}/${azure.versions[1]?.version}`
    for (const [reference, version] of [
      [pinned, pinned],
      [KEY, newest],
    ] as const) {
      await sopsEncrypts(sops, 'file.json', '--azure-kv', reference)
      const [theirs] = sops.entries('file.json', 'azure_kv')
      if (theirs === undefined) throw new Error('no entry')
      assert.is(provider.referenceOf(theirs), version)
      assert.ok(provider.covers?.(provider.canonical(reference), version))
      const dataKey = opened(await provider.unwrap(theirs, keyContext({ env })))
      const ours = await provider.wrap(reference, dataKey, keyContext({ env }))
      assert.equal(Object.keys(ours.fields), Object.keys(theirs.fields), 'the fields of sops, in its order')
      assert.is(provider.referenceOf(ours), version)
      sops.replaceEntries('file.json', [ours])
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    }
    assert.ok(
      proxy.asked.every(({ target }) => target === 'myvault.vault.azure.net:443'),
      'nobody else was asked',
    )
  })

  test("Azure's own client opens what we wrapped, and the other way round", async (context) => {
    const program = needPeer('azure-key-vault-client', context)
    const azure = await azureStandIn(context)
    const proxy = await connectProxy(context, ['.vault.azure.net'], azure.port)
    const cwd = temporaryFolder(context)
    const env = {
      HTTPS_PROXY: proxy.address,
      NO_PROXY: 'localhost,127.0.0.1',
      SSL_CERT_FILE: azure.certificate.file,
      IDENTITY_ENDPOINT: `${azure.address}/msi/token`,
      IDENTITY_HEADER: 'test-identity',
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    }
    const own = isolatedEnvironment(cwd, { ...env, NODE_EXTRA_CA_CERTS: azure.certificate.file })
    const theirs = async (action: string, bytes: Uint8Array): Promise<Uint8Array> => {
      const args = [action, `${KEY}/${azure.versions[0]?.version}`, Buffer.from(bytes).toString('base64')]
      const { status, stdout, stderr } = await runProgram(program, args, { cwd, env: own })
      assert.is(status, 0, stderr)
      return new Uint8Array(Buffer.from(stdout, 'base64'))
    }
    const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index)
    const ours = await provider.wrap(KEY, dataKey, keyContext({ env }))
    assert.equal(await theirs('decrypt', Buffer.from(ours.fields['enc'] as string, 'base64url')), dataKey)
    const enc = Buffer.from(await theirs('encrypt', dataKey)).toString('base64url')
    const entry = { kind: 'azure_kv', fields: { ...ours.fields, enc } }
    assert.equal(opened(await provider.unwrap(entry, keyContext({ env }))), dataKey)
  })

  test('both ways with the credentials of an application, of a workload and of a developer', async (context) => {
    const azure = await azureStandIn(context)
    const proxy = await connectProxy(context, ['.vault.azure.net', 'login.microsoftonline.com'], azure.port)
    const folder = temporaryFolder(context)
    const certificate = testCertificate(['application'], context, 'rsa')
    writeFileSync(join(folder, 'both.pem'), `${certificate.cert}${certificate.key}`)
    writeFileSync(join(folder, 'token'), 'token of the job')
    const answer = '{"accessToken":"test-token","expires_on":4102444800,"expiresOn":"2100-01-01 00:00:00.000000"}'
    writeFileSync(join(folder, 'az'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 })
    const shared = { HTTPS_PROXY: proxy.address, SSL_CERT_FILE: azure.certificate.file }
    const application = {
      AZURE_TENANT_ID: '11111111-1111-1111-1111-111111111111',
      AZURE_CLIENT_ID: '22222222-2222-2222-2222-222222222222',
    }
    for (const login of [
      { ...application, AZURE_CLIENT_SECRET: 'test-secret' },
      { ...application, AZURE_CLIENT_CERTIFICATE_PATH: join(folder, 'both.pem') },
      { ...application, AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token') },
      { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential', PATH: pathWith(folder) },
    ]) {
      const env = { ...shared, ...login }
      const sops = sopsFolder(context, env)
      await sopsEncrypts(sops, 'file.json', '--azure-kv', KEY)
      const [theirs] = sops.entries('file.json', 'azure_kv')
      if (theirs === undefined) throw new Error('no entry')
      const dataKey = opened(await provider.unwrap(theirs, keyContext({ env })))
      sops.replaceEntries('file.json', [await provider.wrap(KEY, dataKey, keyContext({ env }))])
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    }
  })
})
