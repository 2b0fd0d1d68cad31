// parts: 5
/** What is left when something dies in the middle: nothing in clear, nothing lost, and the next command works. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { faultyFilter, hasEnded } from './faulty-filter.ts'
import { MergeWork } from './merge-work.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'
import { onSmallDisk } from './small-disk.ts'
import { closed, end, start } from './started-program.ts'

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

const NAMES = Array.from({ length: 8 }, (_, index) => `dev/${index}.yaml`)

suite('faults', (test) => {
  if (process.platform === 'win32') {
    test('everything', ({ skip }) => skip('Windows has no signals that end a group of programs'))
    return
  }

  test(
    'the filter is killed while files are added',
    async (context) => {
      const repository = await changed(context)
      const filter = await faultyFilter(repository, 'kill', { count: 3 })
      const { status } = await repository.tryGit('add', '--all')
      assert.is.not(status, 0)
      assert.is(await staged(repository), '')
      await nothingInClear(repository)
      await filter.mend()
      await addedAndCommitted(repository)
    },
    SECONDS,
  )

  test(
    'the filter is killed while files are checked out',
    async (context) => {
      const repository = await committed(context)
      for (const name of NAMES) rmSync(join(repository.folder, name))
      const filter = await faultyFilter(repository, 'kill', { count: 3 })
      await repository.tryGit('checkout', '--', '.')
      await filter.mend()
      await repository.git('checkout', '--', '.')
      assertContent(repository, 'marker-first')
      assert.is(await changes(repository), '')
    },
    SECONDS,
  )

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test(
      `git gets ${signal} while it adds files`,
      async (context) => {
        const repository = await changed(context)
        const filter = await faultyFilter(repository, 'pause', { count: 3 })
        const git = start('git', ['add', '--all'], repository)
        const pid = await filter.happened()
        await end(git, signal)
        assert.ok(await hasEnded(pid), 'the filter goes on without git')
        await filter.mend()
        removeLock(repository, signal)
        assert.is(await staged(repository), '')
        await nothingInClear(repository)
        await addedAndCommitted(repository)
      },
      SECONDS,
    )
  }

  test(
    'git is killed while it checks out',
    async (context) => {
      const repository = await committed(context)
      for (const name of NAMES) rmSync(join(repository.folder, name))
      const filter = await faultyFilter(repository, 'pause', { count: 3 })
      const git = start('git', ['checkout', '--', '.'], repository)
      const pid = await filter.happened()
      await end(git, 'SIGKILL')
      assert.ok(await hasEnded(pid))
      await filter.mend()
      removeLock(repository, 'SIGKILL')
      await repository.git('checkout', '--', '.')
      assertContent(repository, 'marker-first')
      assert.is(await changes(repository), '')
    },
    SECONDS,
  )

  for (const { command, opposite, before, after } of [
    { command: 'lock', opposite: 'unlock', before: 'marker-first', after: 'ENC[' },
    { command: 'unlock', opposite: 'lock', before: 'ENC[', after: 'marker-first' },
  ] as const) {
    test(
      `${command} is killed, together with its git: the next one finishes it`,
      async (context) => {
        const repository = await committed(context)
        leaveToGit(repository)
        if (command === 'unlock') assert.is((await repository.secrets('lock')).status, 0)
        assertContent(repository, before)
        const filter = await faultyFilter(repository, 'pause', { count: 3, atCheckOut: true })
        const secrets = start(process.execPath, [secretsProgram(), command], repository)
        const pid = await filter.happened()
        // As a terminal that is closed, or a machine that goes down, does it.
        process.kill(-(secrets.pid ?? 0), 'SIGKILL')
        await closed(secrets)
        assert.ok(await hasEnded(pid))
        await filter.mend()
        removeLock(repository, 'SIGKILL')
        assert.ok(
          NAMES.some((name) => !existsSync(join(repository.folder, name))),
          'it was in the middle',
        )
        const again = await repository.secrets(command)
        assert.is(again.status, 0, again.stderr)
        assertContent(repository, after)
        assert.is(await changes(repository), '')
        assert.is((await repository.secrets(opposite)).status, 0)
        assertContent(repository, before)
      },
      SECONDS,
    )
  }

  test(
    'git is killed in the middle of a merge',
    async (context) => {
      const work = await MergeWork.of(context, 'decrypted')
      const { repository, file } = work
      await work.fork(['a: 1', 'a: marker-topic'], ['b: 2', 'b: marker-main'])
      const before = repository.read(file)
      const driver = (await repository.git('config', 'merge.secrets.driver')).stdout.trim()
      await repository.git('config', 'merge.secrets.driver', `${driver}; echo $$ >../merged; sleep 60`)
      const git = start('git', ['merge', '--no-edit', 'topic'], repository)
      for (let waited = 0; waited < 600 && !existsSync(join(repository.folder, '../merged')); waited += 1)
        await sleep(50)
      process.kill(-(git.pid ?? 0), 'SIGKILL')
      await closed(git)
      removeLock(repository, 'SIGKILL')
      assert.is(repository.read(file), before)
      await nothingInClear(repository)
      for (const name of readdirSync(repository.folder).filter((one) => one.startsWith('.merge_file'))) {
        assert.not.match(repository.read(name), 'marker-')
        rmSync(join(repository.folder, name))
      }
      await repository.git('config', 'merge.secrets.driver', driver)
      await repository.tryGit('merge', '--abort')
      await repository.git('merge', '--quiet', '--no-edit', 'topic')
      assert.match(await work.stored(), 'a: marker-topic\nb: marker-main\n')
      assert.is(await changes(repository), '')
    },
    SECONDS,
  )

  test(
    'the key is gone before and while files are added',
    async (context) => {
      const repository = await changed(context)
      repository.loseKey()
      const { status, stderr } = await repository.tryGit('add', '--all')
      assert.is.not(status, 0)
      assert.match(stderr, 'no identity here opens this file')
      assert.is(await staged(repository), '')
      await nothingInClear(repository)
      repository.findKey()
      const filter = await faultyFilter(repository, 'remove', { count: 2, file: repository.key.file })
      // The process has read its key by then; if it had not, nothing would be staged.
      const { status: second } = await repository.tryGit('add', '--all')
      assert.is(await staged(repository), second === 0 ? NAMES.map((name) => `${name}\n`).join('') : '')
      await nothingInClear(repository)
      await filter.mend()
      repository.findKey()
      await addedAndCommitted(repository)
    },
    SECONDS,
  )

  test(
    'the key is gone while files are unlocked: those that are left are unlocked later',
    async (context) => {
      const repository = await committed(context)
      leaveToGit(repository)
      assert.is((await repository.secrets('lock')).status, 0)
      const filter = await faultyFilter(repository, 'remove', { count: 0, file: repository.key.file })
      const { status } = await repository.secrets('unlock')
      await filter.mend()
      repository.findKey()
      const again = await repository.secrets('unlock')
      assert.is(again.status, 0, `${status} ${again.stderr}`)
      assertContent(repository, 'marker-first')
      assert.is(await changes(repository), '')
    },
    SECONDS,
  )

  test(
    'the disk is full',
    async (context) => {
      const { repository, fill, free } = await onSmallDisk(context, await changed(context))
      fill()
      const added = await repository.tryGit('add', '--all')
      const set = await repository.secrets('set', 'prod/app.env', 'A', '--plain-value', 'marker-set')
      const { stdout: production } = await repository.git('show', 'HEAD:prod/app.env')
      assert.is.not(added.status, 0)
      assert.is.not(set.status, 0)
      assert.match(set.stderr, /^secrets: error: /)
      assert.is(repository.read('prod/app.env'), production)
      assertContent(repository, 'marker-second')
      free()
      await nothingInClear(repository)
      await addedAndCommitted(repository)
      for (const [command, content] of [
        ['lock', 'ENC['],
        ['unlock', 'marker-second'],
      ] as const) {
        fill()
        const { status, stderr } = await repository.secrets(command)
        if (status !== 0) assert.match(stderr, 'secrets: error: ')
        free()
        const again = await repository.secrets(command)
        assert.is(again.status, 0, again.stderr)
        assertContent(repository, content)
        assert.is(await changes(repository), '')
      }
    },
    SECONDS,
  )
})

/** Files of a decrypted environment, and one of an encrypted one. */
async function committed(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context)
  for (const name of NAMES) repository.write(name, `name: ${name}\nvalue: marker-first\n`)
  repository.write('prod/app.env', 'A=marker-production\n')
  assert.is((await repository.secrets('encrypt', 'production')).status, 0)
  await repository.git('add', '--all')
  await repository.commit('first')
  return repository
}

