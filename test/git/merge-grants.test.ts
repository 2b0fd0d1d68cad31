/** Access that changes on a branch, merged by real git. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite, type TestContext } from '../support/suite.ts'
import { MergeWork } from './merge-work.ts'

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

suite('merging access', (test) => {
  test(
    'a grant on a branch is merged, and said',
    async (context) => {
      const { work, bob } = await granted(context)
      const { stdout, stderr } = await work.repository.git('merge', '--no-edit', 'topic')
      assert.match(stdout + stderr, `warning: ${work.file}: the merge lets ${bob} read all values`)
      await opens(work, bob)
    },
    SECONDS,
  )

  test(
    'whoever was revoked on one side stays out of what the other side changed',
    async (context) => {
      const { work, bob } = await granted(context)
      const { repository, file } = work
      await repository.git('merge', '--quiet', '--no-edit', 'topic')
      await repository.git('checkout', '--quiet', '-B', 'topic')
      await work.edit('c: 3', 'c: marker-more')
      await repository.git('checkout', '--quiet', 'main')
      const revoked = await repository.secrets('revoke', '--yes', 'bob')
      assert.is(revoked.status, 0, revoked.stderr)
      await repository.git('commit', '--quiet', '--all', '--no-verify', '--message', 'revoke')
      await repository.git('merge', '--quiet', '--no-edit', 'topic')
      assert.match(await work.stored(), 'c: marker-more')
      assert.not.match((await repository.git('show', `HEAD:${file}`)).stdout, bob)
      const { status } = await readBy(work, 'bob.txt')
      assert.is(status, 128)
    },
    SECONDS,
  )
})

/** `main` changed a value; `topic` lets bob read it. */
async function granted(context: Pick<TestContext, 'onCleanup'>): Promise<{ work: MergeWork; bob: string }> {
  const work = await MergeWork.of(context, 'encrypted')
  const { repository } = work
  const bob = (await repository.secrets('keygen', '--output', join(repository.folder, '..', 'bob.txt'))).stdout.trim()
  await repository.git('checkout', '--quiet', '-b', 'topic')
  const { status, stderr } = await repository.secrets('grant', '--yes', '--key', bob, 'bob', 'production')
  assert.is(status, 0, stderr)
  await repository.git('commit', '--quiet', '--all', '--message', 'grant')
  await repository.git('checkout', '--quiet', 'main')
  await work.edit('a: 1', 'a: marker-main')
  return { work, bob }
}

/** Bob reads what is merged, and sops verifies it. */
async function opens(work: MergeWork, bob: string): Promise<void> {
  assert.match(await work.stored(), 'a: marker-main')
  assert.match((await work.repository.git('show', `HEAD:${work.file}`)).stdout, bob)
  const { status, stdout, stderr } = await readBy(work, 'bob.txt')
  assert.is(status, 0, stderr)
  assert.match(stdout, 'a: marker-main')
}

async function readBy({ repository, file }: MergeWork, key: string): ReturnType<typeof repository.secrets> {
  const identity = readFileSync(join(repository.folder, '..', key), 'utf8')
  repository.loseKey()
  try {
    repository.write('../home/.config/sops/age/keys.txt', identity)
    return await repository.secrets('decrypt', file)
  } finally {
    repository.findKey()
  }
}
