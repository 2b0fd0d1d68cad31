import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { provider } from '../../../src/keys/providers/vault-transit.ts'
import { httpStub } from '../../keys/support/http-stub.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { metadata } from '../../keys/support/keyring-parts.ts'
import { opened, refused, thrown } from '../../keys/support/outcome.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'
import { type VaultServer, vaultServer } from '../support/vault-server.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

/** With a key that the policy is about. */
async function vault(context: TestContext): Promise<VaultServer> {
  const server = await vaultServer(context)
  await server.admin('POST', 'sys/mounts/transit', { type: 'transit' })
  await server.admin('POST', 'transit/keys/sops')
  await server.admin('PUT', 'sys/policies/acl/sops', { policy: POLICY })
  return server
}

/** The least that reading and writing files takes, as the documentation says. */
const POLICY = `path "transit/encrypt/sops" { capabilities = ["update"] }
path "transit/decrypt/sops" { capabilities = ["update"] }`

function sole(entries: readonly KeyEntry[]): KeyEntry {
  const [entry] = entries
  if (entry === undefined || entries.length !== 1) throw new Error(`${entries.length} entries`)
  return entry
}

suite('Vault beside sops', (test) => {
  test('each opens what the other wrapped, also below a nested mount and after a rotation', async (context) => {
    const { address, admin } = await vault(context)
    await admin('POST', 'sys/mounts/team/transit', { type: 'transit' })
    await admin('POST', 'team/transit/keys/k1')
    const sops = sopsFolder(context, { VAULT_TOKEN: 'root' })
    const env = { VAULT_ADDR: address, VAULT_TOKEN: 'root' }
    for (const path of ['transit/keys/sops', 'team/transit/keys/k1']) {
      const reference = `${address}/v1/${path}`
      await sopsEncrypts(sops, 'file.json', '--hc-vault-transit', reference)
      await admin('POST', `${path}/rotate`)
      const theirs = sole(sops.entries('file.json', 'hc_vault'))
      assert.is(provider.referenceOf(theirs), reference)
      const dataKey = opened(await provider.unwrap(theirs, keyContext({ env })))
      const ours = await provider.wrap(reference, dataKey, keyContext({ env }))
      assert.match(ours.fields['enc'] as string, /^vault:v2:/)
      assert.equal(Object.keys(ours.fields), Object.keys(theirs.fields), 'the fields of sops, in its order')
      sops.replaceEntries('file.json', [ours])
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    }
  })

  test('each takes the token that `vault login` left', async (context) => {
    const { address } = await vault(context)
    const sops = sopsFolder(context, {})
    writeFileSync(join(sops.folder, '.vault-token'), 'root')
    const reference = `${address}/v1/transit/keys/sops`
    await sopsEncrypts(sops, 'file.json', '--hc-vault-transit', reference)
    const here = keyContext({ env: { VAULT_ADDR: address }, home: sops.folder })
    const dataKey = opened(await provider.unwrap(sole(sops.entries('file.json', 'hc_vault')), here))
    sops.replaceEntries('file.json', [await provider.wrap(reference, dataKey, here)])
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
  })

  // The free Vault has no namespaces, and takes every one of them.
  test('each sends the namespace', async (context) => {
    const stub = await httpStub(context, ({ path, headers, body }) => {
      if (headers['x-vault-namespace'] !== 'team/web') return { status: 403, body: { errors: ['permission denied'] } }
      // A request of sops or of ours as JSON.
      const { plaintext, ciphertext = '' } = JSON.parse(body) as Readonly<Record<string, string>>
      if (path.includes('/encrypt/')) return { body: { data: { ciphertext: `vault:v1:${plaintext}` } } }
      return { body: { data: { plaintext: ciphertext.replace('vault:v1:', '') } } }
    })
    const env = { VAULT_TOKEN: 'root', VAULT_NAMESPACE: 'team/web' }
    const sops = sopsFolder(context, env)
    const reference = `${stub.address}/v1/transit/keys/sops`
    await sopsEncrypts(sops, 'file.json', '--hc-vault-transit', reference)
    const here = keyContext({ env: { ...env, VAULT_ADDR: stub.address } })
    const theirs = sole(sops.entries('file.json', 'hc_vault'))
    const dataKey = opened(await provider.unwrap(theirs, here))
    sops.replaceEntries('file.json', [await provider.wrap(reference, dataKey, here)])
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    const without = keyContext({ env: { VAULT_TOKEN: 'root', VAULT_ADDR: stub.address } })
    assert.match(refused(await provider.unwrap(theirs, without)), /access was denied/)
  })

  test('the documented policy is enough, and one without it is told', async (context) => {
    const { address, admin } = await vault(context)
    const tokenFor = async (policy: string): Promise<string> =>
      (await admin('POST', 'auth/token/create', { policies: [policy], ttl: '20m' })).auth?.client_token ?? ''
    const reference = `${address}/v1/transit/keys/sops`
    const here = keyContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: await tokenFor('sops') } })
    const entry = await provider.wrap(reference, DATA_KEY, here)
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    const misspelt = await thrown(() => provider.wrap(`${address}/v1/transit/keys/sosp`, DATA_KEY, here))
    assert.match(misspelt.text, /access was denied.*allow update on transit\/encrypt\/sosp/s)
    const stranger = keyContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: await tokenFor('default') } })
    assert.match(refused(await provider.unwrap(entry, stranger)), /VAULT_TOKEN: access was denied/)
    const expired = keyContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: 'hvs.nonsense' } })
    assert.match(refused(await provider.unwrap(entry, expired)), /credentials are expired or not valid/)
  })

  test('AppRole opens; a used-up secret id is told', async (context) => {
    const { address, admin } = await vault(context)
    await admin('POST', 'sys/auth/approle', { type: 'approle' })
    await admin('POST', 'auth/approle/role/ci', { token_policies: 'sops', secret_id_num_uses: 1 })
    const role = (await admin('GET', 'auth/approle/role/ci/role-id')).data?.role_id ?? ''
    const secret = (await admin('POST', 'auth/approle/role/ci/secret-id')).data?.secret_id ?? ''
    const env = { VAULT_ADDR: address, VAULT_ROLE_ID: role, VAULT_SECRET_ID: secret }
    const here = keyContext({ env })
    const entry = await provider.wrap(`${address}/v1/transit/keys/sops`, DATA_KEY, here)
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    const again = refused(await provider.unwrap(entry, keyContext({ env })))
    assert.match(again, /VAULT_ROLE_ID \(auth\/approle\): the credentials are expired or not valid \(HTTP 400\)/)
  })

  test("the identity of a pipeline opens where its claims are the role's", async (context) => {
    const { address, admin } = await vault(context)
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await admin('POST', 'sys/auth/jwt', { type: 'jwt' })
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    await admin('POST', 'auth/jwt/config', { jwt_validation_pubkeys: [pem] })
    await admin('POST', 'auth/jwt/role/ci', {
      role_type: 'jwt',
      user_claim: 'sub',
      bound_audiences: ['https://vault.example.com'],
      bound_claims: { repository: 'acme/app' },
      token_policies: ['sops'],
    })
    const token = (repository: string): string => {
      const now = Math.floor(Date.now() / 1000)
      const claims = { sub: 'x', aud: 'https://vault.example.com', repository, iat: now - 5, exp: now + 300 }
      const parts = [{ alg: 'RS256', typ: 'JWT' }, claims]
      const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
    }
    const env = { VAULT_ADDR: address, VAULT_AUTH_ROLE: 'ci' }
    const here = keyContext({ env: { ...env, VAULT_JWT: token('acme/app') } })
    const entry = await provider.wrap(`${address}/v1/transit/keys/sops`, DATA_KEY, here)
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
    const fork = keyContext({ env: { ...env, VAULT_JWT: token('mallory/app') } })
    assert.match(refused(await provider.unwrap(entry, fork)), /VAULT_JWT \(auth\/jwt\): .*check the role/)
  })

  test('damage, too old a version, a full quota and a sealed server are told apart', async (context) => {
    const { address, admin } = await vault(context)
    const reference = `${address}/v1/transit/keys/sops`
    const fresh = (): ReturnType<typeof keyContext> => keyContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: 'root' } })
    const entry = await provider.wrap(reference, DATA_KEY, fresh())
    const changed = (fields: Record<string, string>): Promise<string> =>
      provider.unwrap({ kind: 'hc_vault', fields: { ...entry.fields, ...fields } }, fresh()).then(refused)
    const enc = entry.fields['enc'] as string
    assert.match(await changed({ enc: `${enc.slice(0, 20)}AAAA${enc.slice(24)}` }), /not made by this key/)
    assert.match(await changed({ key_name: 'nope' }), /there is no such key/)
    assert.match(await changed({ engine_path: 'nowhere' }), /no such key.*path of the transit engine/)
    await admin('POST', 'transit/keys/sops/rotate')
    await admin('POST', 'transit/keys/sops/config', { min_decryption_version: 2 })
    assert.match(await changed({}), /disabled.*min_decryption_version/)
    await admin('PUT', 'sys/seal')
    assert.match(await changed({}), /not available \(HTTP 503\).*see whether Vault is sealed/)
  })

  test('waits where a quota is full', async (context) => {
    const { address, admin } = await vault(context)
    const here = keyContext({ env: { VAULT_ADDR: address, VAULT_TOKEN: 'root' } })
    const entry = await provider.wrap(`${address}/v1/transit/keys/sops`, DATA_KEY, here)
    await admin('POST', 'sys/quotas/rate-limit/slow', { rate: 3, path: 'transit' })
    const results = await Promise.all(Array.from({ length: 4 }, () => provider.unwrap(entry, here)))
    for (const result of results) assert.equal(opened(result), DATA_KEY)
  })

  test('opens files of groups of two keys as sops splits them', async (context) => {
    const { address, admin } = await vault(context)
    await admin('POST', 'transit/keys/second')
    const env = { VAULT_ADDR: address, VAULT_TOKEN: 'root' }
    const keyring = createKeyring(keyContext({ env }))
    const references = ['sops', 'second'].map((name) => [`${address}/v1/transit/keys/${name}`])
    const groups = await keyring.wrap(DATA_KEY, references, 2)
    assert.equal(await keyring.open(metadata(groups, 2)), DATA_KEY)
  })
})
