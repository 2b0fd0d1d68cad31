import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { KMSClient } from '@aws-sdk/client-kms'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { KeyEntry, Metadata } from '../../src/core/metadata-model.ts'
import { readSealed } from '../../src/core/sealed-text.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { encodeBech32 } from '../../src/keys/age/bech32.ts'
import { kmsKeyProblem, regionOf } from '../../src/keys/aws/kms-reference.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type HttpStub, httpStub } from './support/http-stub.ts'
import { keyContext } from './support/key-context.ts'
import { errorOf, metadata } from './support/keyring-parts.ts'
import { installPlugin } from './support/node-plugin.ts'

const AGE_FILE =
  '-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCg==\n-----END AGE ENCRYPTED FILE-----\n'
const ENC = { created_at: '2024-01-02T03:04:05Z', enc: 'QUJD' }

/** A machine with credentials for everything, and with programs that tell when they are run. */
interface Machine {
  readonly stub: HttpStub
  readonly open: (sealed: Metadata) => Promise<unknown>
  readonly wrap: (reference: string) => Promise<unknown>
  readonly ran: () => boolean
}

async function machine(context: TestContext): Promise<Machine> {
  const stub = await httpStub(context, () => ({ status: 500 }))
  const folder = temporaryFolder(context)
  const trace = join(folder, 'ran')
  for (const name of ['x', 'evil'])
    installPlugin(folder, name, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`)
  const gpg = join(folder, process.platform === 'win32' ? 'gpg.cmd' : 'gpg')
  writeFileSync(gpg, `#!${process.execPath}\nrequire('node:fs').writeFileSync(${JSON.stringify(trace)}, '')\n`, {
    mode: 0o755,
  })
  const env = {
    PATH: [folder, dirname(process.execPath)].join(delimiter),
    AWS_ENDPOINT_URL: stub.address,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'very-secret',
    SECRETS_AWS_ACCOUNTS: '111122223333',
    SECRETS_GCP_KMS_ENDPOINT: stub.address,
    GOOGLE_OAUTH_ACCESS_TOKEN: 'very-secret',
    VAULT_ADDR: 'https://vault.example.org',
    VAULT_TOKEN: 'very-secret',
    IDENTITY_ENDPOINT: `${stub.address}/msi/token`,
    IDENTITY_HEADER: 'very-secret',
  }
  const here = (): ReturnType<typeof createKeyring> => createKeyring(keyContext({ env }))
  return {
    stub,
    open: (sealed) => here().open(sealed),
    wrap: (reference) => here().wrap(new Uint8Array(32), [[reference]], 0),
    ran: () => existsSync(trace),
  }
}

const arn = (partition: string, region: string, account = '111122223333'): string =>
  `arn:${partition}:kms:${region}:${account}:key/12345678-1234-1234-1234-123456789012`

/** One entry of a file for each thing that it could try. */
const HOSTILE: Readonly<Record<string, (stub: HttpStub) => KeyEntry>> = {
  'a Vault that collects tokens': ({ address }) => ({
    kind: 'hc_vault',
    fields: { ...ENC, enc: 'vault:v1:QUJD', vault_address: address, engine_path: 'transit', key_name: 'k' },
  }),
  'a Vault whose name begins like the right one': ({ address }) => ({
    kind: 'hc_vault',
    fields: {
      ...ENC,
      enc: 'vault:v1:QUJD',
      vault_address: `https://vault.example.org@${new URL(address).host}`,
      engine_path: 'transit',
      key_name: 'k',
    },
  }),
  'a Key Vault that collects tokens': () => ({
    kind: 'azure_kv',
    fields: {
      ...ENC,
      vault_url: 'https://a.vault.azure.net.evil.example',
      name: 'k',
      version: '0123456789abcdef0123456789abcdef',
    },
  }),
  'a resource of Google that is an address': ({ address }) => ({
    kind: 'gcp_kms',
    fields: { ...ENC, resource_id: `${address}/projects/p/locations/l/keyRings/r/cryptoKeys/k` },
  }),
  'a resource of Google that goes up': () => ({
    kind: 'gcp_kms',
    fields: { ...ENC, resource_id: 'projects/../locations/l/keyRings/r/cryptoKeys/k' },
  }),
  'an ARN of another account': () => ({
    kind: 'kms',
    fields: { ...ENC, aws_profile: '', arn: arn('aws', 'eu-west-1', '999999999999') },
  }),
  'a role of another account': () => ({
    kind: 'kms',
    fields: { ...ENC, aws_profile: '', arn: arn('aws', 'eu-west-1'), role: 'arn:aws:iam::999999999999:role/r' },
  }),
  'a partition with a host in it': () => ({
    kind: 'kms',
    fields: { ...ENC, aws_profile: '', arn: arn('aws.evil.example', 'eu-west-1') },
  }),
  'a region with a host in it': () => ({
    kind: 'kms',
    fields: { ...ENC, aws_profile: '', arn: arn('aws', 'evil.example/eu-west-1') },
  }),
  'a region with a user in it': () => ({
    kind: 'kms',
    fields: { ...ENC, aws_profile: '', arn: arn('aws', 'x@evil.example#-1') },
  }),
  'a PGP message that is none': () => ({
    kind: 'pgp',
    fields: {
      created_at: '',
      fp: 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4',
      enc: '-----BEGIN PGP MESSAGE-----\n\n--output /tmp/x\n-----END PGP MESSAGE-----',
    },
  }),
  'a PGP message to a passphrase': () => ({
    kind: 'pgp',
    fields: {
      created_at: '',
      fp: 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4',
      // A symmetric-key encrypted session key packet (RFC 9580, section 5.3).
      enc: `-----BEGIN PGP MESSAGE-----\n\n${Buffer.from('c30d04090302000102030405060760', 'hex').toString('base64')}\n-----END PGP MESSAGE-----`,
    },
  }),
  'a fingerprint that is an option': () => ({
    kind: 'pgp',
    fields: { created_at: '', fp: '--output=/tmp/x', enc: '' },
  }),
  'a plugin with a path in its name': () => ({
    kind: 'age',
    fields: { recipient: encodeBech32('age1x/../evil', Buffer.from('data')), enc: AGE_FILE },
  }),
  'a recipient of age with a separator': () => ({
    kind: 'age',
    fields: { recipient: 'age1..\\evil1qqqq', enc: AGE_FILE },
  }),
  'a plugin that is there': () => ({
    kind: 'age',
    fields: { recipient: encodeBech32('age1evil', Buffer.from('data')), enc: AGE_FILE },
  }),
}

