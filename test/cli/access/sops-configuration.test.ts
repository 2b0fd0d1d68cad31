/** The commands of access where a `.sops.yaml` is the configuration. */
import * as assert from 'uvu/assert'
import { type Person, person } from '../../keys/support/keyring-parts.ts'
import { type GitSandbox, gitSandbox } from '../../support/git-sandbox.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const FILE = 'prod/a.yaml'

interface SopsProject extends GitSandbox {
  readonly alice: Person
  readonly bob: Person
  secrets(...argv: readonly string[]): Promise<Outcome>
  asBob(...argv: readonly string[]): Promise<Outcome>
  /** Writes the configuration anew: who reads `prod/`, and what is encrypted there. */
  configure(readers: readonly ('alice' | 'bob')[], rest?: string): void
}

async function sopsProject(context: Pick<TestContext, 'onCleanup'>): Promise<SopsProject> {
  const git = await gitSandbox(context)
  const [alice, bob] = await Promise.all([person(), person()])
  const people = { alice, bob }
  const as =
    (who: Person) =>
    (...argv: readonly string[]): Promise<Outcome> =>
      run(argv, { cwd: git.folder, env: { ...git.env, SECRETS_AGE_KEY: who.identity } })
  const configure: SopsProject['configure'] = (readers, rest = '') => {
    const list = readers.map((name) => `          - ${people[name].recipient} # ${name}\n`).join('')
    git.write('.sops.yaml', `creation_rules:\n  - path_regex: ^prod/\n${rest}    key_groups:\n      - age:\n${list}`)
  }
  configure(['alice', 'bob'])
  git.write(FILE, 'password: one\nother: two\n')
  const made = { ...git, alice, bob, configure, secrets: as(alice), asBob: as(bob) }
  assert.is((await made.secrets('encrypt', FILE)).status, 0)
  await git.git('add', '--all')
  await git.commit('first')
  return made
}

suite('access by a .sops.yaml', (test) => {
  test('access and recipients show who can read what, by the names that comments give', async (context) => {
    const made = await sopsProject(context)
    const { status, stdout } = await made.secrets('access')
    assert.is(status, 0)
    assert.match(stdout, /^alice +age +yes$/m)
    assert.match(stdout, /^bob +age +yes$/m)
    assert.match((await made.secrets('recipients')).stdout, /^bob +age +SHA256:\S+ +prod$/m)
    const history = await made.secrets('access', '--history', '--csv')
    assert.match(history.stdout, /^bob,prod,prod\/a\.yaml,password,/m)
  })

  test('sync adds and removes recipients and applies the selection, as the edited file says', async (context) => {
    const made = await sopsProject(context)
    made.configure(['alice'])
    assert.is((await made.secrets('sync', '--dry-run')).status, 1)
    const synced = await made.secrets('sync', '--yes')
    assert.is(synced.status, 0, synced.stderr)
    assert.match(synced.stdout, `- ${made.bob.recipient}: will not be able to read what is written from now on`)
    assert.is((await made.asBob('decrypt', FILE)).status, 128)
    made.configure(['alice', 'bob'], '    encrypted_regex: ^password$\n')
    assert.is.not((await made.secrets('sync', '--yes')).status, 0)
    assert.is((await made.secrets('sync', '--yes', '--allow-plaintext')).status, 0)
    assert.match(made.read(FILE), 'other: two')
    assert.is((await made.asBob('decrypt', FILE)).stdout, 'password: one\nother: two\n')
    assert.is((await made.secrets('sync', '--dry-run')).status, 0)
  })

  test('exposure lists what somebody could read whom the file named once, and check fails on it', async (context) => {
    const made = await sopsProject(context)
    assert.is((await made.secrets('exposure')).status, 0)
    made.configure(['alice'])
    await made.secrets('sync', '--yes')
    await made.commitAll('without bob')
    const { status, stdout } = await made.secrets('exposure')
    assert.is(status, 1)
    assert.match(stdout, `${made.bob.recipient} could read 2 values; 2 to be changed at their source`)
    assert.is((await made.secrets('exposure', made.bob.recipient)).status, 1)
    const checked = await made.secrets('check', '--no-exposure')
    assert.is(checked.status, 1)
    assert.match(checked.stdout, 'password: age1')
    assert.is((await made.secrets('check')).status, 0)
  })

  test('rotate makes new data keys', async (context) => {
    const made = await sopsProject(context)
    const before = made.read(FILE)
    assert.is((await made.secrets('rotate', FILE)).status, 0)
    assert.is.not(made.read(FILE), before)
    assert.is((await made.asBob('decrypt', FILE)).stdout, 'password: one\nother: two\n')
  })

  const REFUSED: Readonly<Record<string, readonly string[]>> = {
    grant: ['grant', '--yes', '--key', 'BOB', 'carol', 'prod'],
    'grant of a name': ['grant', '--yes', 'alice', 'prod'],
    revoke: ['revoke', '--yes', 'bob'],
    'revoke, dry run': ['revoke', '--dry-run', 'bob', 'prod'],
    'recipients add': ['recipients', 'add', 'carol', 'BOB'],
    'recipients rename': ['recipients', 'rename', 'bob', 'robert'],
    'recipients remove': ['recipients', 'remove', 'bob'],
  }
  for (const [name, argv] of Object.entries(REFUSED)) {
    test(`${name} is refused with what to do, and changes nothing`, async (context) => {
      const made = await sopsProject(context)
      const before = [made.read('.sops.yaml'), made.read(FILE)]
      const key = (await person()).recipient
      const { status, stderr, stdout } = await made.secrets(...argv.map((word) => (word === 'BOB' ? key : word)))
      assert.is(status, 64, stdout)
      assert.match(stderr, '.sops.yaml: the configuration is a .sops.yaml, which is not changed by secrets')
      assert.match(
        stderr,
        'edit it and run "secrets sync", or turn it into a .secretsrc: secrets init --from .sops.yaml',
      )
      assert.not.match(stderr, made.folder)
      assert.equal([made.read('.sops.yaml'), made.read(FILE)], before)
    })
  }
})
