/** How often whole commands ask a key service: people wait for these calls, and pay for them. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runSecrets } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type KmsStub, kmsStub } from './support/kms-stub.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:alias/secrets'
const ROLE = 'arn:aws:iam::111122223333:role/deploy'

interface Project {
  readonly folder: string
  readonly kms: KmsStub
  /** Runs to the end and gives the calls. Fails when the status is not 0. */
  readonly calls: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<readonly string[]>
  /** A key whose recipient the configuration names `alice`, where it does. */
  readonly identity: string
}

/** A project of so many encrypted files. */
async function project(context: TestContext, recipients: string, count = 1): Promise<Project> {
  const folder = temporaryFolder(context)
  const kms = await kmsStub(context, 5)
  const calls: Project['calls'] = async (args, env = {}) => {
    kms.calls()
    const { status, stderr } = await runSecrets(args, { cwd: folder, env: { ...kms.env, ...env } })
    assert.is(status, 0, `${args.join(' ')}: ${stderr}`)
    return kms.calls()
  }
  const identity = join(folder, 'alice.txt')
  const alice = await runSecrets(['keygen', '--output', identity], { cwd: folder })
  const names = `  alice: ${alice.stdout.trim()}\n  kms: ${ARN}\n  role: ${ARN}+${ROLE}\n`
  const environment = `environments: { all: { files: '*.yaml', recipients: [${recipients}] } }`
  writeFileSync(join(folder, '.secretsrc'), `version: 1\nrecipients:\n${names}${environment}\n`)
  for (let index = 0; index < count; index += 1) writeFileSync(join(folder, `${index}.yaml`), `value: ${index}\n`)
  await calls(['encrypt'])
  return { folder, kms, calls, identity }
}

suite('calls of key services', (test) => {
  test('a hundred files: one call each, side by side within the limit, one session of the role', async (context) => {
    const { calls, kms, folder } = await project(context, 'role', 100)
    const asked = await calls(['decrypt', '--in-place', 'all'])
    assert.equal(counted(asked), { AssumeRole: 1, Decrypt: 100 })
    assert.ok(kms.most() > 1 && kms.most() <= 16, String(kms.most()))
    assert.is(readdirSync(folder).filter((name) => name.endsWith('.yaml')).length, 100)
    assert.equal(counted(await calls(['encrypt'])), { AssumeRole: 1, Encrypt: 100 })
  }, 180)

  test('a local identity that opens the file spares the network', async (context) => {
    const { calls, identity } = await project(context, 'alice, kms')
    const own = { SECRETS_AGE_KEY_FILE: identity }
    for (const args of [
      ['get', '0.yaml', 'value'],
      ['decrypt', '0.yaml'],
      ['status'],
      ['run', 'all', '--', process.execPath, '-e', '0'],
      ['set', '--plain-value', 'new', '0.yaml', 'value'],
      ['access'],
    ]) {
      assert.equal(await calls(args, own), [], args.join(' '))
    }
    assert.equal(await calls(['get', '0.yaml', 'value'], { ...own, SECRETS_DECRYPTION_ORDER: 'kms' }), ['Decrypt'])
    assert.equal(await calls(['get', '0.yaml', 'value']), ['Decrypt'])
    assert.equal(await calls(['rotate'], own), ['Encrypt'])
  }, 180)

  test('what needs no key asks nobody, and a change of a value encrypts no data key', async (context) => {
    const { calls } = await project(context, 'kms', 3)
    for (const args of [['status', '--no-keys'], ['recipients', 'list'], ['access']]) {
      assert.equal(await calls(args), [], args.join(' '))
    }
    assert.equal(await calls(['set', '--plain-value', 'new', '0.yaml', 'value']), ['Decrypt'])
    assert.equal(await calls(['get', '0.yaml', 'value']), ['Decrypt'])
    assert.equal(counted(await calls(['status'])), { Decrypt: 3 })
    assert.equal(counted(await calls(['rotate'])), { Decrypt: 3, Encrypt: 3 })
    assert.equal(await calls(['sync', '--yes']), [])
  }, 180)
})

function counted(calls: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const call of calls.toSorted()) counts[call] = (counts[call] ?? 0) + 1
  return counts
}
