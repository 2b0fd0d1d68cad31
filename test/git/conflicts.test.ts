// parts: 4
/** What can be done with a secret file that git has in conflict, by git and by `secrets merge`. */
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { BASE, type Checkout, MergeWork } from './merge-work.ts'

const CHECKOUTS: readonly Checkout[] = ['encrypted', 'decrypted']

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

suite('conflicts in secret files', (test) => {
  for (const checkout of CHECKOUTS) {
    test(
      `git shows one, and stages none, checked out ${checkout}`,
      async (context) => {
        const work = await inConflict(await MergeWork.of(context, checkout))
        const { repository, file } = work
        for (const args of [['diff'], ['diff', '--stat'], ['diff', 'HEAD'], ['ls-files', '--modified'], ['status']]) {
          const { status, stderr } = await repository.tryGit(...args)
          assert.is(status, 0, `${args.join(' ')}: ${stderr}`)
        }
        assert.match((await repository.git('diff', '--no-textconv')).stdout, /^\+\+<<<<<<< .*\n.*a: ENC/m)
        for (const args of [['add', file], ['add', '--all'], ['commit', '--all', '--message', 'x'], ['stash']]) {
          const { status, stderr } = await repository.tryGit(...args)
          assert.is.not(status, 0, args.join(' '))
          if (args[0] === 'stash') continue
          assert.match(stderr, `secrets: error: ${file}:2: conflict markers of a merge are left in the file\n`)
          assert.match(stderr, `hint: solve the conflict with: secrets merge '${file}'\n`)
        }
        assert.match((await repository.git('ls-files', '--unmerged')).stdout, /\b3\t/)
        await repository.git('checkout', '--conflict=diff3', file)
        assert.match((await repository.git('diff', '--no-textconv')).stdout, '<<<<<<<')
        repository.write(file, repository.read(file).replace(/^a: ENC.*/m, 'a: marker-typed'))
        assert.match((await repository.tryGit('diff', '--no-textconv')).stderr, 'conflict markers of a merge are left')
        assert.not.match(await repository.allObjects(), 'marker-')
      },
      SECONDS,
    )

    test(
      `every command says of it what it is, and how to solve it, checked out ${checkout}`,
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository, file } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
        const merge = await repository.tryGit('merge', 'topic')
        const quoted = `'${file}'`
        assert.is(merge.stderr, `secrets: ${file}: conflict: a: changed by both\nhint: secrets merge ${quoted}\n`)
        for (const args of [
          ['get', file, 'a'],
          ['decrypt', file],
          ['edit', file],
          ['set', file, 'a', '--plain-value', 'x'],
        ]) {
          const { status, stderr } = await repository.secrets(...args)
          assert.is.not(status, 0, args.join(' '))
          assert.match(stderr, `${file}:2: conflict markers of a merge are left in the file\n`)
          assert.match(stderr, `hint: solve the conflict with: secrets merge ${quoted}\n`)
        }
        assert.match((await repository.secrets('status')).stdout, 'conflict markers of a merge are left in the file')
      },
      SECONDS,
    )

    test(
      `git mergetool solves it in the editor, checked out ${checkout}`,
      async (context) => {
        const work = await inConflict(await MergeWork.of(context, checkout))
        const { repository } = work
        const { status, stdout, stderr } = await work.solving('git', 'mergetool', '--no-prompt', '--tool', 'secrets')
        assert.is(status, 0, stdout + stderr)
        assert.is((await repository.git('ls-files', '--unmerged')).stdout, '')
        await repository.git('clean', '--quiet', '--force', '--', '*.orig')
        await finished(work, await committed(work))
      },
      SECONDS,
    )
  }

  test(
    'a merge tool that is left without an answer leaves the conflict',
    async (context) => {
      const work = await inConflict(await MergeWork.of(context, 'decrypted'))
      const env = { ...work.repository.env, SECRETS_EDITOR: 'false' }
      const before = work.repository.read(work.file)
      const { status } = await work.running(env, 'mergetool', '--no-prompt', '--tool', 'secrets')
      assert.is.not(status, 0)
      assert.is(work.repository.read(work.file), before)
      assert.match((await work.repository.git('ls-files', '--unmerged')).stdout, /\b3\t/)
    },
    SECONDS,
  )

  test(
    'a solution that is typed in clear is encrypted with what both sides have',
    async (context) => {
      const work = await inConflict(await MergeWork.of(context, 'decrypted'))
      const { repository, file } = work
      repository.write(file, BASE.replace('a: 1', 'a: marker-typed'))
      await repository.git('add', file)
      assert.is(await committed(work), BASE.replace('a: 1', 'a: marker-typed'))
      assert.not.match(await repository.allObjects(), 'marker-')
    },
    SECONDS,
  )

  test(
    'a rebase goes on after its conflict is solved',
    async (context) => {
      const work = await MergeWork.of(context, 'decrypted')
      const { repository, file } = work
      await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
      await repository.git('checkout', '--quiet', 'topic')
      assert.is.not((await repository.tryGit('rebase', 'main')).status, 0)
      assert.is((await repository.secrets('merge', '--theirs', file)).status, 0)
      await repository.git('-c', 'core.editor=true', 'rebase', '--continue')
      await finished(work, BASE.replace('a: 1', 'a: marker-topic'))
    },
    SECONDS,
  )

  test(
    'a stash that conflicts stays, and can be solved',
    async (context) => {
      const work = await MergeWork.of(context, 'decrypted')
      const { repository, file } = work
      repository.write(file, BASE.replace('a: 1', 'a: marker-stashed'))
      await repository.git('stash', 'push', '--quiet')
      await work.edit('a: 1', 'a: marker-main')
      assert.is.not((await repository.tryGit('stash', 'pop')).status, 0)
      assert.match((await repository.git('stash', 'list')).stdout, 'stash@{0}')
      assert.is((await repository.secrets('merge', '--theirs')).status, 0)
      await repository.commitAll('solved')
      await finished(work, BASE.replace('a: 1', 'a: marker-stashed'))
    },
    SECONDS,
  )
})

/** Both sides changed one entry: `marker-topic` is theirs. */
async function inConflict(work: MergeWork): Promise<MergeWork> {
  await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
  assert.is((await work.repository.tryGit('merge', 'topic')).status, 1)
  return work
}

async function committed(work: MergeWork): Promise<string> {
  await work.repository.git('commit', '--quiet', '--no-edit')
  return work.stored()
}

async function finished(work: MergeWork, expected: string): Promise<void> {
  assert.is(await work.plain(), expected)
  assert.is(await work.stored(), expected)
  assert.is(await work.changes(), '')
  assert.not.match(await work.repository.allObjects(), 'marker-')
}
