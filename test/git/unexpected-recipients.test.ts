/** A recipient that a file has and the configuration does not name, in what git itself sets off. */
import * as assert from 'uvu/assert'
import { type Person, person } from '../keys/support/keyring-parts.ts'
import type { ProgramResult } from '../support/run-program.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { CONFIG, runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

const FILE = 'prod/a.yaml'

interface Fork extends SecretRepository {
  readonly mallory: Person
  /** `secrets`, which must succeed. */
  ok(...args: readonly string[]): Promise<string>
  /** What mallory gets of the file as it lies there. */
  asMallory(): Promise<ProgramResult>
}

/** What is done with mallory on the branch `topic`: in the file alone, or in the configuration too. */
type Intrusion = 'file alone' | 'named'

/** On `main` one value was changed; on `topic` mallory came in. `main` is checked out. */
async function fork(context: Pick<TestContext, 'onCleanup'>, intrusion: Intrusion): Promise<Fork> {
  const made = await secretRepository(context)
  const mallory = await person()
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await made.secrets(...args)
    assert.is(status, 0, stderr)
    return stdout
  }
  made.write(FILE, 'password: one\nother: two\nthird: three\n')
  await ok('encrypt')
  await made.git('add', '--all')
  await made.commit('first')
  await made.git('branch', '--move', 'main')
  await made.git('checkout', '--quiet', '-b', 'topic')
  const config = made.read('.secretsrc')
  await ok('grant', '--yes', '--key', mallory.recipient, 'mallory', 'production')
  await ok('set', FILE, 'other', '--plain-value', 'theirs')
  if (intrusion === 'file alone') made.write('.secretsrc', config)
  await made.git('commit', '--quiet', '--all', '--no-verify', '--message', 'topic')
  await made.git('checkout', '--quiet', 'main')
  await ok('set', FILE, 'password', '--plain-value', 'ours')
  await made.commitAll('main')
  const asMallory = async (): Promise<ProgramResult> => {
    made.loseKey()
    const env = { ...made.env, SECRETS_AGE_KEY: mallory.identity }
    const result = await runIn({ env }, made.folder, ['decrypt', FILE])
    made.findKey()
    return result
  }
  return { ...made, mallory, ok, asMallory }
}

const MERGED = 'password: ours\nother: theirs\nthird: three\n'

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

suite('unexpected recipients in git', (test) => {
  test(
    'a merge is refused, and so is solving it; without the recipient it goes on under a new data key',
    async (context) => {
      const made = await fork(context, 'file alone')
      const { status, stdout, stderr } = await made.tryGit('merge', '--no-edit', 'topic')
      assert.is(status, 1)
      assert.match(
        stdout + stderr,
        'the merged file would be encrypted to a recipient that the configuration does not name',
      )
      const refused = await made.secrets('merge', FILE)
      assert.is(refused.status, 77)
      assert.match(refused.stderr, made.mallory.recipient)
      assert.match(refused.stderr, 'secrets merge --drop-unexpected FILE')
      await made.ok('merge', '--drop-unexpected', FILE)
      assert.is(await made.ok('decrypt', FILE), MERGED)
      assert.is((await made.asMallory()).status, 128)
      assert.not.match(made.read(FILE), made.mallory.recipient)
      await made.git('add', FILE)
      await made.git('commit', '--no-edit')
      await made.ok('check')
    },
    SECONDS,
  )

  test(
    'naming the recipient accepts it',
    async (context) => {
      const made = await fork(context, 'file alone')
      assert.is((await made.tryGit('merge', '--no-edit', 'topic')).status, 1)
      const config = made.read('.secretsrc')
      made.write(
        '.secretsrc',
        config
          .replace('recipients:\n', `recipients:\n  mallory: ${made.mallory.recipient}\n`)
          .replace(/(prod\/\*\*'\]\n.*\[alice)/, '$1, mallory'),
      )
      await made.ok('merge', FILE)
      assert.is((await made.asMallory()).stdout, MERGED)
      await made.ok('status')
    },
    SECONDS,
  )

  for (const [name, args] of Object.entries({
    'a merge': ['merge', '--no-edit', 'topic'],
    'a rebase': ['rebase', 'topic'],
    'a rebase of the other side': ['rebase', 'main', 'topic'],
  })) {
    test(
      `${name} lets in whom the other side names in its configuration`,
      async (context) => {
        const made = await fork(context, 'named')
        const { status, stdout, stderr } = await made.tryGit(...args)
        assert.is(status, 0, stdout + stderr)
        assert.is((await made.asMallory()).stdout, MERGED)
        await made.ok('status')
      },
      SECONDS,
    )
  }

  test(
    'git add of a plain change is refused',
    async (context) => {
      const made = await secretRepository(
        context,
        CONFIG.replace('[alice]\n    checkout', '[alice, mallory]\n    checkout')
          .replace('recipients:\n', 'recipients:\n  mallory: {MALLORY}\n')
          .replace('{MALLORY}', (await person()).recipient),
      )
      made.write('dev/a.env', 'A=one\nB=two\n')
      await made.git('add', '--all')
      await made.commit('first')
      made.write('.secretsrc', made.read('.secretsrc').replace('[alice, mallory]', '[alice]'))
      made.write('dev/a.env', 'A=changed\nB=two\n')
      const { status, stderr } = await made.tryGit('add', 'dev/a.env')
      assert.is.not(status, 0)
      assert.match(stderr, 'the file can be read by a recipient that environment development does not name')
      assert.match(stderr, 'secrets sync dev/a.env')
      await made.secrets('sync', '--yes', 'dev/a.env')
      await made.git('add', 'dev/a.env')
      assert.not.match((await made.git('show', ':dev/a.env')).stdout, /A=changed|map_recipient.*\n.*__1__/)
    },
    SECONDS,
  )

  test(
    'git add of an encrypted file with new values in clear is refused',
    async (context) => {
      const made = await fork(context, 'file alone')
      await made.git('checkout', '--quiet', 'topic')
      made.write(FILE, `fresh: in clear\n${made.read(FILE)}`)
      const { status, stderr } = await made.tryGit('add', FILE)
      assert.is.not(status, 0)
      assert.match(stderr, 'the file can be read by a recipient that environment production does not name')
    },
    SECONDS,
  )
})
