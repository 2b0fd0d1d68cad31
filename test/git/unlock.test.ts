// parts: 2
/** `secrets unlock` writes the files and their stamps itself where it can: with real git, which has to see no change. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isTorn } from '../../src/git/work-tree/torn-files.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runIn, type SecretRepository, secretRepository } from './secret-repository.ts'
import { end, start } from './started-program.ts'

const NAMES = Array.from({ length: 24 }, (_, index) => `dev/f${index}.yaml`)

suite('unlock', (test) => {
  test('from a folder below: git sees no change, by stamps alone', async (context) => {
    const repository = await locked(context)
    const before = statSync(join(repository.folder, 'dev/f1.yaml')).ino
    const { status, stderr } = await runIn(repository, join(repository.folder, 'dev'), ['unlock'])
    assert.is(status, 0, stderr)
    assert.is(stderr, 'secrets: decrypted 24 files\n')
    assertClear(repository)
    assert.is(statSync(join(repository.folder, 'dev/f1.yaml')).ino, before)
    assert.is((await repository.git('diff-files', '--name-only')).stdout, '')
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    assert.not.ok(existsSync(join(repository.folder, '.git/index.lock')))
    assert.not.ok(existsSync(join(repository.folder, '.git/secretsrc/unfinished')))
    assert.is((await repository.secrets('lock')).status, 0)
    for (const name of NAMES) assert.match(repository.read(name), /^a: ENC\[/)
  })

  for (const { name, prepare } of [
    {
      name: 'an index in two files',
      prepare: (repository: SecretRepository) => repository.git('update-index', '--split-index'),
    },
    {
      name: 'line breaks that git changes',
      prepare: async (repository: SecretRepository) => {
        writeFileSync(join(repository.folder, '.git/info/attributes'), 'dev/f7.yaml text eol=crlf\n')
      },
    },
  ]) {
    test(`is left to git where there is ${name}`, async (context) => {
      const repository = await locked(context)
      await prepare(repository)
      const { status, stderr } = await repository.secrets('unlock')
      assert.is(status, 0, stderr)
      assert.match(repository.read('dev/f0.yaml'), 'marker-0')
      assert.match(repository.read('dev/f7.yaml'), 'marker-7')
      assert.is((await repository.git('status', '--porcelain')).stdout, '')
    })
  }

  test('keeps other changes, and git sees them', async (context) => {
    const repository = await locked(context)
    repository.write('notes.txt', 'changed')
    repository.write('staged.txt', 'new')
    await repository.git('add', 'staged.txt')
    rmSync(join(repository.folder, NAMES[3] ?? ''))
    const { status, stderr } = await repository.secrets('unlock')
    assert.is(status, 0, stderr)
    assert.is(stderr, 'secrets: decrypted 23 files\n')
    assert.is((await repository.git('status', '--porcelain')).stdout, ' D dev/f3.yaml\n M notes.txt\nA  staged.txt\n')
  })

  test('does nothing while another git works, nor does lock', async (context) => {
    const repository = await locked(context)
    const refused = async (command: string): Promise<void> => {
      repository.write('.git/index.lock', '')
      const { status, stderr } = await repository.secrets(command)
      assert.is(status, 69)
      assert.match(stderr, 'its index is locked')
      assert.match(stderr, 'hint: wait until it is done')
      rmSync(join(repository.folder, '.git/index.lock'))
    }
    await refused('unlock')
    for (const name of NAMES) assert.match(repository.read(name), /^a: ENC\[/)
    assert.is((await repository.secrets('unlock')).status, 0)
    assertClear(repository)
    await refused('lock')
    assertClear(repository)
    assert.is((await repository.secrets('lock')).status, 0)
  })

  test('killed while it writes: the next one finishes it', async (context) => {
    if (process.platform === 'win32') {
      context.skip('Windows has no signals')
      return
    }
    const repository = await locked(context)
    const secrets = start(process.execPath, [secretsProgram(), 'unlock'], repository)
    const lock = join(repository.folder, '.git/index.lock')
    // Before, between or after two files: whatever it had done, the next one has to do the rest.
    while (!existsSync(lock) && secrets.exitCode === null) await sleep(1)
    await end(secrets, 'SIGKILL')
    rmSync(lock, { force: true })
    const again = await repository.secrets('unlock')
    assert.is(again.status, 0, again.stderr)
    assertClear(repository)
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
  })

  test('finishes what an interruption left: files in clear, half a file, a missing one', async (context) => {
    const repository = await locked(context)
    await interrupted(repository)
    const [clear, half, all, missing] = ['dev/f0.yaml', 'dev/f1.yaml', 'dev/f2.yaml', 'dev/f3.yaml'] as const
    repository.write(clear, contentOf(0))
    overwriteStart(repository, half, contentOf(1).slice(0, 9))
    overwriteStart(repository, all, contentOf(2))
    rmSync(join(repository.folder, missing))
    const { status, stderr } = await repository.secrets('unlock')
    assert.is(status, 0, stderr)
    assertClear(repository)
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    assert.not.ok(existsSync(join(repository.folder, '.git/secretsrc/unfinished')))
  })

  test('takes nobody’s change for the half of a file', async (context) => {
    const repository = await locked(context)
    await interrupted(repository)
    const [first = ''] = NAMES
    overwriteStart(repository, first, 'b')
    const changed = repository.read(first)
    await repository.secrets('unlock')
    assert.is(repository.read(first), changed)
  })

  test('half a file is the beginning of one and the end of the other', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.tuple(fc.nat(40), fc.nat(40), fc.integer({ min: 1, max: 255 })),
        (plain, more, [cut, at, change]) => {
          const encrypted = Uint8Array.from([...plain.map((byte) => byte ^ 0xff), ...more])
          const length = 1 + (cut % plain.length)
          const torn = Uint8Array.from([...plain.subarray(0, length), ...encrypted.subarray(length)])
          assert.is(isTorn(torn, plain, encrypted), true)
          assert.is(isTorn(encrypted, plain, encrypted), false)
          assert.is(isTorn(plain, plain, encrypted), false)
          // One other byte behind the first is a change of somebody, unless it gives the half of another write.
          const place = length + (at % (encrypted.length - length))
          torn[place] = (torn[place] ?? 0) ^ change
          assert.is(isTorn(torn, plain, encrypted), place === length && torn[place] === plain[place])
        },
      ),
    )
  })
})

async function locked(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context)
  for (const [index, name] of NAMES.entries()) repository.write(name, contentOf(index))
  repository.write('notes.txt', 'notes')
  await repository.git('add', '--all')
  await repository.commit('all')
  assert.is((await repository.secrets('lock')).status, 0)
  return repository
}

/** As `unlock` leaves it that was killed before it wrote the first file. */
async function interrupted(repository: SecretRepository): Promise<void> {
  await repository.git('config', '--unset-all', 'secretsrc.locked')
  mkdirSync(join(repository.folder, '.git/secretsrc'), { recursive: true })
  writeFileSync(join(repository.folder, '.git/secretsrc/unfinished'), `${NAMES.join('\0')}\0`)
}

function contentOf(index: number): string {
  return `a: marker-${index}\nb: [1, two]\n`
}

/** As a write leaves it that was not finished. */
function overwriteStart(repository: SecretRepository, path: string, content: string): void {
  const before = readFileSync(join(repository.folder, path))
  writeFileSync(join(repository.folder, path), Buffer.concat([Buffer.from(content), before.subarray(content.length)]))
}

function assertClear(repository: SecretRepository): void {
  for (const [index, name] of NAMES.entries()) assert.is(repository.read(name), contentOf(index), name)
}
