/** Stamps in git's index, judged by git itself. */
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { readIndexFile, withStamps } from '../../../src/git/work-tree/index-file.ts'
import { type GitSandbox, gitSandbox } from '../../support/git-sandbox.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const PATHS = ['a', 'dir/with blank', 'dir/with "quote"', 'dir/ünicode-ä', 'dir/very/long/'.padEnd(180, 'x'), 'z.yaml']
const SECOND_NS = 1_000_000_000n

suite('index file', (test) => {
  for (const version of [2, 3, 4]) {
    test(`git takes files for unchanged by their new stamps in version ${version}`, async (context) => {
      const repository = await staged(context, version)
      assert.is((await changedFiles(repository)).length, PATHS.length)
      stamp(repository, 20)
      assert.equal(await changedFiles(repository), [])
      assert.is((await repository.git('fsck', '--strict')).status, 0)
      assert.is(
        (await repository.git('ls-files', '-z')).stdout.split('\0').length,
        PATHS.length + (version === 3 ? 2 : 1),
      )
    })
  }

  test('and in a repository with SHA-256, and without a checksum', async (context) => {
    const repository = await gitSandbox(context, {}, { GIT_DEFAULT_HASH: 'sha256' })
    await repository.git('config', 'index.skipHash', 'true')
    await fill(repository)
    assert.is((await changedFiles(repository)).length, PATHS.length)
    stamp(repository, 32)
    assert.equal(await changedFiles(repository), [])
  })

  test('a file that changed in the second in which the index was written is looked into', async (context) => {
    const repository = await gitSandbox(context)
    const path = join(repository.folder, 'racy')
    writeFileSync(path, 'one')
    await repository.git('add', 'racy')
    const { mtimeNs } = lstatSync(indexOf(repository), { bigint: true })
    const second = Number(mtimeNs / SECOND_NS)
    // The same size and the time stamp that git knows: only that it is not older than the index tells.
    utimesSync(path, second, second)
    await repository.git('update-index', '--refresh')
    writeFileSync(path, 'two')
    utimesSync(path, second, second)
    const index = read(repository, 20)
    const written = BigInt(second) * SECOND_NS
    const other = lstatSync(path, { bigint: true })
    const bytes = withStamps(index, new Map([['racy', { ...other, size: 3n }]]), written)
    assert.is(sizeOf(bytes, index.entries.get('racy')?.start), 3)
    writeFileSync(indexOf(repository), withStamps(index, new Map(), written))
    utimesSync(indexOf(repository), second + 100, second + 100)
    await repository.tryGit('update-index', '--refresh')
    assert.equal(await changedFiles(repository), ['racy'])
  })

  test('conflicts and what a sparse checkout leaves out are no entries', async (context) => {
    const repository = await staged(context, 2)
    await repository.git('update-index', '--skip-worktree', 'a')
    const oid = read(repository, 20).entries.get('z.yaml')?.oid
    const stdin = `0 ${'0'.repeat(40)}\tz.yaml\n100644 ${oid} 2\tz.yaml\n`
    const options = { cwd: repository.folder, env: repository.env, stdin }
    assert.is((await runProgram('git', ['update-index', '--index-info'], options)).status, 0)
    const { entries } = read(repository, 20)
    assert.not(entries.has('a'))
    assert.not(entries.has('z.yaml'))
    assert.is(entries.size, PATHS.length - 2)
  })

  test('an index that leans on another file is left to git', async (context) => {
    const repository = await staged(context, 2)
    await repository.git('update-index', '--split-index')
    assert.is(readIndexFile(readFileSync(indexOf(repository)), 20), undefined)
  })

  test('one flipped bit anywhere, or a missing end, is refused', async (context) => {
    const bytes = readFileSync(indexOf(await staged(context, 4)))
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        assert.is(readIndexFile(flipped, 20), undefined)
      }),
    )
    for (let length = 0; length < bytes.length; length += 1) {
      assert.is(readIndexFile(bytes.subarray(0, length), 20), undefined)
    }
  })

  test('entries that lead out of the file are refused although the checksum is right', async (context) => {
    const bytes = readFileSync(indexOf(await staged(context, 2)))
    fc.assert(
      fc.property(fc.integer({ min: 8, max: bytes.length - 21 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(byte, at)
        createHash('sha1')
          .update(changed.subarray(0, -20))
          .digest()
          .copy(changed, changed.length - 20)
        const index = readIndexFile(changed, 20)
        if (index !== undefined) assert.is(withStamps(index, new Map(), 0n).length, bytes.length)
      }),
    )
  })
})

async function staged(context: Pick<TestContext, 'onCleanup'>, version: number): Promise<GitSandbox> {
  const repository = await gitSandbox(context)
  await fill(repository)
  await repository.git('update-index', '--index-version', String(version === 3 ? 2 : version))
  // Git writes version 3 as soon as an entry needs it.
  if (version === 3) {
    repository.write('new', 'intended')
    await repository.git('add', '--intent-to-add', 'new')
  }
  assert.is(readFileSync(indexOf(repository)).readUInt32BE(4), version)
  age(repository)
  return repository
}

async function fill(repository: GitSandbox): Promise<void> {
  for (const path of PATHS) repository.write(path, `content of ${path}`)
  await repository.git('add', '--', ...PATHS)
  age(repository)
}

/** The stamps that git has are those of other files now. */
function age(repository: GitSandbox): void {
  for (const path of PATHS) utimesSync(join(repository.folder, path), 1_000_000_000, 1_000_000_000)
}

function stamp(repository: GitSandbox, oidBytes: number): void {
  const index = read(repository, oidBytes)
  const stamps = new Map(PATHS.map((path) => [path, lstatSync(join(repository.folder, path), { bigint: true })]))
  writeFileSync(
    indexOf(repository),
    withStamps(index, stamps, lstatSync(indexOf(repository), { bigint: true }).mtimeNs),
  )
}

function read(repository: GitSandbox, oidBytes: number): NonNullable<ReturnType<typeof readIndexFile>> {
  const index = readIndexFile(readFileSync(indexOf(repository)), oidBytes)
  if (index === undefined) throw new Error('the index was not understood')
  return index
}

function sizeOf(bytes: Buffer, start = 0): number {
  return bytes.readUInt32BE(start + 36)
}

function indexOf(repository: GitSandbox): string {
  return join(repository.folder, '.git', 'index')
}

/** By their stamps alone. */
async function changedFiles(repository: GitSandbox): Promise<readonly string[]> {
  const { stdout } = await repository.git('diff-files', '-z', '--name-only')
  return stdout.split('\0').filter((path) => path !== '' && path !== 'new')
}
