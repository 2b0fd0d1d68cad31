import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import * as assert from 'uvu/assert'
import type { KeyGroup, Metadata } from '../../../src/core/metadata-model.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { azureStandIn } from '../../keys/support/azure-stand-in.ts'
import { connectProxy } from '../../keys/support/connect-proxy.ts'
import { GOOGLE_KEY, googleStandIn } from '../../keys/support/google-stand-in.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { thrown } from '../../keys/support/outcome.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { moto } from '../support/moto.ts'
import { PLAIN, sopsFolder } from '../support/sops-file.ts'
import { vaultServer } from '../support/vault-server.ts'

const AZURE_KEY = 'https://myvault.vault.azure.net/keys/k'

interface Services {
  readonly env: Record<string, string>
  readonly aws: string
  readonly vault: string
}

/** All four key services at once, and an environment that may use all of them. */
async function services(context: TestContext): Promise<Services> {
  // One after the other: what starts beside a test that is skipped, nobody stops.
  const vault = await vaultServer(context)
  const amazon = await moto(context)
  await vault.admin('POST', 'sys/mounts/transit', { type: 'transit' })
  await vault.admin('POST', 'transit/keys/sops')
  const { KeyMetadata } = await amazon.client.send(new CreateKeyCommand({}))
  const azure = await azureStandIn(context)
  const google = await googleStandIn(context)
  const proxy = await connectProxy(context, ['.vault.azure.net'], azure.port)
  const env = {
    ...amazon.env,
    VAULT_ADDR: vault.address,
    VAULT_TOKEN: 'root',
    SOPS_GCP_KMS_ENDPOINT: google.address,
    SOPS_GCP_KMS_CLIENT_TYPE: 'rest',
    GOOGLE_OAUTH_ACCESS_TOKEN: 'test-token',
    HTTPS_PROXY: proxy.address,
    NO_PROXY: 'localhost,127.0.0.1',
    SSL_CERT_FILE: azure.certificate.file,
    IDENTITY_ENDPOINT: `${azure.address}/msi/token`,
    IDENTITY_HEADER: 'test-identity',
  }
  return { env, aws: KeyMetadata?.Arn ?? '', vault: `${vault.address}/v1/transit/keys/sops` }
}

/** What opening looks at. */
function metadataOf(groups: readonly KeyGroup[], shamirThreshold: number): Metadata {
  const rest = { lastModified: '', mac: '', macOnlyEncrypted: false, seal: '', version: '3.13.3', unknown: [] }
  return { groups, shamirThreshold, selection: { by: 'none' }, ...rest }
}

/** The key groups of a JSON file of sops. */
function groupsOf(file: string): readonly KeyGroup[] {
  const { sops } = JSON.parse(readFileSync(file, 'utf8')) as {
    sops: { key_groups: Record<string, KeyGroup[number]['fields'][]>[] }
  }
  return sops.key_groups.map((group) =>
    Object.entries(group).flatMap(([kind, entries]) => entries.map((fields) => ({ kind, fields }))),
  )
}

/** The list of groups in the place of those of a JSON file of sops. */
function writeGroups(file: string, groups: readonly KeyGroup[]): void {
  const document = JSON.parse(readFileSync(file, 'utf8')) as { sops: Record<string, unknown> }
  document.sops['key_groups'] = groups.map((group) =>
    Object.fromEntries(
      group.map(({ kind }) => [kind, group.filter((one) => one.kind === kind).map((one) => one.fields)]),
    ),
  )
  writeFileSync(file, JSON.stringify(document))
}

suite('groups of keys of several services', (test) => {
  test('are split and joined by sops and by us alike, two of three are enough', async (context) => {
    const { env, aws, vault } = await services(context)
    const sops = sopsFolder(context, env)
    const file = join(sops.folder, 'file.json')
    const rules = {
      creation_rules: [
        {
          shamir_threshold: 2,
          key_groups: [
            { kms: [{ arn: aws, context: { env: 'prod' } }], gcp_kms: [{ resource_id: GOOGLE_KEY }] },
            { hc_vault: [vault] },
            { azure_keyvault: [{ vaultUrl: 'https://myvault.vault.azure.net', key: 'k' }] },
          ],
        },
      ],
    }
    writeFileSync(join(sops.folder, '.sops.yaml'), JSON.stringify(rules))
    writeFileSync(file, await sops.mustRun('encrypt', 'plain.json'))
    const theirs = metadataOf(groupsOf(file), 2)
    const all = await createKeyring(keyContext({ env })).open(theirs)
    assert.is(all.length, 32)
    for (const missing of ['VAULT_TOKEN', 'IDENTITY_HEADER', 'AWS_ACCESS_KEY_ID', 'GOOGLE_OAUTH_ACCESS_TOKEN']) {
      const fewer = {
        ...env,
        [missing]: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        NO_GCE_CHECK: 'true',
        AZURE_TOKEN_CREDENTIALS: 'prod',
      }
      assert.equal(await createKeyring(keyContext({ env: fewer })).open(theirs), all, missing)
    }
    const references = [[`${aws}|env:prod`, GOOGLE_KEY], [vault], [AZURE_KEY]]
    writeGroups(file, await createKeyring(keyContext({ env })).wrap(all, references, 2))
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
  })

  test('say of every service what failed, when too few open', async (context) => {
    const { env, aws, vault } = await services(context)
    const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index)
    const groups = await createKeyring(keyContext({ env })).wrap(dataKey, [[aws], [GOOGLE_KEY], [vault]], 2)
    const poor = { ...env, VAULT_TOKEN: 'nonsense', GOOGLE_OAUTH_ACCESS_TOKEN: 'nonsense' }
    const { code, text } = await thrown(() => createKeyring(keyContext({ env: poor })).open(metadataOf(groups, 2)))
    assert.is(code, 'CANNOT_OPEN')
    assert.match(text, /1 of the 3 key groups of this file could be opened, and 2 are needed/)
    assert.match(text, /VAULT_TOKEN: the credentials are expired or not valid/)
    assert.match(text, /GOOGLE_OAUTH_ACCESS_TOKEN: the credentials are expired or not valid/)
    assert.not.match(text, /nonsense/)
  })

  test('are asked in the order that the user names', async (context) => {
    const { env, aws, vault } = await services(context)
    const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index)
    const groups = await createKeyring(keyContext({ env })).wrap(dataKey, [[aws, vault]], 0)
    const reversed = groups.map((group) => group.toReversed())
    for (const order of ['kms,hc_vault', 'hc_vault,kms']) {
      const asked: string[] = []
      const base = keyContext({ env: { ...env, SECRETS_DECRYPTION_ORDER: order } })
      const once = <Value>(key: string, make: () => Promise<Value>): Promise<Value> => {
        if (key.startsWith('unwrap ')) asked.push(key.split(' ')[1] ?? '')
        return base.once(key, make)
      }
      assert.equal(await createKeyring({ ...base, once }).open(metadataOf(reversed, 0)), dataKey)
      assert.equal(asked, [order.startsWith('kms') ? 'aws-kms' : 'vault-transit'])
    }
  })
})
