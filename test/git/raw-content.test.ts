/** What git shows to programs, and in hooks, of files that are checked out decrypted. */
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { sandboxAt } from '../support/git-sandbox.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { CONFIG, type SecretRepository, secretRepository } from './secret-repository.ts'

/** Each side of a difference is a process. */
const SECONDS = 240

const RAW = { SECRETS_TEXTCONV: 'raw' }

/** Two files of one name in decrypted environments, so that a name does not say which is meant. */
const TWO = `${CONFIG}  test:\n    files: ['test/**']\n    recipients: [alice]\n    checkout: decrypted\n`

suite('raw content of decrypted files', (test) => {
  test(
    'differences for programs hold what git stores, and differences for people what it means',
    async (context) => {
      const repository = await withChange(context)
      const shown = await repository.tryGit('diff', '--cached')
      assert.match(shown.stdout, '-A=marker-1\n+A=marker-2\n')
      const stored = (await repository.git('diff', '--cached', '--no-textconv')).stdout
      assert.match(stored, /^\+A=ENC/m)
      const staged = await raw(repository, 'diff', '--cached')
      assert.is(ciphertexts(staged), ciphertexts(stored))
      await repository.commit('changed')
      for (const args of [['show'], ['log', '--patch'], ['diff', 'HEAD~1']]) {
        const text = await raw(repository, ...args)
        assert.match(text, /^\+A=ENC/m, args.join(' '))
        assert.not.match(text, 'marker-', args.join(' '))
      }
    },
    SECONDS,
  )

  test(
    'a hook sees ciphertext, of what is staged and of what is not',
    async (context) => {
      const repository = await withChange(context)
      const hook = join(repository.folder, '.git', 'hooks', 'pre-commit')
      rmSync(hook)
      repository.write('.git/hooks/pre-commit', '#!/bin/sh\ngit diff --cached > .git/seen\ngit diff >> .git/seen\n')
      chmodSync(hook, 0o755)
      repository.write('dev/app.env', 'A=marker-3\nB=marker-b\n')
      await repository.commit('changed')
      const seen = repository.read('.git/seen')
      assert.is(seen.match(/^[-+]A=ENC/gm)?.length, 4)
      assert.not.match(seen, 'marker-')
    },
    SECONDS,
  )

  test(
    'a file that is gone is withheld, and one that git has in clear is shown to scanners',
    async (context) => {
      const repository = await withChange(context)
      await repository.git('rm', '-r', '--quiet', '--force', '--', 'dev', 'test')
      await repository.commit('removed')
      const log = await raw(repository, 'log', '--patch', '--', 'dev')
      assert.match(log, '+[secret]\n')
      assert.not.match(log, 'marker-')
      repository.write('dev/leaked.env', 'TOKEN=marker-leaked\n')
      const { stdout } = await repository.git('hash-object', '-w', '--no-filters', 'dev/leaked.env')
      await repository.git('update-index', '--add', '--cacheinfo', `100644,${stdout.trim()},dev/leaked.env`)
      assert.match(await raw(repository, 'diff', '--cached'), '+TOKEN=marker-leaked\n')
    },
    SECONDS,
  )
})

/** A repository with `dev/app.env` and `test/app.env`, and a change of the first one in the index. */
async function withChange(context: TestContext): Promise<SecretRepository> {
  const repository = await secretRepository(context, TWO)
  repository.write('test/app.env', 'A=marker-test\n')
  repository.write('dev/app.env', 'A=marker-1\nB=marker-b\n')
  await repository.git('add', '--all')
  await repository.commit('first')
  repository.write('dev/app.env', 'A=marker-2\nB=marker-b\n')
  await repository.git('add', '--all')
  return repository
}

async function raw({ folder, env }: SecretRepository, ...args: readonly string[]): Promise<string> {
  return (await sandboxAt(folder, { ...env, ...RAW }).git(...args)).stdout
}

/** The lines of a difference that hold ciphertext of values, without their context. */
function ciphertexts(diff: string): string {
  return (diff.match(/^[-+ ][AB]=ENC.*$/gm) ?? []).join('\n')
}
