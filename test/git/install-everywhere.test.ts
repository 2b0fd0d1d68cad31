// parts: 3
/** `install` in clones of every shape: bare, with submodules, with several work trees, in odd places; with real git. */
import { copyFileSync, existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import * as assert from 'uvu/assert'
import { type ProgramResult, runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { CONFIG, movedTo, runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

const FILE = 'dev/app.yaml'
const CONTENT = 'db: "marker-password"\n'
const FILE_PROTOCOL = ['-c', 'protocol.file.allow=always']

suite('install everywhere', (test) => {
  test('submodules are told of, and set up with --recurse-submodules', async (context) => {
    const repository = await committed(context)
    await repository.git('branch', 'copy')
    await repository.git(...FILE_PROTOCOL, 'submodule', '--quiet', 'add', '-b', 'copy', './.', 'sub mod')
    const told = await repository.secrets('install')
    assert.match(told.stderr, 'submodule sub mod has secret files of its own: secrets install --recurse-submodules')
    const submodule = join(repository.folder, 'sub mod')
    assert.is((await gitIn(repository, submodule, 'config', 'filter.secrets.process')).status, 1)
    const done = await repository.secrets('install', '--recurse-submodules')
    assert.is(done.status, 0, done.stderr)
    assert.match(done.stderr, 'secrets: submodule sub mod:\nsecrets: git is set up in this clone\n')
    assert.is((await runIn(repository, submodule, ['install', '--check'])).stderr, '')
    writeFileSync(join(submodule, 'dev', 'new.yaml'), 'a: marker-submodule\n')
    assert.is((await gitIn(repository, submodule, 'add', '--all')).status, 0)
    const { stdout } = await gitIn(repository, submodule, 'cat-file', '--batch-all-objects', '--batch')
    assert.not.match(stdout, 'marker')
    assert.is((await runIn(repository, submodule, ['uninstall'])).status, 0)
    assert.is((await repository.git('config', 'filter.secrets.required')).stdout, 'true\n')
  }, 180)

  test('a bare repository has nothing to install, and a hook that refuses what is pushed in clear', async (context) => {
    const repository = await committed(context)
    const bare = join(repository.folder, '..', 'bare.git')
    await repository.git('init', '--quiet', '--bare', bare)
    const refused = await runIn(repository, bare, ['install'])
    assert.is(refused.status, 69)
    assert.match(refused.stderr, 'in a bare repository, call "secrets hook pre-receive" from its pre-receive hook')
    assert.is((await gitIn(repository, bare, 'config', '--get-regexp', 'secrets')).stdout, '')
    const hook = `#!/bin/sh\nexec '${process.execPath}' '${secretsProgram()}' hook pre-receive\n`
    writeFileSync(join(bare, 'hooks', 'pre-receive'), hook, { mode: 0o755 })
    const pushed = await repository.tryGit('push', '--quiet', '--no-verify', bare, 'HEAD:refs/heads/main')
    assert.is(pushed.status, 0, pushed.stderr)
    repository.write('prod/leak.yaml', 'a: marker-leak\n')
    const past = ['-c', 'filter.secrets.process=', '-c', 'filter.secrets.clean=', '-c', 'filter.secrets.required=false']
    await repository.git(...past, 'add', '--all')
    await repository.git(...past, 'commit', '--quiet', '--no-verify', '-m', 'leak')
    for (const branch of ['main', 'new']) {
      const rejected = await repository.tryGit('push', '--quiet', '--no-verify', bare, `HEAD:refs/heads/${branch}`)
      assert.is.not(rejected.status, 0)
      assert.match(rejected.stderr, 'prod/leak.yaml')
      assert.match(rejected.stderr, 'plain-file')
      assert.not.match(rejected.stderr, 'marker')
    }
    assert.is((await repository.git('push', '--quiet', '--no-verify', bare, 'HEAD~1:refs/heads/older')).status, 0)
    assert.is((await repository.git('push', '--quiet', '--no-verify', bare, ':refs/heads/older')).status, 0)
  }, 180)

  for (const worktreeConfig of ['false', 'true']) {
    test(`work trees share what is installed (extensions.worktreeConfig ${worktreeConfig})`, async (context) => {
      const repository = await committed(context)
      await repository.git('config', 'extensions.worktreeConfig', worktreeConfig)
      const tree = join(repository.folder, '..', 'second tree')
      await repository.git('worktree', 'add', '--quiet', '-b', 'second', tree)
      const git = (...args: readonly string[]): Promise<ProgramResult> => gitIn(repository, tree, ...args)
      assert.is((await git('grep', '-c', 'marker-password')).stdout, `${FILE}:1\n`)
      assert.match((await git('grep', 'ENC', 'prod')).stdout, 'prod/app.env')
      assert.is((await git('status', '--porcelain')).stdout, '')
      assert.is((await runIn(repository, tree, ['install', '--check'])).stderr, '')
      const locked = await runIn(repository, tree, ['lock'])
      assert.is(locked.status, 0, locked.stderr)
      assert.match(locked.stderr, `the work tree ${repository.folder} is left as it is: run "secrets lock" there`)
      assert.is((await git('grep', '-c', 'marker-password')).stdout, '')
      assert.is(repository.read(FILE), CONTENT)
      assert.is((await git('status', '--porcelain')).stdout, '')
      assert.is((await repository.git('status', '--porcelain')).stdout, '')
      assert.is((await repository.secrets('status', 'development')).status, 0)
      assert.is((await runIn(repository, tree, ['unlock'])).status, 0)
      assert.is((await git('grep', '-c', 'marker-password')).stdout, `${FILE}:1\n`)
    }, 180)
  }

  test('uninstall leaves no work tree in clear, which git would then store so', async (context) => {
    const repository = await committed(context)
    const tree = join(repository.folder, '..', 'second')
    await repository.git('worktree', 'add', '--quiet', '-b', 'second', tree)
    const uninstalled = await repository.secrets('uninstall')
    assert.is(uninstalled.status, 0, uninstalled.stderr)
    assert.is((await gitIn(repository, tree, 'grep', '-c', 'marker')).stdout, '')
    assert.is((await gitIn(repository, tree, 'status', '--porcelain')).stdout, '')
    assert.match(repository.read(FILE), /^db: "ENC\[/)
  })

  test('a repository beside its work tree, and one that variables name', async (context) => {
    const repository = await committed(context)
    const apart = join(repository.folder, '..', 'apart')
    await repository.git('clone', '--quiet', '--separate-git-dir', `${apart}.git`, '.', apart)
    assert.is((await runIn(repository, apart, ['install'])).status, 0)
    assert.is((await runIn(repository, apart, ['unlock'])).status, 0)
    assert.is((await gitIn(repository, apart, 'grep', '-c', 'marker-password')).stdout, `${FILE}:1\n`)
    assert.ok(existsSync(join(`${apart}.git`, 'hooks', 'pre-commit')))

    const bare = join(repository.folder, '..', 'store.git')
    await repository.git('clone', '--quiet', '--bare', '.', bare)
    const work = join(repository.folder, '..', 'work')
    mkdirSync(work)
    const named = { ...repository, env: { ...repository.env, GIT_DIR: bare, GIT_WORK_TREE: work } }
    assert.is((await gitIn(named, work, 'checkout', '--quiet', '-f', 'HEAD')).status, 0)
    assert.is((await runIn(named, work, ['install'])).status, 0)
    assert.is((await runIn(named, work, ['unlock'])).status, 0)
    writeFileSync(join(work, 'dev', 'new.yaml'), 'a: marker-new\n')
    assert.is((await gitIn(named, work, 'add', '--all')).status, 0)
    assert.is((await gitIn(named, work, 'status', '--porcelain')).stdout, 'A  dev/new.yaml\n')
    assert.not.match((await gitIn(named, work, 'show', ':dev/new.yaml')).stdout, 'marker')

    await gitIn(repository, bare, 'config', 'core.bare', 'false')
    await gitIn(repository, bare, 'config', 'core.worktree', work)
    assert.is((await gitIn(repository, bare, 'add', '--all', work)).status, 0)
    assert.match((await gitIn(repository, bare, 'ls-files', 'dev')).stdout, 'dev/new.yaml')
  }, 180)

  test('signs of the shell in the paths of the repository, of Node and of secrets', async (context) => {
    const odd = sep === '/' ? 'it\'s "a" $HOME `id` \\ 100% ünï\n&;x' : "it's $HOME 100% ünï &;x"
    const repository = await committed(context)
    const folder = join(repository.folder, '..', odd)
    const tools = join(repository.folder, '..', `tools ${odd}`)
    mkdirSync(tools)
    const node = join(tools, 'node')
    linkOrCopy(process.execPath, node)
    symlinkSync(dirname(dirname(secretsProgram())), join(tools, 'package'), 'junction')
    const script = join(tools, 'package', 'bin', 'secrets.js')
    await repository.git('clone', '--quiet', '.', folder)
    const secrets = (...args: readonly string[]): Promise<ProgramResult> =>
      runProgram(node, [script, ...args], { cwd: folder, env: repository.env })
    const installed = await secrets('install')
    assert.is(installed.status, 0, installed.stderr)
    assert.is((await secrets('unlock')).stderr, 'secrets: decrypted 1 file\n')
    assert.is((await secrets('install', '--check')).stderr, '')
    const git = (...args: readonly string[]): Promise<ProgramResult> => gitIn(repository, folder, ...args)
    assert.match((await git('config', 'filter.secrets.process')).stdout, 'ünï')
    writeFileSync(join(folder, FILE), 'db: "marker-changed"\nnew: marker-new\n')
    writeFileSync(join(folder, 'dev', "it's $x ü.yaml"), 'a: marker-third\n')
    assert.is((await git('add', '--all')).stderr, '')
    const committing = await git('commit', '--quiet', '-m', 'second')
    assert.is(committing.status, 0, committing.stderr)
    assert.match((await git('show', 'HEAD')).stdout, /^\+db: "marker-changed"$/m)
    const { stdout } = await git('cat-file', '--batch-all-objects', '--batch')
    assert.not.match(stdout, 'marker')
    await git('config', '--unset', 'filter.secrets.process')
    writeFileSync(join(folder, FILE), 'db: "marker-by-older-filters"\n')
    assert.is((await git('add', '--all')).stderr, '')
    assert.not.match((await git('show', `:${FILE}`)).stdout, 'marker')
  }, 180)

  test('--global sets up all repositories of the user, clones of later too, and is taken back', async (context) => {
    const repository = await committed(context)
    repository.write('../home/.gitconfig', '[user]\n\tname = Alice\n')
    assert.is((await repository.secrets('uninstall')).status, 0)
    await repository.git('checkout', '--quiet', '--', '.')
    const installed = await repository.secrets('install', '--global')
    assert.is(installed.status, 0, installed.stderr)
    assert.is((await repository.tryGit('config', '--local', 'filter.secrets.process')).status, 1)
    await repository.git('clone', '--quiet', '.', '../clone')
    const clone = movedTo(repository, join(repository.folder, '..', 'clone'))
    assert.is(clone.read(FILE), CONTENT)
    clone.write('dev/new.yaml', 'a: marker-new\n')
    await clone.git('add', '--all')
    await clone.commit('second')
    assert.not.match(await clone.allObjects(), 'marker')
    assert.is((await repository.secrets('uninstall', '--global')).status, 0)
    assert.is(repository.read('../home/.gitconfig'), '[user]\n\tname = Alice\n')
  }, 180)

  test('nothing that git shows in clear is kept, whatever the user or the clone says', async (context) => {
    const repository = await committed(context)
    await repository.git('config', '--global', 'diff.secrets.cachetextconv', 'true')
    assert.is((await repository.secrets('install', '--check')).stderr, '', 'the setting of the clone wins')
    for (const value of ['true', 'yes', '1']) {
      await repository.git('config', '--replace-all', 'diff.secrets.cachetextconv', value)
      const { status, stderr } = await repository.secrets('install', '--check')
      assert.is(status, 1)
      assert.match(stderr, 'git keeps values that it shows in clear among its objects\nhint: secrets install && git')
    }
    assert.is((await repository.secrets('install')).status, 0)
    assert.is((await repository.secrets('install', '--check')).stderr, '')
    assert.match((await repository.git('log', '--patch')).stdout, CONTENT)
    assert.not.match(await repository.allObjects(), 'marker')
    assert.is((await repository.secrets('uninstall')).status, 0)
    assert.is((await repository.tryGit('config', '--local', 'diff.secrets.cachetextconv')).status, 1)
  }, 180)

  test('files that other lines of .gitattributes take away from the filter are named, by install, its check and doctor', async (context) => {
    const repository = await secretRepository(context, CONFIG)
    repository.write('dev/.gitattributes', '*.env filter=lfs\n')
    repository.write('dev/ä b.env', 'A=marker\n')
    repository.write('dev/app.yaml', 'a: marker\n')
    const problem = 'other lines of .gitattributes keep git from encrypting dev/ä b.env\n'
    const installed = await repository.secrets('install')
    assert.is(installed.status, 0)
    assert.match(installed.stderr, `secrets: warning: ${problem}hint: take out what names them below our lines`)
    const checked = await repository.secrets('install', '--check')
    assert.is(checked.status, 1)
    assert.match(checked.stderr, problem)
    assert.match((await repository.secrets('doctor')).stdout, `problem  ${problem}`)
    repository.write('dev/.gitattributes', '*.env eol=lf\n')
    assert.is((await repository.secrets('install', '--check')).stderr, '')
  }, 180)

  test('a clone without install is safe, and status, doctor and its hook say what it lacks', async (context) => {
    const repository = await committed(context)
    const clone = join(repository.folder, '..', 'clone')
    await repository.git('clone', '--quiet', '.', clone)
    const lacks = 'git does not encrypt, decrypt, show or merge secret files in this clone\nhint: secrets install\n'
    const status = await runIn(repository, clone, ['status'])
    assert.is(status.status, 0, status.stdout)
    assert.match(status.stderr, lacks)
    const { stdout } = await runIn(repository, clone, ['doctor'])
    assert.match(stdout, 'git does not encrypt, decrypt, show or merge secret files in this clone')
    assert.match(stdout, 'no pre-commit hook checks what git takes')
    const hook = await runIn(repository, clone, ['hook', 'pre-commit'])
    assert.is(hook.status, 0, hook.stderr)
    assert.match(hook.stderr, lacks)
    writeFileSync(join(clone, 'dev', 'leak.yaml'), 'a: marker-leak\n')
    await gitIn(repository, clone, 'add', '--all')
    const refused = await runIn(repository, clone, ['hook', 'pre-commit'])
    assert.is(refused.status, 1)
    assert.match(refused.stderr + refused.stdout, 'dev/leak.yaml')
    assert.is((await runIn(repository, clone, ['status'])).status, 1)
  }, 180)
})

async function committed(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context, CONFIG)
  repository.write(FILE, CONTENT)
  repository.write('prod/app.env', 'A=marker-production\n')
  await repository.git('add', '--all')
  await repository.commit('first')
  return repository
}

function gitIn(
  { env }: Pick<SecretRepository, 'env'>,
  cwd: string,
  ...args: readonly string[]
): Promise<ProgramResult> {
  return runProgram('git', args, { cwd, env })
}

/** Node says where its program lies in truth: a link would be followed. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}