suite('hostile metadata', (test) => {
  test('what is sent and what is run would be noticed', async (context) => {
    const { stub, open, ran } = await machine(context)
    const resource = 'projects/p/locations/l/keyRings/r/cryptoKeys/k'
    await errorOf(open(metadata([[{ kind: 'gcp_kms', fields: { ...ENC, resource_id: resource } }]])))
    assert.ok(stub.requests.length > 0)
    // A session key packet for a public key, version 3, RSA (RFC 9580, section 5.1).
    const packet = Buffer.concat([Buffer.from('c10c0301020304050607080100', 'hex'), Buffer.from('00', 'hex')])
    const enc = `-----BEGIN PGP MESSAGE-----\n\n${packet.toString('base64')}\n-----END PGP MESSAGE-----`
    const fp = 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4'
    await errorOf(open(metadata([[{ kind: 'pgp', fields: { created_at: '', fp, enc } }]])))
    if (process.platform !== 'win32') assert.ok(ran())
  })

  for (const [name, make] of Object.entries(HOSTILE)) {
    test(`${name}: nothing is sent and nothing is run`, async (context) => {
      const { stub, open, ran } = await machine(context)
      const error = await errorOf(open(metadata([[make(stub)]])))
      assert.is(error.code, 'CANNOT_OPEN')
      assert.not.match([error.message, error.hint, ...error.details].join('\n'), /very-secret/)
      // eslint-disable-next-line no-control-regex
      assert.not.match(error.details.join(''), /[\u0000-\u001f]/)
      assert.equal(
        stub.requests.map(({ path }) => path),
        [],
      )
      assert.not.ok(ran())
    })
  }

  test('as a recipient to encrypt to, none of them gets as far either', async (context) => {
    const { stub, wrap, ran } = await machine(context)
    for (const reference of [
      'https://evil.example/v1/transit/keys/k',
      'https://vault.example.org@evil.example/v1/transit/keys/k',
      'https://a.vault.azure.net.evil.example/keys/k',
      'https://evil.example/projects/p/locations/l/keyRings/r/cryptoKeys/k',
      arn('aws', 'eu-west-1', '999999999999'),
      arn('aws.evil.example', 'eu-west-1'),
      arn('aws', 'evil.example/x-1'),
      encodeBech32('age1x/../evil', Buffer.from('data')),
      encodeBech32('age1../evil', Buffer.from('data')),
      'age1..\\evil1qqqq',
      '--output=/tmp/x',
    ]) {
      const { code } = await errorOf(wrap(reference))
      assert.ok(code === 'BAD_RECIPIENT' || code === 'PROVIDER_FAILED', `${reference}: ${code}`)
    }
    assert.equal(stub.requests, [])
    assert.not.ok(ran())
  })

  test('ten thousand recipients are refused when the file is read', async () => {
    const recipient = `age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw`
    const age = Array.from({ length: 10_000 }, () => ({ recipient, enc: AGE_FILE }))
    const file = {
      a: 'ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]',
      sops: { age, lastmodified: '2024-01-02T03:04:05Z', mac: 'x', version: '3.13.3' },
    }
    const format = await formatByName('json')
    const error = await errorOf((async () => readSealed(format, Buffer.from(JSON.stringify(file))))())
    assert.is(error.code, 'LIMIT_EXCEEDED')
    assert.match(error.message, /more than 1000 recipients/)
  })

  test('whatever region an ARN names, AWS is who is asked', async () => {
    const part = fc.constantFrom(
      'eu',
      'us',
      'cn',
      'gov',
      'iso',
      'isob',
      'isoe',
      'eusc',
      'evil',
      'com',
      'west',
      'north',
      '1',
      '99',
      'a',
      '-',
      '.',
      '/',
      '@',
      '#',
    )
    const region = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
    const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-evil', 'aws.evil', 'aws@evil')
    await fc.assert(
      fc.asyncProperty(partition, region, async (first, second) => {
        const key = { arn: arn(first, second) }
        if (kmsKeyProblem(key) !== undefined) return
        const { endpointProvider } = new KMSClient({ region: regionOf(key) }).config
        const { hostname } = endpointProvider({ Region: regionOf(key) }).url
        assert.match(
          hostname,
          /^kms\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/,
        )
      }),
      { numRuns: 300 },
    )
  })
})
