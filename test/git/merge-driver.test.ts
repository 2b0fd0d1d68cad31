/** Merges by git itself, with the driver that `secrets install` sets. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import type { TestContext } from '../support/suite.ts'
import { suite } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

const FILE = 'prod/my app.yaml'
const BASE = '# head\na: 1\nb: 2\nc: 3\nd: 4\n'

/** A repository whose first commit has the file, encrypted. */
async function repositoryWith(context: Pick<TestContext, 'onCleanup'>, plain: string = BASE): Promise<Work> {
  const work = new Work(await secretRepository(context))
  await work.save(plain)
  await work.repository.git('branch', '--move', 'main')
  return work
}

class Work {
  readonly repository: SecretRepository

  constructor(repository: SecretRepository) {
    this.repository = repository
  }

  /** Commits the file with another plain content: git's filter encrypts it. */
  async save(plain: string): Promise<void> {
    this.repository.write(FILE, plain)
    await this.repository.git('add', '--all')
    await this.repository.commit('a change')
    // Git takes the plain file for the one that it has stored encrypted.
    rmSync(join(this.repository.folder, FILE))
    await this.repository.git('checkout', '--', FILE)
  }

  async edit(...[from, to]: readonly [string, string]): Promise<void> {
    await this.save((await this.plain()).replace(from, to))
  }

  async plain(): Promise<string> {
    const { stdout, stderr, status } = await this.repository.secrets('decrypt', FILE)
    if (status !== 0) throw new Error(stderr)
    return stdout
  }

  /** Both sides of a fork: `topic` with one edit, then `main`, checked out, with another. */
  async fork(topic: readonly [string, string], main: readonly [string, string]): Promise<void> {
    await this.repository.git('checkout', '--quiet', '-b', 'topic')
    await this.edit(...topic)
    await this.repository.git('checkout', '--quiet', 'main')
    await this.edit(...main)
  }
}