/** The same, with changes that git does not have. */
async function changed(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await committed(context)
  for (const name of NAMES) repository.write(name, `name: ${name}\nvalue: marker-second\n`)
  return repository
}

/** Has git itself write what is unlocked: it does more to these files than to filter them, even if nothing comes of it here. */
function leaveToGit(repository: SecretRepository): void {
  repository.write('.git/info/attributes', 'dev/** text eol=lf\n')
}

function assertContent(repository: SecretRepository, content: string): void {
  for (const name of NAMES) assert.match(repository.read(name), content)
}

async function addedAndCommitted(repository: SecretRepository): Promise<void> {
  assertContent(repository, 'marker-second')
  await repository.git('add', '--all')
  await repository.commit('second')
  assert.is(await changes(repository), '')
  await nothingInClear(repository)
  const { stdout } = await repository.git('diff', '--stat', '--no-textconv', 'HEAD~1')
  for (const name of NAMES) assert.match(stdout, name)
}

async function nothingInClear(repository: SecretRepository): Promise<void> {
  assert.not.match(await repository.allObjects(), 'marker-')
}

async function staged(repository: SecretRepository): Promise<string> {
  return (await repository.git('diff', '--cached', '--name-only')).stdout
}

async function changes(repository: SecretRepository): Promise<string> {
  return (await repository.git('status', '--porcelain')).stdout
}

/** A git that is killed leaves its lock, and says so itself; one that is interrupted takes it along. */
function removeLock({ folder }: SecretRepository, signal: NodeJS.Signals): void {
  const lock = join(folder, '.git', 'index.lock')
  if (signal !== 'SIGKILL') assert.not.ok(existsSync(lock))
  rmSync(lock, { force: true })
}
