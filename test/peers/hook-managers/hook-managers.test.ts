import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { installHooks, removeHooks } from '../../../src/git/hooks.ts'
import { type SecretRepository, secretRepository } from '../../git/secret-repository.ts'
import { writeBelow } from '../../support/git-sandbox.ts'
import { projectRoot } from '../../support/imports.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A repository in which the hooks alone stand in the way, with `secrets` in PATH. */
async function repository(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const made = await secretRepository(context)
  await made.secrets('uninstall')
  await made.git('add', '.secretsrc')
  await made.git('commit', '--quiet', '--no-verify', '--message', 'first')
  return made
}

/** PATH with a `secrets` in front of it: scripts that a repository shares name no paths. */
function pathOf(context: Pick<TestContext, 'onCleanup'>): string {
  const folder = temporaryFolder(context)
  writeBelow(folder, 'secrets', `#!/bin/sh\nexec '${process.execPath}' '${secretsProgram()}' "$@"\n`, 0o755)
  return [folder, process.env['PATH'] ?? ''].join(delimiter)
}

async function run(made: SecretRepository, path: string, program: string, ...args: readonly string[]): Promise<string> {
  const env = { ...made.env, PATH: path, PRE_COMMIT_HOME: join(made.folder, '..', 'pre-commit-home') }
  const { status, stdout, stderr } = await runProgram(program, args, { cwd: made.folder, env })
  return `${status}\n${stdout}${stderr}`
}

async function refusesPlain(made: SecretRepository, path: string): Promise<string> {
  made.write('prod/a.yaml', 'password: marker-plain\n')
  await made.git('add', '--all')
  const refused = await run(made, path, 'git', 'commit', '-m', 'plain')
  assert.not.match(refused, /^0\n/)
  assert.match(refused, /prod\/a\.yaml:1:11: password: is in clear/)
  assert.not.match(refused, /marker/)
  await made.secrets('encrypt', '--quiet', 'prod/a.yaml')
  await made.git('add', '--all')
  const committed = await run(made, path, 'git', 'commit', '-m', 'encrypted')
  assert.match(committed, /^0\n/)
  return committed
}

function install({ folder, env }: SecretRepository): ReturnType<typeof installHooks> {
  const paths = { node: process.execPath, script: secretsProgram() }
  return installHooks({ top: folder, git: { cwd: folder, env } }, paths)
}

function remove({ folder, env }: SecretRepository): ReturnType<typeof removeHooks> {
  return removeHooks({ top: folder, git: { cwd: folder, env } })
}

suite('hook managers', (test) => {
  test('husky: beside what people wrote, through another run of husky, and away again', async (context) => {
    const husky = needPeer('husky', context)
    const [made, path] = [await repository(context), pathOf(context)]
    made.write('package.json', '{"private":true}')
    assert.match(await run(made, path, husky), /^0\n/)
    made.write('.husky/pre-commit', 'echo from-husky\n')
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['shared', 'shared'],
    )
    assert.match(await refusesPlain(made, path), /from-husky/)
    await run(made, path, husky)
    assert.equal(
      (await install(made)).map(({ state }) => state),
      ['unchanged', 'unchanged'],
    )
    assert.is((await made.git('config', 'core.hooksPath')).stdout.trim(), '.husky/_')
    await remove(made)
    assert.is(made.read('.husky/pre-commit'), 'echo from-husky\n')
  })

  test('lefthook: in its script, and by its own configuration', async (context) => {
    const lefthook = needPeer('lefthook', context)
    const [made, path] = [await repository(context), pathOf(context)]
    made.write('lefthook.yml', 'pre-commit:\n  commands:\n    other:\n      run: echo from-lefthook\n')
    assert.match(await run(made, path, lefthook, 'install'), /^0\n/)
    const before = made.read('.git/hooks/pre-commit')
    await install(made)
    await refusesPlain(made, path)
    await remove(made)
    assert.is(made.read('.git/hooks/pre-commit'), before)

    made.write('lefthook.yml', 'pre-commit:\n  commands:\n    secrets:\n      run: secrets hook pre-commit\n')
    await run(made, path, lefthook, 'install', '--force')
    made.write('prod/b.yaml', 'password: marker-plain\n')
    await made.git('add', '--all')
    const refused = await run(made, path, 'git', 'commit', '-m', 'plain')
    assert.match(refused, /prod\/b\.yaml: the file is not encrypted/)
  })

  test('pre-commit: in its script, before it, and as one of its hooks', async (context) => {
    const preCommit = needPeer('pre-commit', context)
    const [made, path] = [await repository(context), pathOf(context)]
    const other =
      '{id: other, name: other, language: system, entry: echo from-pre-commit, verbose: true, always_run: true, pass_filenames: false}'
    made.write('.pre-commit-config.yaml', `repos:\n  - repo: local\n    hooks:\n      - ${other}\n`)
    assert.match(await run(made, path, preCommit, 'install'), /^0\n/)
    const before = made.read('.git/hooks/pre-commit')
    await install(made)
    assert.match(await refusesPlain(made, path), /from-pre-commit/)
    await remove(made)
    assert.is(made.read('.git/hooks/pre-commit'), before)

    await run(made, path, preCommit, 'uninstall')
    await install(made)
    await run(made, path, preCommit, 'install')
    made.write('prod/b.yaml', 'password: marker-plain\n')
    await made.git('add', '--all')
    assert.match(await run(made, path, 'git', 'commit', '-m', 'plain'), /prod\/b\.yaml: the file is not encrypted/)
    await remove(made)
    assert.match(await run(made, path, 'git', 'commit', '-m', 'plain'), /^0\n/)

    made.write('.pre-commit-config.yaml', `repos:\n  - repo: local\n    hooks:\n${ownHooks()}\n`)
    made.write('prod/c.yaml', 'password: marker-plain\n')
    await made.git('add', '--all')
    const refused = await run(made, path, 'git', 'commit', '-m', 'plain')
    assert.match(refused, /prod\/c\.yaml: the file is not encrypted/)
  }, 120)
})

/** The hooks that this project offers, with the `secrets` that is in PATH. */
function ownHooks(): string {
  const hooks: unknown = parse(readFileSync(join(projectRoot, '.pre-commit-hooks.yaml'), 'utf8'))
  if (!Array.isArray(hooks)) throw new Error('.pre-commit-hooks.yaml is no list')
  return hooks.map((hook) => `      - ${JSON.stringify({ ...hook, language: 'system' })}`).join('\n')
}
