import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateAliasCommand, CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms'
import * as assert from 'uvu/assert'
import { provider } from '../../../src/keys/providers/aws-kms.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { kmsStub } from '../../keys/support/kms-stub.ts'
import { opened, refused } from '../../keys/support/outcome.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { moto } from '../support/moto.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
// The SDK asks its own environment; nothing may wait here for the metadata of a machine.
process.env['AWS_EC2_METADATA_DISABLED'] = 'true'

const ROLE = 'arn:aws:iam::123456789012:role/deploy'

async function makeKey(client: KMSClient): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
  return KeyMetadata?.Arn ?? ''
}

suite('AWS KMS beside sops', (test) => {
  test('each opens what the other wrapped: key, alias, role, context', async (context) => {
    const { env, client } = await moto(context)
    const arn = await makeKey(client)
    const alias = arn.replace(/key\/.*/, 'alias/team/sops')
    await client.send(new CreateAliasCommand({ AliasName: 'alias/team/sops', TargetKeyId: arn }))
    const sops = sopsFolder(context, env)
    const references = [arn, alias, `${arn}+${ROLE}`, `${arn}|app:web,env:prod`, `${arn}+${ROLE}|env:prod`]
    for (const reference of references) {
      const [key = '', pairs = ''] = reference.split('|')
      const extra = pairs === '' ? [] : ['--encryption-context', pairs]
      await sopsEncrypts(sops, 'file.json', '--kms', key, ...extra)
      const [theirs] = sops.entries('file.json', 'kms')
      if (theirs === undefined) throw new Error('no entry')
      assert.is(provider.referenceOf(theirs), reference)
      const keyContextHere = keyContext({ env })
      const dataKey = opened(await provider.unwrap(theirs, keyContextHere))
      const ours = await provider.wrap(provider.canonical(reference), dataKey, keyContextHere)
      assert.equal(Object.keys(ours.fields).sort(), Object.keys(theirs.fields).sort(), 'the fields of sops')
      sops.replaceEntries('file.json', [ours])
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN, reference)
    }
  })

  test('a profile gives the credentials, that of the file or that of the environment', async (context) => {
    const { env, client } = await moto(context)
    const arn = await makeKey(client)
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'config'), '[profile deploy]\naws_access_key_id = a\naws_secret_access_key = b\n')
    const files = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') }
    const named = keyContext({ env: { AWS_ENDPOINT_URL: env['AWS_ENDPOINT_URL'], ...files } })
    const entry = await provider.wrap(`${arn}||deploy`, DATA_KEY, named)
    assert.is(entry.fields['aws_profile'], 'deploy')
    assert.equal(opened(await provider.unwrap(entry, named)), DATA_KEY)
    const sops = sopsFolder(context, { ...env, ...files })
    await sopsEncrypts(sops, 'file.json', '--kms', arn, '--aws-profile', 'deploy')
    const [theirs] = sops.entries('file.json', 'kms')
    if (theirs === undefined) throw new Error('no entry')
    assert.is(provider.referenceOf(theirs), `${arn}||deploy`)
    const dataKey = opened(await provider.unwrap(theirs, named))
    sops.replaceEntries('file.json', [await provider.wrap(`${arn}||deploy`, dataKey, named)])
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    const chosen = keyContext({ env: { AWS_ENDPOINT_URL: env['AWS_ENDPOINT_URL'], ...files, AWS_PROFILE: 'nobody' } })
    const plain = await provider.wrap(arn, DATA_KEY, keyContext({ env }))
    assert.match(refused(await provider.unwrap(plain, chosen)), /AWS_PROFILE \(nobody\): no credentials were found/)
  })

  test('the region is that of the ARN, whatever the environment says', async (context) => {
    const { env, client } = await moto(context)
    const arn = await makeKey(client)
    assert.match(arn, /^arn:aws:kms:eu-west-1:/)
    const entry = await provider.wrap(arn, DATA_KEY, keyContext({ env: { ...env, AWS_REGION: 'us-east-1' } }))
    const here = keyContext({ env: { ...env, AWS_REGION: 'us-east-1' } })
    assert.equal(opened(await provider.unwrap(entry, here)), DATA_KEY)
  })

  // Moto gives such keys names that are longer than AWS's, and then does not find them.
  test('a multi-region key and its replica are each used in the region of their ARN', async (context) => {
    const kms = await kmsStub(context)
    const here = keyContext({ env: kms.env })
    const [arn, replica] = ['eu-west-1', 'us-east-1'].map(
      (region) => `arn:aws:kms:${region}:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab`,
    )
    assert.ok(arn !== undefined && replica !== undefined)
    const sops = sopsFolder(context, kms.env)
    await sopsEncrypts(sops, 'file.json', '--kms', `${arn},${replica}`)
    const theirs = sops.entries('file.json', 'kms')
    assert.equal(
      theirs.map((entry) => provider.referenceOf(entry)),
      [arn, replica],
    )
    kms.regions()
    const keys = await Promise.all(theirs.map(async (entry) => opened(await provider.unwrap(entry, here))))
    assert.equal(kms.regions().toSorted(), ['eu-west-1', 'us-east-1'])
    const ours = await Promise.all(
      [arn, replica].map((key, index) => provider.wrap(key, keys[index] ?? DATA_KEY, here)),
    )
    for (const entry of ours) {
      sops.replaceEntries('file.json', [entry])
      kms.regions()
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
      assert.equal(kms.regions(), [entry.fields['arn'] === arn ? 'eu-west-1' : 'us-east-1'])
    }
  })

  test('another context, a tampered blob, a role of another account and an unknown key are told apart', async (context) => {
    const { env, client } = await moto(context)
    const arn = await makeKey(client)
    const here = keyContext({ env })
    const entry = await provider.wrap(`${arn}|env:prod`, DATA_KEY, here)
    const changed = (fields: Record<string, string | Record<string, string>>): Promise<string> =>
      provider.unwrap({ kind: 'kms', fields: { ...entry.fields, ...fields } }, here).then(refused)
    const wrongContext = await changed({ context: { env: 'dev' } })
    assert.match(
      wrongContext,
      /AWS_ACCESS_KEY_ID: .*not made by this key.*InvalidCiphertextException.*encryption context/,
    )
    assert.match(await changed({ enc: Buffer.from('junk').toString('base64') }), /InvalidCiphertextException/)
    assert.match(await changed({ arn: `${arn}0` }), /no such key \(NotFoundException\).*check the ARN/)
    const foreign = await changed({ role: 'arn:aws:iam::999999999999:role/x' })
    assert.match(foreign, /role\/x, assumed by AWS_ACCESS_KEY_ID: there is no such key/)
    const failure = await provider.wrap(`${arn}0`, DATA_KEY, here).catch((error: unknown) => error)
    assert.match(String(failure), /AWS KMS in eu-west-1: there is no such key \(NotFoundException\)/)
  })
})
