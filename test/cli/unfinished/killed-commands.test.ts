import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { type GitSandbox, gitSandbox } from '../../support/git-sandbox.ts'
import type { ProgramResult } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const ALICE = 'AGE-SECRET-KEY-1YRT6MKFPCDY734R7D8ZL286VTRN79J0Z580LHDJ07UFQGPWP39NQWNVVD4'
const ALICE_PUBLIC = 'age1nynjztd0h9nguqfqz4399v022wnv03ppp28v4h2njtlzpg5kzyuqe90x8k'
const BOB_PUBLIC = 'age1djdns2enrct4duahddlu8w5l2yulq7n2wddsa7xej5er70lk0a7qm60wnp'
const KILLER = pathToFileURL(fileURLToPath(new URL('kill-after.mjs', import.meta.url))).href

const PLAIN: Readonly<Record<string, string>> = {
  'secrets/a.yaml': '# first\npassword: marker-a\n',
  'secrets/b.json': '{"password": "marker-b"}\n',
  'secrets/c.env': 'PASSWORD=marker-c\n',
}

const CONFIG = `version: 1
recipients:
  alice: ${ALICE_PUBLIC}
  bob: ${BOB_PUBLIC}
environments:
  production: { files: secrets/*, recipients: [alice] }
`

interface Work {
  readonly repository: GitSandbox
  readonly secrets: (...args: readonly string[]) => Promise<ProgramResult>
  /** Runs a command that is killed after so many files. */
  readonly killed: (after: number, ...args: readonly string[]) => Promise<void>
  /** All files of the work tree, byte by byte; but locks, which the next command removes. */
  readonly files: () => Readonly<Record<string, string>>
}

