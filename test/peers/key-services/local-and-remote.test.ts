/** Keys of this machine beside keys of a service, in one file: who is asked, and groups of both, for us and for sops. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type Person, person } from '../../keys/support/keyring-parts.ts'
import { type KmsStub, kmsStub } from '../../keys/support/kms-stub.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ARN = 'arn:aws:kms:eu-west-1:123456789012:alias/secrets'
const OTHER = 'arn:aws:kms:eu-west-1:123456789012:alias/other'

interface Tools {
  readonly folder: string
  readonly kms: KmsStub
  /** Both tools read `a` of a file; gives what they asked the service, which has to be the same. Undefined where both cannot. */
  readonly read: (file: string, env: Readonly<Record<string, string>>) => Promise<readonly string[] | undefined>
  readonly ours: (...args: readonly string[]) => Promise<void>
  readonly theirs: (...args: readonly string[]) => Promise<void>
}

async function bothTools(context: TestContext): Promise<Tools> {
  const program = needPeer('sops', context)
  const folder = temporaryFolder(context)
  const kms = await kmsStub(context)
  const sops = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProgramResult> => {
    const all = { SOPS_DISABLE_VERSION_CHECK: '1', ...kms.env, ...env }
    return runProgram(program, args, { cwd: folder, env: isolatedEnvironment(join(folder, '.home'), all) })
  }
  return {
    folder,
    kms,
    read: async (file, env) => {
      kms.calls()
      const ours = await runSecrets(['get', file, 'a'], { cwd: folder, env: { ...kms.env, ...env } })
      const asked = kms.calls()
      const theirs = await sops(['decrypt', '--extract', '["a"]', file], env)
      assert.is(ours.status, theirs.status, `${file}: ${ours.stderr}\n${theirs.stderr}`)
      if (ours.status !== 0) return undefined
      assert.is(ours.stdout, theirs.stdout)
      assert.equal(asked, kms.calls(), 'both ask the same')
      return asked
    },
    ours: async (...args) => assertDone(await runSecrets(args, { cwd: folder, env: kms.env })),
    theirs: async (...args) => assertDone(await sops(args, {})),
  }
}

function assertDone({ status, stderr }: ProgramResult): void {
  assert.is(status, 0, stderr)
}

/** A file of each tool, `ours.yaml` and `theirs.yaml`, under the same rules. */
async function files({ folder, ours, theirs }: Tools, rule: Readonly<Record<string, unknown>>): Promise<void> {
  writeFileSync(join(folder, '.sops.yaml'), JSON.stringify({ creation_rules: [rule] }))
  for (const name of ['ours.yaml', 'theirs.yaml']) writeFileSync(join(folder, name), 'a: value\n')
  await ours('encrypt', 'ours.yaml')
  await theirs('encrypt', '-i', 'theirs.yaml')
}

function identities(...people: readonly Person[]): Readonly<Record<string, string>> {
  return { SOPS_AGE_KEY: people.map(({ identity }) => identity).join('\n') }
}

suite('local keys and keys of a service', (test) => {
  test('a local identity spares the service for both tools, unless the order says otherwise', async (context) => {
    const tools = await bothTools(context)
    const [alice, bob] = await Promise.all([person(), person()])
    await files(tools, { age: alice.recipient, kms: ARN })
    for (const name of ['ours.yaml', 'theirs.yaml']) {
      assert.equal(await tools.read(name, identities(alice)), [])
      assert.equal(await tools.read(name, identities(bob)), ['Decrypt'])
      assert.equal(await tools.read(name, { ...identities(alice), SOPS_DECRYPTION_ORDER: 'kms,age' }), ['Decrypt'])
      assert.equal(await tools.read(name, { ...identities(alice), SOPS_DECRYPTION_ORDER: 'age,kms' }), [])
    }
  })

  test('two of three groups: age, a service, a service', async (context) => {
    const tools = await bothTools(context)
    const [alice, bob] = await Promise.all([person(), person()])
    const groups = [
      { age: [alice.recipient] },
      { kms: [{ arn: ARN }] },
      { age: [bob.recipient], kms: [{ arn: OTHER }] },
    ]
    await files(tools, { shamir_threshold: 2, key_groups: groups })
    const denied = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' }
    for (const name of ['ours.yaml', 'theirs.yaml']) {
      assert.ok((await tools.read(name, identities(alice)))?.includes('Decrypt'))
      assert.is((await tools.read(name, {}))?.length, 2)
      assert.equal(await tools.read(name, { ...identities(alice, bob), ...denied }), [])
      assert.is(await tools.read(name, { ...identities(alice), ...denied }), undefined)
      assert.is(await tools.read(name, { ...identities(bob), ...denied }), undefined)
    }
  })
})
