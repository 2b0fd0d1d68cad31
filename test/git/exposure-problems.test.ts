import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type GitSandbox, gitSandbox } from '../support/git-sandbox.ts'
import type { ProgramResult } from '../support/run-program.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runIn } from './secret-repository.ts'

interface Repository extends GitSandbox {
  /** `secrets`, which must end with status 0. */
  secrets(...args: readonly string[]): Promise<string>
  /** `secrets check --no-exposure --json` with more arguments: `FILE PATH` of every exposed value. */
  exposed(...args: readonly string[]): Promise<readonly string[]>
  check(...args: readonly string[]): Promise<ProgramResult>
}

const CONFIG = `version: 1
recipients:
  alice: {ALICE}
  bob: {BOB}
environments:
  production: { files: 'prod/**', recipients: [alice, bob] }
  staging: { files: 'staging/**', recipients: [alice] }
`

/** A repository in which bob could read `prod/a.yaml` and `prod/b.env`, until now. */
async function repository(context: Pick<TestContext, 'onCleanup'>): Promise<Repository> {
  const bare = await gitSandbox(context)
  const key = (name: string): string => join(bare.folder, '..', `${name}.txt`)
  const base = { ...bare, env: { ...bare.env, SECRETS_AGE_KEY_FILE: key('alice') } }
  const run = (...args: readonly string[]): Promise<ProgramResult> => runIn(base, base.folder, args)
  const secrets = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await run(...args)
    if (status !== 0) throw new Error(`secrets ${args.join(' ')}: ${status}\n${stderr}`)
    return stdout
  }
  const [alice, bob] = [
    (await secrets('keygen', '--output', key('alice'))).trim(),
    (await secrets('keygen', '--output', key('bob'))).trim(),
  ]
  base.write('.secretsrc', CONFIG.replace('{ALICE}', alice).replace('{BOB}', bob))
  base.write('prod/a.yaml', '# note\npassword: marker-plain-one\nlist:\n  - marker-a\n  - marker-b\n')
  base.write('prod/b.env', 'TOKEN=marker-token\n')
  base.write('staging/c.env', 'OTHER=marker-other\n')
  await secrets('encrypt')
  await base.git('add', '--all')
  await base.commit('first')
  await secrets('revoke', '--yes', 'bob')
  await base.commitAll('revoked')
  const check = (...args: readonly string[]): Promise<ProgramResult> => run('check', '--no-exposure', ...args)
  const exposed = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr } = await check('--json', ...args)
    assert.not.match(stdout + stderr, /marker-/)
    const { problems }: { problems: { rule: string; file: string; path?: string }[] } = JSON.parse(stdout)
    assert.ok(problems.every(({ rule }) => rule === 'exposed-value'))
    return problems.map(({ file, path }) => `${file} ${path}`).toSorted()
  }
  return { ...base, secrets, exposed, check }
}

const ALL = ['prod/a.yaml list[0]', 'prod/a.yaml list[1]', 'prod/a.yaml password', 'prod/b.env TOKEN']

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

