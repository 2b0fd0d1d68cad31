import { chmodSync, existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { installHooks, missingHooks, removeHooks } from '../../src/git/hooks.ts'
import type { GitSandbox } from '../support/git-sandbox.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

const PLAIN = 'password: marker-plain\n'

/** A repository in which git encrypts nothing by itself: only the hooks stand in the way. */
async function unfiltered(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const made = await secretRepository(context)
  await made.secrets('uninstall')
  return made
}

function install({ folder, env }: GitSandbox): ReturnType<typeof installHooks> {
  return installHooks(hooked({ folder, env }), { node: process.execPath, script: secretsProgram() })
}

function hooked({ folder, env }: Pick<GitSandbox, 'folder' | 'env'>): Parameters<typeof removeHooks>[0] {
  return { top: folder, git: { cwd: folder, env } }
}

function script(made: GitSandbox, path: string, text: string): string {
  made.write(path, text)
  chmodSync(join(made.folder, path), 0o755)
  return join(made.folder, path)
}

suite('hooks', (test) => {
  test('refuse a value in clear however it is committed', async (context) => {
    const made = await unfiltered(context)
    await made.git('add', '.secretsrc')
    await made.commit('first')
    await install(made)
    made.write('prod/a.yaml', PLAIN)
    await made.git('add', 'prod')
    const plain = await made.tryGit('commit', '-m', 'plainly')
    assert.is.not(plain.status, 0)
    assert.match(plain.stderr + plain.stdout, /prod\/a\.yaml:1:11: password: is in clear/)
    assert.not.match(plain.stderr + plain.stdout, /marker/)
    assert.is.not((await made.tryGit('commit', '-m', 'by path', '--', 'prod/a.yaml')).status, 0)
    await made.secrets('encrypt', '--quiet', 'prod/a.yaml')
    await made.git('add', 'prod')
    await made.commit('encrypted')
    made.write('prod/a.yaml', PLAIN)
    assert.is.not((await made.tryGit('commit', '-a', '-m', 'all')).status, 0)
    assert.is.not((await made.tryGit('commit', '-m', 'by path', '--', 'prod/a.yaml')).status, 0)
    assert.is.not((await made.tryGit('commit', '-m', 'included', '--include', 'prod/a.yaml')).status, 0)
    await made.git('checkout', '--', 'prod')
    await made.git('mv', 'prod/a.yaml', 'prod/b.yaml')
    await made.commit('renamed')
    made.write('notes.txt', 'nothing\n')
    await made.git('add', 'notes.txt')
    made.write('prod/b.yaml', PLAIN)
    await made.commit('what is in the work tree alone does not count')
    await made.git('add', 'prod')
    made.write('prod/b.yaml', 'password: ""\n')
    assert.is.not((await made.tryGit('commit', '-m', 'staged, and not in the work tree any more')).status, 0)
  })

  test('refuse what --amend would keep', async (context) => {
    const made = await unfiltered(context)
    await install(made)
    made.write('prod/a.yaml', PLAIN)
    await made.git('add', '--all')
    await made.git('commit', '--no-verify', '-m', 'first')
    assert.is.not((await made.tryGit('commit', '--amend', '-m', 'again')).status, 0)
    await made.secrets('encrypt', '--quiet')
    await made.git('add', '--all')
    await made.git('commit', '--amend', '-m', 'mended')
  })

  test('pass over links, submodules and files that are taken away', async (context) => {
    const made = await unfiltered(context)
    await install(made)
    await made.git('add', '.secretsrc')
    await made.commit('first')
    const commit = (await made.git('rev-parse', 'HEAD')).stdout.trim()
    made.write('prod/a.yaml', PLAIN)
    await made.secrets('encrypt', '--quiet')
    symlinkSync('a.yaml', join(made.folder, 'prod', 'link.yaml'))
    await made.git('add', 'prod')
    await made.git('update-index', '--add', '--cacheinfo', `160000,${commit},prod/module`)
    await made.commit('with a link and a submodule')
    await made.git('rm', '--quiet', 'prod/a.yaml', 'prod/link.yaml')
    await made.commit('gone')
  })

  test('refuse to push a commit that a later one took back', async (context) => {
    const made = await unfiltered(context)
    await made.git('add', '.secretsrc')
    await made.commit('first')
    await made.git('init', '--quiet', '--bare', '../remote.git')
    await made.git('remote', 'add', 'origin', '../remote.git')
    script(made, '.git/hooks/pre-push', '#!/bin/sh\ncat > .git/seen\n')
    await install(made)
    await made.git('push', '--quiet', 'origin', 'main')
    assert.match(made.read('.git/seen'), /^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}\n$/)
    made.write('prod/a.yaml', PLAIN)
    await made.git('add', 'prod')
    await made.git('commit', '--no-verify', '-m', 'plain')
    await made.git('rm', '--quiet', 'prod/a.yaml')
    await made.git('commit', '--no-verify', '-m', 'taken back')
    const pushed = await made.tryGit('push', 'origin', 'main')
    assert.is.not(pushed.status, 0)
    assert.match(pushed.stdout + pushed.stderr, /prod\/a\.yaml: the file is not encrypted/)
  })

  test('live in and leave a hook that was there, to the byte', async (context) => {
    const made = await unfiltered(context)
    const text = '#!/bin/sh\necho from-the-other-hook >&2\nexit 0\n'
    script(made, '.git/hooks/pre-commit', text)
    assert.equal((await missingHooks(hooked(made))).length, 2)
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['written', 'written'],
    )
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['unchanged', 'unchanged'],
    )
    assert.equal(await missingHooks(hooked(made)), [])
    await made.git('add', '.secretsrc')
    assert.match((await made.git('commit', '-m', 'first')).stderr, /from-the-other-hook/)
    assert.equal(
      (await removeHooks(hooked(made))).map(({ state }) => state),
      ['removed', 'removed'],
    )
    assert.is(made.read('.git/hooks/pre-commit'), text)
    assert.not.ok(existsSync(join(made.folder, '.git/hooks/pre-push')))
    assert.equal(
      (await removeHooks(hooked(made))).map(({ state }) => state),
      ['unchanged', 'unchanged'],
    )
  })

  test('run before a program, and a link to a script of the repository, and put them back', async (context) => {
    const made = await unfiltered(context)
    const program = `#!${process.execPath}\nprocess.stderr.write('from-a-program ' + process.argv.length)\n`
    script(made, '.git/hooks/pre-commit', program)
    script(made, 'scripts/push.sh', '#!/bin/sh\nexit 3\n')
    symlinkSync('../../scripts/push.sh', join(made.folder, '.git/hooks/pre-push'))
    await install(made)
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['unchanged', 'unchanged'],
    )
    assert.is(made.read('scripts/push.sh'), '#!/bin/sh\nexit 3\n')
    await made.git('add', '.secretsrc')
    assert.match((await made.git('commit', '-m', 'first')).stderr, /from-a-program 2/)
    await removeHooks(hooked(made))
    assert.is(made.read('.git/hooks/pre-commit'), program)
    assert.ok(lstatSync(join(made.folder, '.git/hooks/pre-push')).isSymbolicLink())
  })

  test('do not wake a hook that git does not run', async (context) => {
    const made = await unfiltered(context)
    const path = script(made, '.git/hooks/pre-commit', '#!/bin/sh\nexit 9\n')
    chmodSync(path, 0o644)
    await install(made)
    await made.git('add', '.secretsrc')
    await made.commit('first')
    await removeHooks(hooked(made))
    assert.is(lstatSync(path).mode & 0o777, 0o644)
  })

  test('go into a folder of the work tree that core.hooksPath names, and into no other', async (context) => {
    const made = await unfiltered(context)
    await made.git('config', 'core.hooksPath', '.githooks')
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['shared', 'shared'],
    )
    assert.not.ok(made.read('.githooks/pre-commit').includes(process.execPath), 'holds no path of this machine')
    await removeHooks(hooked(made))
    assert.not.ok(existsSync(join(made.folder, '.githooks/pre-commit')))
    const elsewhere = join(made.folder, '..', 'all-hooks')
    await made.git('config', 'core.hooksPath', elsewhere)
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['elsewhere', 'elsewhere'],
    )
    assert.not.ok(existsSync(elsewhere))
  })

  test('guard every work tree of a clone', async (context) => {
    const made = await unfiltered(context)
    await made.git('add', '.secretsrc')
    await made.commit('first')
    await install(made)
    await made.git('worktree', 'add', '--quiet', '../second')
    mkdirSync(join(made.folder, '..', 'second', 'prod'))
    writeFileSync(join(made.folder, '..', 'second', 'prod', 'a.yaml'), PLAIN)
    await made.git('-C', '../second', 'add', 'prod/a.yaml')
    assert.is.not((await made.tryGit('-C', '../second', 'commit', '-m', 'plain')).status, 0)
    await made.git('-C', '../second', 'rm', '--quiet', '--cached', 'prod/a.yaml')
    await made.git('-C', '../second', 'commit', '--quiet', '--allow-empty', '-m', 'empty')
  })

  test('say so when the program is gone, and let nothing through', async (context) => {
    const made = await unfiltered(context)
    await installHooks(hooked(made), { node: process.execPath, script: join(made.folder, 'gone.js') })
    await made.git('add', '.secretsrc')
    const refused = await made.tryGit('commit', '-m', 'first')
    assert.is.not(refused.status, 0)
    assert.match(refused.stderr, /nothing checks this commit: secrets is not installed any more/)
  })
})
