/** The library over a repository: what changed, what is wrong, what leaked, who can read what. */
import * as assert from 'uvu/assert'
import { isSecretsError, openRepository, type RepositorySession } from '../src/index.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { type ProjectSandbox, projectSandbox } from './support/project-sandbox.ts'
import { runProgram } from './support/run-program.ts'
import { suite, type TestContext } from './support/suite.ts'

const FILES = {
  'staging/app.yaml': 'database:\n  user: shop-of-all\n  password: marker-of-staging\n',
  'production/app.yaml': 'database:\n  user: shop-of-all\n  password: marker-of-production\n  host: db\n',
}

interface Committed extends ProjectSandbox {
  readonly git: (...args: readonly string[]) => Promise<string>
  readonly repository: (env?: Readonly<Record<string, string>>) => RepositorySession
}

async function committed(context: Pick<TestContext, 'onCleanup'>): Promise<Committed> {
  const project = await projectSandbox(context, FILES)
  const env = isolatedEnvironment(project.folder)
  const git = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await runProgram('git', args, { cwd: project.folder, env })
    assert.is(status, 0, stderr)
    return stdout
  }
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'first')
  const repository: Committed['repository'] = (keys = project.env) =>
    openRepository({ env: { ...env, ...keys }, cwd: project.folder, home: project.folder })
  return { ...project, git, repository }
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isSecretsError(error)) throw new Error(`no error of ours: ${String(error)}`)
  return error.code
}

suite('library, repositories', (test) => {
  test('says what changed since a commit, by name and not by value', async (context) => {
    const made = await committed(context)
    assert.equal(await made.repository().diff(), [])
    await made.open().set('staging', 'database.password', 'another')
    await made.open().set('staging', 'database.port', 5432)
    for (const env of [made.env, {}]) {
      const [file, ...others] = await made.repository(env).diff('HEAD', ['staging'])
      assert.equal(others, [])
      assert.is(file?.file, 'staging/app.yaml')
      assert.equal(
        file?.entries.map(({ path, change, secret }) => [path, change, secret]),
        [
          ['database.password', 'changed', true],
          ['database.port', 'added', true],
        ],
      )
      assert.not.match(JSON.stringify(file), /marker|another|5432/)
    }
    assert.equal(await made.repository().diff('HEAD', ['production']), [])
    assert.is(await codeOf(made.repository().diff('nowhere')), 'UNKNOWN_TARGET')
  })

  test('judges what git holds: all, staged, and commits, without a key', async (context) => {
    const made = await committed(context)
    assert.equal(await made.repository({}).check(), { problems: [], files: 2, macUnchecked: 2 })
    assert.is((await made.repository().check()).macUnchecked, 0)
    made.write('staging/plain.yaml', 'token: marker-plain\n')
    await made.git('add', 'staging/plain.yaml')
    const { problems } = await made.repository({}).check({ range: 'staged', targets: ['staging'] })
    assert.ok(problems.some(({ rule, file }) => rule === 'plain-file' && file === 'staging/plain.yaml'))
    assert.equal((await made.repository({}).check({ range: 'staged', targets: ['production'] })).problems, [])
    await made.git('commit', '--quiet', '--message', 'in clear')
    const past = await made.repository({}).check({ range: 'HEAD~1..HEAD', checkMac: false })
    assert.match(past.problems[0]?.commit ?? '', /^[0-9a-f]{40}$/)
    assert.not.match(JSON.stringify([problems, past]), /marker/)
    assert.is(await codeOf(made.repository().check({ range: 'nonsense' })), 'UNKNOWN_TARGET')
  })

  test('finds values of secret files in others, in the index and in the history', async (context) => {
    const made = await committed(context)
    assert.equal((await made.repository().scan()).leaks, [])
    made.write('notes.txt', `see\n ${Buffer.from('x marker-of-staging').toString('base64')}\n`)
    await made.git('add', 'notes.txt')
    const { leaks, values } = await made.repository().scan({ range: 'staged' })
    assert.is(values, 3)
    assert.equal(leaks, [
      {
        file: 'notes.txt',
        line: 2,
        column: 5,
        secretFile: 'staging/app.yaml',
        path: 'database.password',
        form: 'base64',
      },
    ])
    await made.git('commit', '--quiet', '--message', 'leaked')
    const [past] = (await made.repository().scan({ range: 'history', targets: ['staging'] })).leaks
    assert.match(past?.commit ?? '', /^[0-9a-f]{40}$/)
    assert.equal((await made.repository().scan({ targets: ['production'] })).leaks, [])
    assert.is((await made.repository({}).scan()).unopened, 2)
  })

  test('lists who can read what, and lays environments side by side', async (context) => {
    const made = await committed(context)
    const rows = await made.open({ env: {} }).access(['staging'])
    assert.equal(
      rows.map(({ name, reference, cells }) => [name, reference, cells.map(({ readable }) => readable)]),
      [['alice', made.recipient, [1]]],
    )
    assert.is(await codeOf(made.open().access(['nope'])), 'UNKNOWN_TARGET')
    const [files] = await made.open().compare('staging', 'production')
    assert.equal(
      files?.entries.map(({ path, comparison, shared }) => [path, comparison, shared]),
      [
        ['database.user', 'equal', true],
        ['database.password', 'different', false],
        ['database.host', 'right only', false],
      ],
    )
    assert.not.match(JSON.stringify(files), /marker|shop-of-all/)
  })

  test('says where there is no repository', async (context) => {
    const made = await projectSandbox(context, FILES)
    assert.is(await codeOf(openRepository({ env: made.env, cwd: made.folder }).check()), 'GIT_FAILED')
  })
})
