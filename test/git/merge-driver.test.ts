// parts: 4
/** Merges by git itself, with the driver that `secrets install` sets. */
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { BASE, type Checkout, MergeWork } from './merge-work.ts'

const CHECKOUTS: readonly Checkout[] = ['encrypted', 'decrypted']

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

for (const checkout of CHECKOUTS) {
  suite(`git merges secret files that are checked out ${checkout}`, (test) => {
    test(
      'merge: edits of neighbouring lines, in a path with a blank',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        await work.fork(['a: 1', 'a: marker-topic'], ['b: 2', 'b: marker-main'])
        await work.repository.git('merge', '--quiet', '--no-edit', 'topic')
        await finished(work, '# head\na: marker-topic\nb: marker-main\nc: 3\nd: 4\n')
      },
      SECONDS,
    )

    test(
      'rebase, cherry-pick and revert',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['b: 2', 'b: marker-main'])
        await repository.git('cherry-pick', 'topic')
        await finished(work, '# head\na: marker-topic\nb: marker-main\nc: 3\nd: 4\n')
        await repository.git('revert', '--no-edit', 'HEAD~1')
        await finished(work, '# head\na: marker-topic\nb: 2\nc: 3\nd: 4\n')
        await repository.git('checkout', '--quiet', 'topic')
        await work.edit('c: 3', 'c: marker-rebased')
        await repository.git('rebase', '--quiet', 'main')
        await finished(work, '# head\na: marker-topic\nb: 2\nc: marker-rebased\nd: 4\n')
      },
      SECONDS,
    )

    test(
      'stash pop onto a change',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository } = work
        assert.is((await repository.secrets('set', work.file, 'a', '--plain-value', 'marker-stashed')).status, 0)
        await repository.git('stash', 'push', '--quiet')
        await work.edit('b: 2', 'b: marker-main')
        await repository.git('stash', 'pop', '--quiet')
        assert.match(await work.plain(), /a: .?marker-stashed.?\nb: marker-main\n/)
        await repository.commitAll('stashed')
        await finished(work, await work.plain())
      },
      SECONDS,
    )

    test(
      'a criss-cross merge, whose base is itself a merge',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['b: 2', 'b: marker-main'])
        await repository.git('branch', 'topic-before', 'topic')
        await repository.git('branch', 'main-before', 'main')
        await repository.git('merge', '--quiet', '--no-edit', 'topic-before')
        await work.edit('c: 3', 'c: marker-main')
        await repository.git('checkout', '--quiet', 'topic')
        await repository.git('merge', '--quiet', '--no-edit', 'main-before')
        await work.edit('d: 4', 'd: marker-topic')
        await repository.git('merge', '--quiet', '--no-edit', 'main')
        await finished(work, '# head\na: marker-topic\nb: marker-main\nc: marker-main\nd: marker-topic\n')
      },
      SECONDS,
    )

    test(
      'a conflict stands between markers, encrypted, and is solved in the editor',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository, file } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
        const { status, stderr, stdout } = await repository.tryGit('merge', 'topic')
        assert.is(status, 1)
        assert.match(stdout + stderr, /my app\.yaml: conflict: a: changed by both/)
        assert.match(repository.read(file), /^<<<<<<< .*\na: ENC.*\n=======\na: ENC.*\n>>>>>>> /m)
        assert.not.match(repository.read(file), /marker-/)
        const solved = await work.solving('secrets', 'merge', file)
        assert.is(solved.status, 0, solved.stderr)
        await repository.git('add', file)
        assert.is((await repository.git('ls-files', '--unmerged')).stdout, '')
        await repository.git('commit', '--quiet', '--no-edit')
        await finished(work, BASE.replace('a: 1', 'a: marker-topic'))
      },
      SECONDS,
    )

    test(
      'one side is taken without an editor',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
        await work.repository.tryGit('merge', 'topic')
        const { status, stderr } = await work.repository.secrets('merge', '--theirs')
        assert.is(status, 0, stderr)
        assert.is(await work.plain(), BASE.replace('a: 1', 'a: marker-topic'))
      },
      SECONDS,
    )

    test(
      'a file that was merged line by line is merged again',
      async (context) => {
        const work = await MergeWork.of(context, checkout, `${BASE}e: 1\nf: 6\ng: 7\nh: 8\n`)
        const { repository, file } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['h: 8', 'h: marker-main'])
        const attributes = repository.read('.gitattributes')
        repository.write('.gitattributes', attributes.replaceAll('merge=secrets', ''))
        await repository.tryGit('merge', '--no-commit', 'topic')
        // What a web interface makes of it: our metadata, their values.
        repository.write(
          file,
          repository.read(file).replace(/<<<<<<< .*\n([\s\S]*?)=======\n[\s\S]*?>>>>>>> .*\n/g, '$1'),
        )
        repository.write('.gitattributes', attributes)
        await repository.git('add', '--all')
        const refused = await repository.tryGit('commit', '--message', 'merged here')
        assert.is(refused.status, 1)
        assert.match(refused.stderr, `after a merge by lines: secrets merge '${file}'`)
        await repository.git('commit', '--quiet', '--no-verify', '--message', 'merged elsewhere')
        // Git leaves it behind when a rebase that stopped is over.
        await repository.git('update-ref', 'REBASE_HEAD', 'HEAD')
        assert.is((await repository.secrets('decrypt', file)).status, 51)
        const checked = await repository.secrets('check')
        assert.match(checked.stdout, `after a merge by lines: secrets merge '${file}'`)
        const { status, stderr } = await repository.secrets('merge', file)
        assert.is(status, 0, stderr)
        const merged = '# head\na: marker-topic\nb: 2\nc: 3\nd: 4\ne: 1\nf: 6\ng: 7\nh: marker-main\n'
        assert.is(await work.plain(), merged)
        await repository.commitAll('merged again')
        await finished(work, merged)
      },
      SECONDS,
    )

    test(
      'without a key a merge of values ends in a conflict that somebody else can solve',
      async (context) => {
        const work = await MergeWork.of(context, checkout)
        const { repository, file } = work
        await work.fork(['a: 1', 'a: marker-topic'], ['c: 3', 'c: marker-main'])
        repository.loseKey()
        const { status, stdout, stderr } = await repository.tryGit('merge', 'topic')
        assert.is(status, 1)
        assert.match(stdout + stderr, /only somebody with a key can make the MAC/)
        assert.is((await repository.secrets('merge')).status, 128)
        repository.findKey()
        const solved = await repository.secrets('merge')
        assert.is(solved.status, 0, solved.stderr)
        assert.is(await work.plain(), '# head\na: marker-topic\nb: 2\nc: marker-main\nd: 4\n')
        const again = await repository.git('add', file)
        assert.is(again.status, 0)
        assert.match((await repository.secrets('merge')).stderr, /no secret file is in conflict/)
        assert.match((await repository.secrets('merge', file)).stderr, /nothing to merge/)
      },
      SECONDS,
    )
  })
}

/** The commit holds what is merged, verified and encrypted; the work tree too; and git sees no change. */
async function finished(work: MergeWork, expected: string): Promise<void> {
  assert.is(await work.plain(), expected)
  assert.is(await work.stored(), expected)
  assert.is(await work.changes(), '')
  assert.not.match(await work.repository.allObjects(), 'marker-')
}
