import * as assert from 'uvu/assert'
import { gitSandbox } from '../../support/git-sandbox.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const FILES: Readonly<Record<string, string>> = {
  'secrets/a.yaml': '# top\na: 1\nb:\n  - "x"\n',
  'secrets/a.json': '{"x": [1, true, "three"]}\n',
  'secrets/a.env': 'A=1\nB=two\n',
  'secrets/a.ini': '[s]\nk = v\n',
  'secrets/a.bin': 'bytes',
}

interface Team {
  readonly alice: string
  readonly bob: string
  secrets(...args: readonly string[]): Promise<ProgramResult>
  /** Runs sops with somebody's key. */
  sops(who: string, ...args: readonly string[]): Promise<ProgramResult>
}

async function makeTeam(context: TestContext): Promise<Team> {
  const sops = needPeer('sops', context)
  const git = await gitSandbox(context)
  const { folder: cwd, env } = git
  const run = (args: readonly string[]): Promise<ProgramResult> =>
    runProgram(process.execPath, [secretsProgram(), ...args], { cwd, env: { ...env, SECRETS_AGE_KEY_FILE: 'alice' } })
  const [alice, bob] = [await run(['keygen', '-o', 'alice']), await run(['keygen', '-o', 'bob'])]
  const environment = "environments: { e: { files: 'secrets/*', recipients: [alice] } }"
  git.write('.secretsrc', `version: 1\nrecipients: { alice: ${alice.stdout.trim()} }\n${environment}\n`)
  for (const [path, text] of Object.entries(FILES)) git.write(path, text)
  assert.is((await run(['encrypt'])).status, 0)
  return {
    alice: alice.stdout.trim(),
    bob: bob.stdout.trim(),
    secrets: async (...args) => run(args),
    sops: (who, ...args) =>
      runProgram(sops, ['--disable-version-check', ...args], { cwd, env: { ...env, SOPS_AGE_KEY_FILE: who } }),
  }
}

/** How many of the files somebody can decrypt with sops. */
async function readable(who: string, team: Team): Promise<number> {
  const results = await Promise.all(Object.keys(FILES).map((path) => team.sops(who, 'decrypt', path)))
  return results.filter(({ status }) => status === 0).length
}

suite('access and sops', (test) => {
  test('sops reads for exactly those who may, after grant, rotate, sync and revoke', async (context) => {
    const made = await makeTeam(context)
    const all = Object.keys(FILES).length
    assert.is(await readable('bob', made), 0)
    assert.is((await made.secrets('grant', '--yes', '--key', made.bob, 'bob', 'e')).status, 0)
    assert.equal([await readable('alice', made), await readable('bob', made)], [all, all])
    assert.is((await made.secrets('rotate')).status, 0)
    assert.equal([await readable('alice', made), await readable('bob', made)], [all, all])
    assert.is((await made.secrets('revoke', '--yes', 'bob')).status, 0)
    assert.equal([await readable('alice', made), await readable('bob', made)], [all, 0])
  })

  test('a recipient that sops added is refused, then accepted or removed', async (context) => {
    const made = await makeTeam(context)
    const added = await made.sops('alice', 'rotate', '--in-place', '--add-age', made.bob, 'secrets/a.env')
    assert.is(added.status, 0, added.stderr)
    const refused = await made.secrets('rotate')
    assert.is(refused.status, 77)
    assert.match(refused.stderr, 'secrets sync secrets/a.env')
    assert.is((await made.secrets('sync', '--yes')).status, 0)
    assert.is((await made.sops('bob', 'decrypt', 'secrets/a.env')).status, 128)
    assert.is((await made.sops('alice', 'decrypt', 'secrets/a.env')).stdout, FILES['secrets/a.env'])
    const again = await made.sops('alice', 'rotate', '--in-place', '--add-age', made.bob, 'secrets/a.env')
    assert.is(again.status, 0)
    assert.is((await made.secrets('grant', '--yes', '--key', made.bob, 'bob', 'e')).status, 0)
    assert.is((await made.secrets('status')).status, 0)
    assert.is(await readable('bob', made), Object.keys(FILES).length)
  })
})