async function makeWork(context: TestContext): Promise<Work> {
  const repository = await gitSandbox(context, { '.secretsrc': CONFIG, ...PLAIN })
  const env = { ...repository.env, SECRETS_AGE_KEY: ALICE }
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProgramResult> =>
    runSecrets(args, { cwd: repository.folder, env: { ...env, ...more } })
  return {
    repository,
    secrets: (...args) => run(args),
    killed: async (after, ...args) => {
      const { status, stderr } = await run(args, { NODE_OPTIONS: `--import=${KILLER}`, KILL_AFTER: String(after) })
      if (status === 0) throw new Error(`the command was not killed: ${stderr}`)
    },
    files: () => filesIn(repository.folder),
  }
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter(
    (name) => !/^\.git[\\/]|\.secrets-lock$/.test(name) && statSync(join(folder, name)).isFile(),
  )
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

async function succeed(result: Promise<ProgramResult>): Promise<string> {
  const { status, stdout, stderr } = await result
  assert.is(status, 0, stderr)
  return stdout
}

/** What is kept of a change, as bytes: nothing of it may be in clear. */
function keptInClear({ repository }: Work): readonly string[] {
  const place = join(repository.folder, '.git', 'secretsrc-changes')
  if (!existsSync(place)) return []
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' })
  return names.filter(
    (name) => statSync(join(place, name)).isFile() && readFileSync(join(place, name)).includes('marker-'),
  )
}

interface Case {
  readonly name: string
  readonly args: readonly string[]
  /** Whether the files are encrypted before the command. */
  readonly encrypted: boolean
  /** What the whole tree must satisfy when the command is finished. */
  readonly finished: (work: Work) => Promise<void>
}

async function inOrder({ secrets }: Work): Promise<void> {
  await succeed(secrets('status'))
  for (const [name, content] of Object.entries(PLAIN)) assert.is(await succeed(secrets('decrypt', name)), content)
}

const CASES: readonly Case[] = [
  { name: 'rotate', args: ['rotate'], encrypted: true, finished: inOrder },
  {
    name: 'grant',
    args: ['grant', '--yes', 'bob', 'production'],
    encrypted: true,
    finished: async (work) => {
      await inOrder(work)
      assert.match(work.repository.read('.secretsrc'), /\[alice, bob\]/)
      for (const name of Object.keys(PLAIN)) assert.ok(work.repository.read(name).includes(BOB_PUBLIC))
    },
  },
  { name: 'encrypt', args: ['encrypt'], encrypted: false, finished: inOrder },
  {
    name: 'decrypt --in-place',
    args: ['decrypt', '--in-place', 'production'],
    encrypted: true,
    finished: async ({ files }) => assert.equal({ ...files(), ...PLAIN }, files()),
  },
]

suite('commands that are killed in the middle', (test) => {
  for (const { name, args, encrypted, finished } of CASES) {
    test(`${name} can be finished and taken back`, async (context) => {
      const work = await makeWork(context)
      const { secrets, killed, files, repository } = work
      if (encrypted) await succeed(secrets('encrypt'))
      const before = files()
      await killed(2, ...args)
      const middle = files()
      assert.not.equal(middle, before)
      const shown = await secrets('unfinished')
      assert.is(shown.status, 1, shown.stderr)
      assert.match(shown.stdout, /^a change of \d files was interrupted in the middle: 2 written, [12] not\n/)
      assert.equal(keptInClear(work), [])
      const git = join(repository.folder, '.git', 'secretsrc-changes')
      await succeed(secrets('unfinished', '--undo'))
      assert.equal(files(), before)
      assert.not.ok(existsSync(git), 'nothing is left of it')
      assert.is((await secrets('unfinished')).stderr, 'secrets: no change is unfinished\n')
      await killed(1, ...args)
      await succeed(secrets('unfinished', '--finish'))
      await finished(work)
      assert.not.ok(existsSync(git))
    }, 120)
  }

  test('every command that writes is refused meanwhile, every other one goes on and says so', async (context) => {
    const { secrets, killed, files, repository } = await makeWork(context)
    await succeed(secrets('encrypt'))
    await killed(2, 'rotate')
    const middle = files()
    const writing = [
      ['set', 'secrets/a.yaml', 'password', '--from-file', '.secretsrc'],
      ['unset', 'secrets/a.yaml', 'password'],
      ['rotate'],
      ['sync', '--yes'],
      ['grant', '--yes', 'bob', 'production'],
      ['revoke', '--yes', 'bob'],
      ['recipients', 'add', 'carol', BOB_PUBLIC],
      ['encrypt'],
      ['decrypt', '--in-place', 'production'],
      ['edit', 'secrets/a.yaml'],
    ]
    for (const args of writing) {
      const { status, stderr } = await secrets(...args)
      assert.is(status, 3, `${args[0]}: ${stderr}`)
      assert.match(stderr, /interrupted in the middle: 2 written, 1 not/)
      assert.match(stderr, /^hint: secrets unfinished/m)
    }
    assert.equal(files(), middle)
    assert.is(await succeed(secrets('get', 'secrets/a.yaml', 'password')), 'marker-a')
    await succeed(secrets('recipients'))
    for (const command of ['status', 'check']) {
      const { status, stderr } = await secrets(command)
      assert.is(status, 1, command)
      assert.match(stderr, /warning: a change of 3 files was interrupted in the middle/, command)
    }
    const doctor = await secrets('doctor')
    assert.is(doctor.status, 1)
    assert.match(doctor.stdout, /problem +a change of 3 files was interrupted/)
    await repository.git('add', '--all')
    const hook = await secrets('hook', 'pre-commit')
    assert.is(hook.status, 3, hook.stderr)
    const json = await secrets('unfinished', '--json')
    const expected = [
      { file: 'secrets/a.yaml', state: 'new' },
      { file: 'secrets/b.json', state: 'new' },
      { file: 'secrets/c.env', state: 'old' },
    ].map((file) => ({ ...file, file: join(...file.file.split('/')) }))
    assert.equal(JSON.parse(json.stdout), { result: 'unfinished', changes: [{ files: expected }] })
    await succeed(secrets('unfinished', '--forget'))
    assert.equal(files(), Object.fromEntries(Object.entries(middle).filter(([name]) => !name.endsWith('.tmp'))))
    await succeed(secrets('rotate'))
  }, 120)

  test('what was to be in clear is removed by the next command, and never where git would take it', async (context) => {
    const work = await makeWork(context)
    const { secrets, killed, files } = work
    await succeed(secrets('encrypt'))
    const before = files()
    for (const args of [['production'], ['secrets/a.yaml']]) {
      // All contents in clear are on the disk, and none is in its place.
      await killed(0, 'decrypt', '--in-place', ...args)
      assert.equal(files(), before, 'nothing of it is in the work tree')
      assert.not.equal(keptInClear(work), [])
      const next = await secrets('get', 'secrets/b.json', 'password')
      assert.is(next.status, 0, next.stderr)
      assert.match(next.stderr, /removed what a command that was killed had left in clear/)
      assert.equal(keptInClear(work), [])
      assert.equal(files(), before)
      await succeed(secrets('unfinished'))
    }
  }, 120)

  test('files in clear that were not there before can only be taken back, and the error says so', async (context) => {
    const { secrets, killed, files } = await makeWork(context)
    await succeed(secrets('encrypt'))
    const before = files()
    await killed(1, 'decrypt', 'production', '--output', 'plain')
    assert.is(Object.keys(files()).length, Object.keys(before).length + 1)
    const { status, stderr } = await secrets('unfinished', '--finish')
    assert.is(status, 3, stderr)
    assert.match(stderr, /contents in clear are not kept/)
    assert.match(stderr, /hint: take the change back, with --undo, and run the command again/)
    await succeed(secrets('unfinished', '--undo'))
    assert.equal(files(), before)
  }, 120)

  test('without git the journal is in the folder of the user', async (context) => {
    const { killed, secrets, files, repository } = await makeWork(context)
    await succeed(secrets('encrypt'))
    rmSync(join(repository.folder, '.git'), { recursive: true })
    const before = files()
    await killed(1, 'rotate')
    const { status, stderr } = await secrets('rotate')
    assert.is(status, 3, stderr)
    await succeed(secrets('unfinished', '--undo'))
    assert.equal(files(), before)
  }, 120)
})
