import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type Person, person } from '../../keys/support/keyring-parts.ts'
import { type GitSandbox, gitSandbox } from '../../support/git-sandbox.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const FILE = 'secrets/a.yaml'

interface Intruded extends GitSandbox {
  readonly mallory: Person
  secrets(
    argv: readonly string[],
    given?: { readonly stdin?: string; readonly env?: Record<string, string> },
  ): Promise<Outcome>
}

/** A repository with a file that mallory can read too, although the configuration does not name her. */
async function intruded(context: Pick<TestContext, 'onCleanup'>): Promise<Intruded> {
  const git = await gitSandbox(context)
  const [alice, bob, mallory] = await Promise.all([person(), person(), person()])
  const config = (extra: string): string =>
    `version: 1\nrecipients:\n  alice: ${alice.recipient}\n  bob: ${bob.recipient}\n${extra === '' ? '' : `  mallory: ${mallory.recipient}\n`}environments:\n  production: { files: 'secrets/**', recipients: [alice${extra}] }\n`
  const secrets: Intruded['secrets'] = (argv, { stdin, env = {} } = {}) =>
    run(argv, {
      cwd: git.folder,
      env: { ...git.env, SECRETS_AGE_KEY: alice.identity, ...env },
      ...(stdin === undefined ? {} : { stdin }),
    })
  git.write('.secretsrc', config(', mallory'))
  git.write(FILE, 'password: one\nother: two\n')
  const { status, stderr } = await secrets(['encrypt'])
  assert.is(status, 0, stderr)
  git.write('.secretsrc', config(''))
  return { ...git, mallory, secrets }
}

/** The commands that would encrypt to the file's own recipients, and what they need beside the file. */
const WRITERS: Readonly<Record<string, { readonly argv: readonly string[]; readonly stdin?: string }>> = {
  set: { argv: ['set', FILE, 'password'], stdin: 'new' },
  'set, a new entry': { argv: ['set', FILE, 'fresh'], stdin: 'new' },
  unset: { argv: ['unset', FILE, 'other'] },
  edit: { argv: ['edit', FILE] },
  rotate: { argv: ['rotate', FILE] },
  'rotate, all': { argv: ['rotate'] },
  grant: { argv: ['grant', '--yes', 'bob', 'production'] },
  'grant, dry run': { argv: ['grant', '--dry-run', 'bob', 'production'] },
}

function assertRefused({ status, stderr }: Outcome, { mallory }: Intruded): void {
  assert.is(status, 77, stderr)
  assert.match(stderr, `${FILE}: the file can be read by a recipient that environment production does not name`)
  assert.match(stderr, mallory.recipient)
  assert.match(
    stderr,
    `"secrets grant --key KEY NAME production"; else remove what was added with "secrets sync ${FILE}"`,
  )
}

suite('unexpected recipients', (test) => {
  for (const [name, { argv, stdin }] of Object.entries(WRITERS)) {
    test(`${name} is refused, and nothing is written`, async (context) => {
      const made = await intruded(context)
      const before = [made.read(FILE), made.read('.secretsrc')]
      const env = { EDITOR: editorIn(made) }
      assertRefused(await made.secrets(argv, { env, ...(stdin === undefined ? {} : { stdin }) }), made)
      assert.equal([made.read(FILE), made.read('.secretsrc')], before)
    })
  }

  test('encrypt is refused when the file has values in clear that it would encrypt', async (context) => {
    const made = await intruded(context)
    made.write(FILE, `fresh: in clear\n${made.read(FILE)}`)
    const before = made.read(FILE)
    assertRefused(await made.secrets(['encrypt', FILE]), made)
    assertRefused(await made.secrets(['encrypt']), made)
    assertRefused(await made.secrets(['encrypt', '-', '--filename', FILE], { stdin: before }), made)
    assert.is(made.read(FILE), before)
  })

  test('what only reads goes on reading', async (context) => {
    const made = await intruded(context)
    for (const argv of [['get', FILE, 'password'], ['decrypt', FILE], ['access'], ['diff', '--help']]) {
      assert.is((await made.secrets(argv)).status, 0)
    }
    const { status, stdout } = await made.secrets(['status'])
    assert.is(status, 1)
    assert.match(stdout, made.mallory.recipient)
  })

  test('sync removes the recipient with a new data key, and grant accepts it; then all goes on', async (context) => {
    const made = await intruded(context)
    assert.is((await made.secrets(['set', FILE, 'password'], { stdin: 'new' })).status, 77)
    const accepted = await made.secrets(['grant', '--yes', '--key', made.mallory.recipient, 'mallory', 'production'])
    assert.is(accepted.status, 0, accepted.stderr)
    assert.is((await made.secrets(['set', FILE, 'password'], { stdin: 'new' })).status, 0)
    const env = { SECRETS_AGE_KEY: made.mallory.identity }
    assert.is((await made.secrets(['get', FILE, 'password'], { env })).stdout, 'new')

    const other = await intruded(context)
    const { status, stdout } = await other.secrets(['sync', '--yes', FILE])
    assert.is(status, 0)
    assert.match(stdout, 'new data key')
    assert.is((await other.secrets(['set', FILE, 'password'], { stdin: 'new' })).status, 0)
    const removed = { SECRETS_AGE_KEY: other.mallory.identity }
    assert.is((await other.secrets(['get', FILE, 'password'], { env: removed })).status, 128)
  })
})

function editorIn({ folder }: GitSandbox): string {
  const script = join(folder, '..', 'editor.cjs')
  writeFileSync(script, `require('node:fs').appendFileSync(process.argv[2], 'more: x\\n')`)
  return `"${process.execPath}" "${script}"`
}
