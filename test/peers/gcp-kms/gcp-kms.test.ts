import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { provider } from '../../../src/keys/providers/gcp-kms.ts'
import { GOOGLE_KEY, googleStandIn } from '../../keys/support/google-stand-in.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { opened, refused } from '../../keys/support/outcome.ts'
import { needPeer } from '../../support/peer.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { startServer } from '../support/server-process.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

async function drongo(context: TestContext): Promise<string> {
  const program = needPeer('drongo', context)
  const address = await startServer({ program, args: argumentsOf, ready: '/drongo/health' }, context)
  const rings = `${address}/v1/projects/p/locations/global/keyRings`
  await fetch(`${rings}?keyRingId=r`, { method: 'POST', body: '{}' })
  const purpose = JSON.stringify({ purpose: 'ENCRYPT_DECRYPT' })
  await fetch(`${rings}/r/cryptoKeys?cryptoKeyId=k`, { method: 'POST', body: purpose })
  return address
}

function argumentsOf(port: number): readonly string[] {
  return ['server', '--host', '127.0.0.1', '--port', String(port)]
}

function junk(resource: string): KeyEntry {
  const enc = Buffer.from('junk').toString('base64')
  return { kind: 'gcp_kms', fields: { resource_id: resource, created_at: '', enc } }
}

async function bothWays(address: string, login: Record<string, string>, context: TestContext): Promise<void> {
  const env = { SOPS_GCP_KMS_ENDPOINT: address, SOPS_GCP_KMS_CLIENT_TYPE: 'rest', ...login }
  const sops = sopsFolder(context, env)
  await sopsEncrypts(sops, 'file.json', '--gcp-kms', GOOGLE_KEY)
  const [theirs] = sops.entries('file.json', 'gcp_kms')
  if (theirs === undefined) throw new Error('no entry')
  assert.is(provider.referenceOf(theirs), GOOGLE_KEY)
  const dataKey = opened(await provider.unwrap(theirs, keyContext({ env })))
  const ours = await provider.wrap(GOOGLE_KEY, dataKey, keyContext({ env }))
  assert.equal(Object.keys(ours.fields), Object.keys(theirs.fields), 'the fields of sops, in its order')
  sops.replaceEntries('file.json', [ours])
  assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
}

suite('Google Cloud KMS beside sops', (test) => {
  test('each opens what the other wrapped: the stand-in', async (context) => {
    const google = await googleStandIn(context)
    await bothWays(google.address, { GOOGLE_OAUTH_ACCESS_TOKEN: 'test-token' }, context)
  })

  test('each opens what the other wrapped: an emulator that is not ours', async (context) => {
    await bothWays(await drongo(context), { GOOGLE_OAUTH_ACCESS_TOKEN: 'any' }, context)
  })

  test('a pipeline opens by the identity of its token file, a machine by its metadata server, for both', async (context) => {
    const google = await googleStandIn(context)
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'token'), 'oidc-token\n')
    const account = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${google.address}/v1/token`,
      credential_source: { file: join(folder, 'token') },
    }
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify(account))
    for (const env of [
      { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'credentials.json') },
      { GOOGLE_CREDENTIALS: join(folder, 'credentials.json') },
      { GCE_METADATA_HOST: new URL(google.address).host },
    ]) {
      await bothWays(google.address, env, context)
    }
    const exchanges = google.requests.filter(({ path }) => path === '/v1/token')
    assert.ok(exchanges.length >= 4)
    for (const { body } of exchanges) assert.is(new URLSearchParams(body).get('subject_token'), 'oidc-token')
  })

  test('the emulator refuses an unknown key and junk as the stand-in does', async (context) => {
    const google = await googleStandIn(context)
    for (const address of [await drongo(context), google.address]) {
      const env = { SOPS_GCP_KMS_ENDPOINT: address, GOOGLE_OAUTH_ACCESS_TOKEN: 'test-token' }
      const here = keyContext({ env })
      assert.match(refused(await provider.unwrap(junk(GOOGLE_KEY), here)), /not made by this key/)
      assert.match(refused(await provider.unwrap(junk(`${GOOGLE_KEY}2`), here)), /there is no such key/)
    }
  })
})
