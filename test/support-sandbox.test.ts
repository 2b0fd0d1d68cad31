import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { gitSandbox, writeBelow } from './support/git-sandbox.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { peer } from './support/peer.ts'
import { runProgram } from './support/run-program.ts'
import { runSecrets } from './support/run-secrets.ts'
import { suite } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

suite('sandbox', (test) => {
  test('a temporary folder is gone after the test', async () => {
    const cleanups: (() => void | Promise<void>)[] = []
    const folder = temporaryFolder({ onCleanup: (action) => cleanups.push(action) })
    writeBelow(folder, 'a/b.txt', 'x')
    assert.ok(existsSync(join(folder, 'a', 'b.txt')))
    for (const action of cleanups) await action()
    assert.not.ok(existsSync(folder))
  })

  test('the environment holds nothing personal', () => {
    const before = { ...process.env }
    Object.assign(process.env, { SOPS_AGE_KEY: 'x', SECRETS_AGE_KEY_FILE: 'y', GIT_DIR: 'z', EDITOR: 'e' })
    try {
      const env = isolatedEnvironment('home', { CHOSEN: '1', TERM: undefined })
      for (const name of ['SOPS_AGE_KEY', 'SECRETS_AGE_KEY_FILE', 'GIT_DIR', 'EDITOR', 'TERM']) {
        assert.is(env[name], undefined, name)
      }
      assert.is(env['HOME'], 'home')
      assert.is(env['CHOSEN'], '1')
      assert.ok(env['PATH'] ?? env['Path'])
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name)
      Object.assign(process.env, before)
    }
  })

  test('a program gives its status, its output and what it was fed', async (context) => {
    const cwd = temporaryFolder(context)
    const script = 'process.stdin.pipe(process.stdout); process.stderr.write("e"); process.exitCode = 7'
    const options = { cwd, env: isolatedEnvironment(cwd), stdin: Uint8Array.of(0xff, 0x41) }
    const result = await runProgram(process.execPath, ['-e', script], options)
    assert.is(result.status, 7)
    assert.equal([...result.stdoutBytes], [0xff, 0x41])
    assert.is(result.stderr, 'e')
  })

  test('a program that does not end is killed', async (context) => {
    const cwd = temporaryFolder(context)
    const options = { cwd, env: isolatedEnvironment(cwd), timeout: 500 }
    const result = await runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options)
    assert.is.not(result.status, 0)
  })

  test('secrets runs as built, in an environment of its own', async (context) => {
    const cwd = temporaryFolder(context)
    const version = await runSecrets(['--version'], { cwd })
    assert.is(version.status, 0, version.stderr)
    assert.match(version.stdout, /^\d+\.\d+\.\d+/)
    assert.is.not((await runSecrets(['no-such-command'], { cwd })).status, 0)
  })

  test('git commits with each kind of index, and hooks see the difference', async (context) => {
    const sandbox = await gitSandbox(context, { 'a.txt': 'one\n', 'b.txt': 'one\n' })
    writeBelow(sandbox.folder, '.git/hooks/pre-commit', '#!/bin/sh\necho "${GIT_INDEX_FILE##*/}" >> .git/seen\n', 0o755)
    sandbox.write('a.txt', 'two\n')
    await sandbox.git('add', 'a.txt')
    await sandbox.commit('plain')
    sandbox.write('a.txt', 'three\n')
    await sandbox.commitAll('all')
    sandbox.write('b.txt', 'two\n')
    await sandbox.commitPath('path', 'b.txt')
    const seen = sandbox.read('.git/seen').trim().split('\n')
    assert.is(seen[0], 'index')
    assert.is(seen[1], 'index.lock')
    assert.match(seen[2] ?? '', /^next-index-\d+\.lock$/)
    assert.is((await sandbox.git('log', '--format=%an %s')).stdout, 'Test path\nTest all\nTest plain\nTest first\n')
  })

  test('a git that fails says what it said', async (context) => {
    const sandbox = await gitSandbox(context)
    assert.is.not((await sandbox.tryGit('rev-parse', 'HEAD')).status, 0)
    try {
      await sandbox.git('checkout', 'nowhere')
      assert.unreachable('git checkout nowhere')
    } catch (error) {
      assert.match(error instanceof Error ? error.message : '', /git checkout nowhere: status \d+\n.*nowhere/)
    }
  })

  test('a peer that is not there is told so, with what installs it', () => {
    const found = peer('no-such-peer-anywhere')
    assert.ok('reason' in found && found.reason.includes('npm run peers'))
  })
})
