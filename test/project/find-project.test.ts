import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { type FindProjectOptions, findProject, findProjectIfAny } from '../../src/project/find-project.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const OURS = 'version: 1\n'
const SOPS = 'creation_rules: []\n'

async function errorOf(options: FindProjectOptions): Promise<SecretsError> {
  const error: unknown = await findProject(options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

suite('find project', (test) => {
  test('finds the nearest .secretsrc upward, within the repository', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, '.secretsrc', OURS)
    mkdirSync(join(root, 'a', 'b'), { recursive: true })
    const project = await findProject({ cwd: join(root, 'a', 'b'), env: {} })
    assert.is(project.root, root)
    assert.is(project.file, join(root, '.secretsrc'))
    writeBelow(root, 'a/.secretsrc', OURS)
    assert.is((await findProject({ cwd: join(root, 'a', 'b'), env: {} })).root, join(root, 'a'))
  })

  test('stops at the root of the repository, also of a worktree', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, '.secretsrc', OURS)
    mkdirSync(join(root, 'repository', '.git'), { recursive: true })
    writeBelow(root, 'worktree/.git', 'gitdir: x\n')
    for (const name of ['repository', 'worktree']) {
      assert.is(await findProjectIfAny({ cwd: join(root, name), env: {} }), undefined)
    }
    writeBelow(root, 'repository/.secretsrc', OURS)
    assert.is((await findProject({ cwd: join(root, 'repository'), env: {} })).root, join(root, 'repository'))
  })

  test('prefers a .secretsrc above to a .sops.yaml nearby, and takes that where there is none', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, 'a/.sops.yaml', SOPS)
    assert.is((await findProject({ cwd: join(root, 'a'), env: {} })).source, 'sops')
    writeBelow(root, '.secretsrc', OURS)
    assert.is((await findProject({ cwd: join(root, 'a'), env: {} })).source, 'secretsrc')
  })

  test('warns of a .sops.yml as sops does, and reads the .sops.yaml above', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, '.sops.yaml', SOPS)
    writeBelow(root, 'a/.sops.yml', SOPS)
    const project = await findProject({ cwd: join(root, 'a'), env: {} })
    assert.is(project.root, root)
    assert.equal(project.warnings, ['.sops.yml is ignored: sops reads .sops.yaml only'])
  })

  test('takes --config before SECRETS_CONFIG before SOPS_CONFIG before what it finds', async (context) => {
    const root = temporaryFolder(context)
    for (const name of ['one', 'two', 'three', 'four']) writeBelow(root, `${name}/.secretsrc`, OURS)
    const cwd = join(root, 'four')
    const env = { SECRETS_CONFIG: join(root, 'two', '.secretsrc'), SOPS_CONFIG: '../three/.secretsrc' }
    const found = [
      await findProject({ cwd, config: '../one/.secretsrc', env }),
      await findProject({ cwd, env }),
      await findProject({ cwd, env: { ...env, SECRETS_CONFIG: '' } }),
      await findProject({ cwd, env: {} }),
    ]
    assert.equal(
      found.map((project) => project.root),
      ['one', 'two', 'three', 'four'].map((name) => join(root, name)),
    )
  })

  test('tells which kind a named configuration is by its name, else by its content', async (context) => {
    const root = temporaryFolder(context)
    writeFileSync(join(root, 'team.sops.yaml'), SOPS)
    writeFileSync(join(root, 'a.yaml'), SOPS)
    writeFileSync(join(root, 'b.yaml'), OURS)
    const sources = await Promise.all(
      ['team.sops.yaml', 'a.yaml', 'b.yaml'].map(
        async (config) => (await findProject({ cwd: root, config, env: {} })).source,
      ),
    )
    assert.equal(sources, ['sops', 'sops', 'secretsrc'])
  })

  test('says what to do when there is none, and who named one that is missing', async (context) => {
    const root = temporaryFolder(context)
    mkdirSync(join(root, '.git'))
    const none = await errorOf({ cwd: root, env: {} })
    assert.is(none.code, 'CONFIG_NOT_FOUND')
    assert.match(none.hint ?? '', /secrets init/)
    const missing = await errorOf({ cwd: root, env: { SECRETS_CONFIG: 'nowhere' } })
    assert.is(missing.code, 'CONFIG_NOT_FOUND')
    assert.match(missing.message, /SECRETS_CONFIG/)
    assert.is((await errorOf({ cwd: root, config: '.', env: {} })).code, 'CONFIG_NOT_FOUND')
  })

  test('names the file in an error as the user knows it', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, '.secretsrc', 'version: 3\n')
    mkdirSync(join(root, 'a'))
    assert.is((await errorOf({ cwd: join(root, 'a'), env: {} })).place.file, join('..', '.secretsrc'))
  })

  test('refuses 10 MB without reading them, and is not held up by a pipe', async (context) => {
    const root = temporaryFolder(context)
    writeFileSync(join(root, '.secretsrc'), Buffer.alloc(10_000_000, 'a'))
    assert.is((await errorOf({ cwd: root, env: {} })).code, 'LIMIT_EXCEEDED')
    if (process.platform === 'win32') context.skip('no named pipes in folders on Windows')
    execFileSync('mkfifo', [join(root, 'pipe')])
    assert.is((await errorOf({ cwd: root, config: 'pipe', env: {} })).code, 'CONFIG_NOT_FOUND')
  })
})
