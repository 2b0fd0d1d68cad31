import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { gitHistory, gitVersion } from '../../src/git/git-client.ts'
import { findRepository, requireRepository, requireWorkTree } from '../../src/git/repository.ts'
import { readCommitted, readRevision } from '../../src/git/revision.ts'
import { gitSandbox } from '../support/git-sandbox.ts'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'nothing',
    (error: unknown) => (isSecretsError(error) ? `${error.code}: ${error.message}` : String(error)),
  )
}

suite('git client', (test) => {
  test('finds the repository of a folder, its commits and their files', async (context) => {
    const files = { 'a.txt': 'one', 'folder/with blank ü.txt': Buffer.from([0, 255, 10, 13]) }
    const sandbox = await gitSandbox(context, files)
    mkdirSync(join(sandbox.folder, 'sub'))
    const place = { cwd: join(sandbox.folder, 'sub'), env: sandbox.env }
    const top = await requireWorkTree(place)
    assert.is(top, realpathSync(sandbox.folder))
    const repository = gitHistory(place)
    const commit = await repository.commitOf('HEAD')
    assert.match(commit ?? '', /^[0-9a-f]{40,64}$/)
    assert.is(await repository.commitOf('no-such-branch'), undefined)
    assert.is(await repository.commitOf('--all'), undefined)
    const revision = await readRevision('HEAD', { ...place, cwd: top })
    assert.equal(
      revision.files.map(({ path }) => path),
      Object.keys(files),
    )
    const contents = await readCommitted(revision.files, place)
    assert.equal(
      contents.map((content) => Buffer.from(content)),
      [Buffer.from('one'), files['folder/with blank ü.txt']],
    )
  })

  test('takes a repository without commits for an empty one', async (context) => {
    const sandbox = await gitSandbox(context)
    const place = { cwd: sandbox.folder, env: sandbox.env }
    assert.equal((await readRevision('HEAD', place)).files, [])
    assert.match(await codeOf(readRevision('main~1', place)), /^UNKNOWN_TARGET: git knows no revision main~1$/)
  })

  test('is not led astray by the variables of programs that git could start', async (context) => {
    const program = join(temporaryFolder(context), 'touched')
    const hostile = { GIT_EDITOR: program, GIT_SSH_COMMAND: program, PAGER: program, EDITOR: program }
    const sandbox = await gitSandbox(context, { a: '1' })
    const repository = gitHistory({ cwd: sandbox.folder, env: { ...sandbox.env, ...hostile } })
    assert.ok(await repository.commitOf('HEAD'))
  })

  test('says where there is no repository, and no git', async (context) => {
    const cwd = temporaryFolder(context)
    const env = isolatedEnvironment(cwd, { GIT_CEILING_DIRECTORIES: cwd })
    assert.is(await findRepository({ cwd, env }), undefined)
    assert.match(await codeOf(requireRepository({ cwd, env })), /^GIT_FAILED: this is no git repository$/)
    const bare = await gitSandbox(context)
    await bare.git('config', 'core.bare', 'true')
    const inBare = requireWorkTree({ cwd: join(bare.folder, '.git'), env: bare.env })
    assert.match(await codeOf(inBare), /^GIT_FAILED: this repository has no work tree here$/)
    const without = { ...env, PATH: cwd, Path: cwd }
    assert.match(await codeOf(findRepository({ cwd, env: without })), /^GIT_FAILED: git cannot be started$/)
    assert.is(await gitVersion({ cwd, env: without }), undefined)
    assert.match((await gitVersion({ cwd, env })) ?? '', /^\d+\.\d+/)
  })
})