suite('git merges secret files', (test) => {
  test('merge: edits of neighbouring lines, in a path with a blank', async (context) => {
    const work = await repositoryWith(context)
    await work.fork(['a: 1', 'a: topic'], ['b: 2', 'b: main'])
    await work.repository.git('merge', '--quiet', '--no-edit', 'topic')
    assert.is(await work.plain(), '# head\na: topic\nb: main\nc: 3\nd: 4\n')
    assert.is((await work.repository.git('status', '--porcelain')).stdout, '')
  })

  test('rebase, cherry-pick and revert', async (context) => {
    const work = await repositoryWith(context)
    const { repository } = work
    await work.fork(['a: 1', 'a: topic'], ['b: 2', 'b: main'])
    await repository.git('cherry-pick', 'topic')
    assert.is(await work.plain(), '# head\na: topic\nb: main\nc: 3\nd: 4\n')
    await repository.git('revert', '--no-edit', 'HEAD~1')
    assert.is(await work.plain(), '# head\na: topic\nb: 2\nc: 3\nd: 4\n')
    await repository.git('checkout', '--quiet', 'topic')
    await work.edit('c: 3', 'c: topic')
    await repository.git('rebase', '--quiet', 'main')
    assert.is(await work.plain(), '# head\na: topic\nb: 2\nc: topic\nd: 4\n')
  })

  test('stash pop onto a change', async (context) => {
    const work = await repositoryWith(context)
    const { repository } = work
    assert.is((await repository.secrets('set', FILE, 'a', '--plain-value', 'stashed')).status, 0)
    await repository.git('stash', 'push', '--quiet')
    await work.edit('b: 2', 'b: main')
    await repository.git('stash', 'pop', '--quiet')
    assert.match(await work.plain(), /a: .?stashed.?\nb: main\n/)
  })

  test('a criss-cross merge, whose base is itself a merge', async (context) => {
    const work = await repositoryWith(context)
    const { repository } = work
    await work.fork(['a: 1', 'a: topic'], ['b: 2', 'b: main'])
    await repository.git('branch', 'topic-before', 'topic')
    await repository.git('branch', 'main-before', 'main')
    await repository.git('merge', '--quiet', '--no-edit', 'topic-before')
    await work.edit('c: 3', 'c: main')
    await repository.git('checkout', '--quiet', 'topic')
    await repository.git('merge', '--quiet', '--no-edit', 'main-before')
    await work.edit('d: 4', 'd: topic')
    await repository.git('merge', '--quiet', '--no-edit', 'main')
    assert.is(await work.plain(), '# head\na: topic\nb: main\nc: main\nd: topic\n')
  })

  test('a conflict stands between markers, encrypted, and is solved in the editor', async (context) => {
    const work = await repositoryWith(context)
    const { repository } = work
    await work.fork(['a: 1', 'a: marker-topic'], ['a: 1', 'a: marker-main'])
    const { status, stderr, stdout } = await repository.tryGit('merge', 'topic')
    assert.is(status, 1)
    assert.match(stdout + stderr, /my app\.yaml: conflict: a: changed by both/)
    assert.match(repository.read(FILE), /^<<<<<<< .*\na: ENC.*\n=======\na: ENC.*\n>>>>>>> /m)
    assert.not.match(repository.read(FILE), /marker-/)
    repository.write('editor.js', EDITOR)
    const editor = `"${process.execPath}" "${join(repository.folder, 'editor.js')}"`
    const solved = await solveWith(editor, work)
    assert.is(solved.status, 0, solved.stderr)
    await repository.git('add', FILE)
    assert.is(await work.plain(), '# head\na: marker-topic\nb: 2\nc: 3\nd: 4\n')
    assert.is((await repository.git('ls-files', '--unmerged')).stdout, '')
    await repository.git('commit', '--quiet', '--no-edit')
  })

  test('one side is taken without an editor', async (context) => {
    const work = await repositoryWith(context)
    await work.fork(['a: 1', 'a: topic'], ['a: 1', 'a: main'])
    await work.repository.tryGit('merge', 'topic')
    const { status, stderr } = await work.repository.secrets('merge', '--theirs')
    assert.is(status, 0, stderr)
    assert.is(await work.plain(), BASE.replace('a: 1', 'a: topic'))
  })

  test('a file that was merged line by line is merged again', async (context) => {
    const work = await repositoryWith(context, `${BASE}${'x: 1\n'.replace('x', 'e')}f: 6\ng: 7\nh: 8\n`)
    const { repository } = work
    await work.fork(['a: 1', 'a: topic'], ['h: 8', 'h: main'])
    const attributes = repository.read('.gitattributes')
    repository.write('.gitattributes', attributes.replaceAll('merge=secrets', ''))
    await repository.tryGit('merge', '--no-commit', 'topic')
    // What a web interface makes of it: our metadata, their values.
    repository.write(FILE, repository.read(FILE).replace(/<<<<<<< .*\n([\s\S]*?)=======\n[\s\S]*?>>>>>>> .*\n/g, '$1'))
    repository.write('.gitattributes', attributes)
    await repository.git('add', '--all')
    await work.repository.commit('merged elsewhere')
    assert.is((await repository.secrets('decrypt', FILE)).status, 51)
    const { status, stderr } = await repository.secrets('merge', FILE)
    assert.is(status, 0, stderr)
    assert.is(await work.plain(), '# head\na: topic\nb: 2\nc: 3\nd: 4\ne: 1\nf: 6\ng: 7\nh: main\n')
  })

  test('without a key a merge of values ends in a conflict that somebody else can solve', async (context) => {
    const work = await repositoryWith(context)
    const { repository } = work
    await work.fork(['a: 1', 'a: topic'], ['c: 3', 'c: main'])
    repository.loseKey()
    const { status, stdout, stderr } = await repository.tryGit('merge', 'topic')
    assert.is(status, 1)
    assert.match(stdout + stderr, /only somebody with a key can make the MAC/)
    assert.is((await repository.secrets('merge')).status, 128)
    repository.findKey()
    const solved = await repository.secrets('merge')
    assert.is(solved.status, 0, solved.stderr)
    assert.is(await work.plain(), '# head\na: topic\nb: 2\nc: main\nd: 4\n')
    const again = await repository.git('add', FILE)
    assert.is(again.status, 0)
    assert.match((await repository.secrets('merge')).stderr, /no secret file is in conflict/)
    assert.match((await repository.secrets('merge', FILE)).stderr, /nothing to merge/)
  })
})

/** Keeps their version of every conflict. */
const EDITOR = `const fs = require('node:fs')
const file = process.argv.at(-1)
const text = fs.readFileSync(file, 'utf8')
fs.writeFileSync(file, text.replace(/<<<<<<< .*\\n[\\s\\S]*?=======\\n([\\s\\S]*?)>>>>>>> .*\\n/g, '$1'))
`

function solveWith(editor: string, { repository }: Work): ReturnType<SecretRepository['tryGit']> {
  const env = { ...repository.env, SECRETS_EDITOR: editor }
  return runProgram(process.execPath, [secretsProgram(), 'merge', FILE], { cwd: repository.folder, env })
}
