// parts: 4
/**
 * What users of git-crypt are used to, on files that are checked out decrypted: the same commands in a repository of each, with the same
 * files in the work tree afterwards, and the same seen by git.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runIn, secretRepository } from '../../git/secret-repository.ts'
import { type GitSandbox, gitSandbox, sandboxAt } from '../../support/git-sandbox.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

const FILES = {
  'dev/app.yaml': 'user: admin\npassword: marker-first # why\n',
  'dev/more/app.env': 'TOKEN=marker-token\n',
  'other/readme.txt': 'plain\n',
}

/** Commands in one repository. It may give the folder that is to be looked at in place of the work tree. */
type Habit = (repository: GitSandbox) => Promise<string | undefined>

const HABITS: Readonly<Record<string, Habit>> = {
  'stash and pop': async (repository) => {
    change(repository, 'stashed')
    await repository.git('stash')
    assert.is(repository.read('dev/app.yaml'), FILES['dev/app.yaml'])
    await repository.git('stash', 'pop')
    return undefined
  },
  'stash with new files, and apply': async (repository) => {
    change(repository, 'stashed')
    repository.write('dev/new.yaml', 'a: marker-new\n')
    await repository.git('stash', 'push', '--include-untracked')
    assert.not.ok(existsSync(join(repository.folder, 'dev/new.yaml')))
    await repository.git('stash', 'apply')
    await repository.git('stash', 'drop')
    return undefined
  },
  'stash of what is staged, popped with --index': async (repository) => {
    change(repository, 'staged')
    await repository.git('add', 'dev')
    await repository.git('stash', '--quiet')
    await repository.git('stash', 'pop', '--index', '--quiet')
    return undefined
  },
  'checkout of branches, and of a path of another one': async (repository) => {
    await repository.git('checkout', '--quiet', '-b', 'topic')
    await save(repository, 'topic')
    await repository.git('checkout', '--quiet', 'main')
    assert.is(repository.read('dev/app.yaml'), FILES['dev/app.yaml'])
    await repository.git('checkout', 'topic', '--', 'dev/app.yaml')
    return undefined
  },
  'checkout of a path throws a change away': async (repository) => {
    change(repository, 'unwanted')
    await repository.git('checkout', '--', 'dev')
    return undefined
  },
  'switch to and fro, with a change in the work tree': async (repository) => {
    await repository.git('switch', '--quiet', '--create', 'topic')
    await save(repository, 'topic', 'other/readme.txt')
    change(repository, 'carried')
    await repository.git('switch', '--quiet', 'main')
    return undefined
  },
  restore: async (repository) => {
    await save(repository, 'second')
    change(repository, 'unwanted')
    await repository.git('add', 'dev')
    await repository.git('restore', '--staged', 'dev')
    await repository.git('restore', 'dev/more')
    await repository.git('restore', '--source', 'HEAD~1', 'dev/app.yaml')
    return undefined
  },
  bisect: async (repository) => {
    for (const value of ['one', 'two', 'broken', 'four', 'five']) await save(repository, value)
    await repository.git('bisect', 'start', 'HEAD', 'HEAD~5')
    const { stdout } = await repository.git(
      'bisect',
      'run',
      'sh',
      '-c',
      '! grep -q "broken\\|four\\|five" dev/app.yaml',
    )
    assert.match(stdout, 'is the first bad commit')
    assert.match(stdout, 'save broken')
    await repository.git('bisect', 'reset')
    return undefined
  },
  'reset --hard, to and fro': async (repository) => {
    await save(repository, 'second')
    change(repository, 'unwanted')
    await repository.git('reset', '--hard', '--quiet', 'HEAD~1')
    assert.is(repository.read('dev/app.yaml'), FILES['dev/app.yaml'])
    await repository.git('reset', '--hard', '--quiet', 'ORIG_HEAD')
    return undefined
  },
  'reset --soft and --mixed': async (repository) => {
    await save(repository, 'second')
    await repository.git('reset', '--soft', 'HEAD~1')
    await repository.git('reset', '--quiet')
    return undefined
  },
  clean: async (repository) => {
    change(repository, 'kept')
    repository.write('dev/new.yaml', 'a: marker-new\n')
    await repository.git('clean', '--force', '-d', '--quiet')
    return undefined
  },
  archive: async (repository) => {
    change(repository, 'not committed')
    const folder = join(repository.folder, '..', 'archive')
    repository.write('../archive/.keep', '')
    await repository.git('archive', '--output', '../archive.tar', 'HEAD', 'dev', 'other')
    const { status } = await runProgram('tar', ['-xf', '../archive.tar', '-C', folder], {
      cwd: repository.folder,
      env: repository.env,
    })
    assert.is(status, 0)
    return folder
  },
  'sparse-checkout, and back': async (repository) => {
    await repository.git('sparse-checkout', 'set', 'other')
    assert.not.ok(existsSync(join(repository.folder, 'dev')))
    await repository.git('sparse-checkout', 'disable')
    return undefined
  },
  'commit -a, revert, cherry-pick, mv and rm': async (repository) => {
    await save(repository, 'second')
    await repository.git('revert', '--no-edit', 'HEAD')
    await repository.git('cherry-pick', 'HEAD~1')
    await repository.git('mv', 'dev/more/app.env', 'dev/app.env')
    await repository.git('rm', '--quiet', 'other/readme.txt')
    await repository.git('commit', '--quiet', '--message', 'move and remove')
    return undefined
  },
  'rebase, with --autostash': async (repository) => {
    await repository.git('checkout', '--quiet', '-b', 'topic')
    await save(repository, 'topic')
    await repository.git('checkout', '--quiet', 'main')
    await save(repository, 'main', 'other/readme.txt')
    await repository.git('checkout', '--quiet', 'topic')
    repository.write('dev/more/app.env', 'TOKEN=marker-changed\n')
    await repository.git('rebase', '--quiet', '--autostash', 'main')
    return undefined
  },
}