suite('exposure problems', (test) => {
  test(
    'check fails on each value that a former recipient knows, and only when it is asked to',
    async (context) => {
      const made = await repository(context)
      assert.equal(await made.exposed(), ALL)
      assert.equal(await made.exposed('prod/b.env'), ['prod/b.env TOKEN'])
      await made.secrets('check')
      assert.equal(await made.exposed('--except', 'bob'), [])
      assert.is((await runIn(made, made.folder, ['check', '--except', 'bob'])).status, 64)
      await made.secrets('exposure', '--except', 'bob')
      assert.is((await runIn(made, made.folder, ['exposure'])).status, 1)
      assert.is((await made.check('--except', 'nobody')).status, 78)
      const { status, stdout } = await made.check()
      assert.is(status, 1)
      assert.match(stdout, /^prod\/a\.yaml:2:\d+: password: bob could read this value, and it is still in use /m)
      assert.match(stdout, 'hint: change it at its source, then: secrets set prod/b.env TOKEN')
      assert.not.match(stdout, 'staging')
    },
    SECONDS,
  )

  test(
    'what is changed, removed or was never seen is fine; what the index has counts, not the work tree',
    async (context) => {
      const made = await repository(context)
      for (const [file, path] of [
        ['prod/a.yaml', 'password'],
        ['prod/b.env', 'TOKEN'],
      ] as const) {
        await made.secrets('set', file, path, '--generate', 'hex')
      }
      await made.secrets('set', 'prod/b.env', 'FRESH', '--generate', 'hex')
      assert.equal(await made.exposed(), ALL)
      await made.git('add', '--all')
      assert.equal(await made.exposed(), ['prod/a.yaml list[0]', 'prod/a.yaml list[1]'])
      await made.secrets('unset', 'prod/a.yaml', 'list')
      await made.git('add', '--all')
      assert.is((await made.check()).status, 0)
    },
    SECONDS,
  )

  test(
    'renamed files, moved entries and lists that got shorter are followed',
    async (context) => {
      const made = await repository(context)
      await made.git('mv', 'prod/b.env', 'prod/renamed.env')
      assert.equal((await made.exposed()).at(-1), 'prod/renamed.env TOKEN')
      await made.secrets('unset', 'prod/a.yaml', 'list[0]')
      await made.git('add', '--all')
      assert.equal((await made.exposed())[0], 'prod/a.yaml list[0]')
      made.write('value', 'marker-plain-one')
      await made.secrets('set', 'staging/c.env', 'MOVED', '--from-file', 'value')
      await made.secrets('unset', 'prod/a.yaml', 'password')
      await made.git('rm', '--quiet', '--cached', 'prod/renamed.env')
      await made.git('add', 'staging', 'prod/a.yaml')
      assert.equal(await made.exposed(), ['prod/a.yaml list[0]', 'staging/c.env MOVED'])
    },
    SECONDS,
  )

  test(
    'a file that no environment claims any more, in its old place or another, is still looked at',
    async (context) => {
      const made = await repository(context)
      await made.git('mv', 'prod/b.env', 'elsewhere.env')
      made.write('.secretsrc', made.read('.secretsrc').replace("'prod/**'", "'prod/a.*'"))
      await made.commitAll('moved')
      assert.equal((await made.exposed())[0], 'elsewhere.env TOKEN')
      await made.secrets('recipients', 'remove', 'bob')
      await made.commitAll('forgot his name')
      const { stdout } = await made.check()
      assert.match(stdout, /age1\S+ could read this value/)
    },
    SECONDS,
  )

  test(
    'a value that came with a merge, and a commit that no branch has yet',
    async (context) => {
      const made = await repository(context)
      await made.git('checkout', '--quiet', '-b', 'side', 'HEAD~1')
      await made.secrets('set', 'prod/b.env', 'ON_SIDE', '--generate', 'base64')
      await made.commitAll('bob saw this too')
      await made.git('checkout', '--quiet', '-')
      assert.equal(await made.exposed(), ALL)
      await made.git('config', 'merge.secretsrc.driver', 'false')
      await made.tryGit('merge', '--quiet', 'side')
      await made.secrets('merge', '--ours', 'prod/b.env')
      await made.git('add', '--all')
      await made.git('commit', '--quiet', '--no-edit')
      assert.equal(await made.exposed(), [...ALL.slice(0, 3), 'prod/b.env ON_SIDE', 'prod/b.env TOKEN'])
      await made.secrets('set', 'prod/b.env', 'ON_SIDE', '--generate', 'hex')
      const tree = await made.git('commit-tree', '-p', 'HEAD', '-m', 'loose', 'HEAD^{tree}')
      assert.equal(await made.exposed(`HEAD~1..${tree.stdout.trim()}`), [
        ...ALL.slice(0, 3),
        'prod/b.env ON_SIDE',
        'prod/b.env TOKEN',
      ])
    },
    SECONDS,
  )

  test(
    'without a key nobody can tell, and that is a problem; a shallow clone is an error',
    async (context) => {
      const made = await repository(context)
      const env = { ...made.env, SECRETS_AGE_KEY_FILE: join(made.folder, 'none') }
      const { status, stdout } = await runIn({ env }, made.folder, ['check', '--no-exposure'])
      assert.is(status, 1)
      assert.match(stdout, 'prod/a.yaml: bob could read 3 values, and no key here tells whether they were changed')
      assert.match(stdout, 'prod/b.env: bob could read a value, and no key here tells whether it was changed')
      const conflicting = await runIn(made, made.folder, ['check', '--no-exposure', '--no-keys'])
      assert.is(conflicting.status, 8)
      await made.git('clone', '--quiet', '--depth=1', `file://${made.folder}`, '../shallow')
      const shallow = await runIn(made, join(made.folder, '..', 'shallow'), ['check', '--no-exposure'])
      assert.is.not(shallow.status, 0)
      assert.is.not(shallow.status, 1)
      assert.match(shallow.stderr, 'the clone is shallow')
      assert.match(shallow.stderr, 'git fetch --unshallow')
      const listed = await runIn(made, join(made.folder, '..', 'shallow'), ['exposure'])
      assert.match(listed.stderr, 'this clone is shallow')
    },
    SECONDS,
  )

  test(
    'every format of report tells them, without a value',
    async (context) => {
      const made = await repository(context)
      const shown = async (format: string): Promise<string> => {
        const { status, stdout } = await made.check('--format', format)
        assert.is(status, 1)
        assert.not.match(stdout, /marker-/)
        return stdout
      }
      assert.match(await shown('text'), /prod\/b\.env:1:\d+: TOKEN: bob could read this value.*\(exposed-value\)/)
      assert.is(JSON.parse(await shown('json')).exposed, 4)
      assert.match(await shown('github'), /^::error file=prod\/b\.env,line=1,.*::.*bob could read this value/m)
      const [run] = JSON.parse(await shown('sarif')).runs
      assert.is(run.results.length, 4)
      assert.ok(run.results.every(({ ruleId }: { ruleId: string }) => ruleId === 'exposed-value'))
      assert.ok(run.tool.driver.rules.some(({ id }: { id: string }) => id === 'exposed-value'))
      const junit = await shown('junit')
      assert.match(junit, /<failure[^>]*bob could read this value/)
      assert.match(junit, 'exposed-value')
    },
    SECONDS,
  )
})