suite("habits of git-crypt's users", (test) => {
  for (const [name, habit] of Object.entries(HABITS)) {
    test(
      name,
      async (context) => {
        const program = needPeer('git-crypt', context)
        const [ours, theirs] = [await withSecrets(context), await withGitCrypt(context, program)]
        const [seen, expected] = [await seenAfter(habit, ours), await seenAfter(habit, theirs)]
        assert.equal(seen, expected)
        const { stdout } = await ours.git('cat-file', '--batch-all-objects', '--batch')
        assert.not.match(stdout, 'marker-')
      },
      SECONDS,
    )
  }

  test(
    'worktree add, which git-crypt cannot do',
    async (context) => {
      const ours = await withSecrets(context)
      await ours.git('worktree', 'add', '--quiet', '-b', 'topic', '../tree')
      const tree = sandboxAt(join(ours.folder, '..', 'tree'), ours.env)
      assert.equal(filesIn(tree.folder), FILES)
      await save(tree, 'in the tree')
      assert.is((await tree.git('status', '--porcelain')).stdout, '')
      await ours.git('merge', '--quiet', 'topic')
      assert.match(ours.read('dev/app.yaml'), 'marker-in the tree')
      await ours.git('worktree', 'remove', '../tree')
    },
    SECONDS,
  )

  test(
    'a shallow clone is encrypted, and then unlocked',
    async (context) => {
      const program = needPeer('git-crypt', context)
      const [ours, theirs] = [await withSecrets(context), await withGitCrypt(context, program)]
      const key = join(theirs.folder, '..', 'key')
      await run(theirs, program, 'export-key', key)
      for (const { source, unlock } of [
        {
          source: ours,
          unlock: async (clone: GitSandbox) => assert.is((await runIn(clone, clone.folder, ['unlock'])).status, 0),
        },
        { source: theirs, unlock: (clone: GitSandbox) => run(clone, program, 'unlock', key) },
      ]) {
        await save(source, 'second')
        await source.git('clone', '--quiet', '--depth', '1', `file://${source.folder}`, '../clone')
        const clone = sandboxAt(join(source.folder, '..', 'clone'), source.env)
        assert.not.match(clone.read('dev/app.yaml'), 'marker-')
        if (source === ours) assert.is((await runIn(clone, clone.folder, ['install'])).status, 0)
        await unlock(clone)
        assert.equal(filesIn(clone.folder), filesIn(source.folder))
        assert.is((await clone.git('status', '--porcelain')).stdout, '')
        await save(clone, 'from the clone')
      }
    },
    SECONDS,
  )
})

async function withSecrets(context: Pick<TestContext, 'onCleanup'>): Promise<GitSandbox> {
  return filled(await secretRepository(context))
}

async function withGitCrypt(context: Pick<TestContext, 'onCleanup'>, program: string): Promise<GitSandbox> {
  const repository = await gitSandbox(context)
  await run(repository, program, 'init')
  repository.write('.gitattributes', 'dev/** filter=git-crypt diff=git-crypt\n')
  return filled(repository)
}

async function filled(repository: GitSandbox): Promise<GitSandbox> {
  for (const [path, content] of Object.entries(FILES)) repository.write(path, content)
  await repository.git('add', '--all')
  await repository.commit('first')
  await repository.git('branch', '--move', 'main')
  return repository
}

async function run({ folder, env }: GitSandbox, program: string, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await runProgram(program, args, { cwd: folder, env })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
}

function change(repository: GitSandbox, value: string, path: string = 'dev/app.yaml'): void {
  const secret = path.startsWith('dev/') ? `marker-${value}` : value
  repository.write(path, `user: admin\npassword: ${secret} # why\n`)
}

async function save(repository: GitSandbox, value: string, path?: string): Promise<void> {
  change(repository, value, path)
  await repository.commitAll(`save ${value}`)
}

/** What a user sees: the files, and what git says of them. */
async function seenAfter(
  habit: Habit,
  repository: GitSandbox,
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly status: string }> {
  const folder = await habit(repository)
  const { stdout } = await repository.git('status', '--porcelain')
  return { files: filesIn(folder ?? repository.folder), status: stdout }
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const top of ['dev', 'other']) {
    if (!existsSync(join(folder, top))) continue
    const names = readdirSync(join(folder, top), { recursive: true, withFileTypes: true })
    for (const entry of names.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name)
      found[path.slice(folder.length + 1)] = readFileSync(path, 'utf8')
    }
  }
  return found
}
