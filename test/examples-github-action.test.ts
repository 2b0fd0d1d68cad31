/** The script of the GitHub Action, run as the runner runs it: inputs by the environment, commands on standard output. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { projectRoot, readProjectFile } from './support/imports.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { jobEnvironment, pipelineProject } from './support/pipeline-project.ts'
import { type ProgramResult, runProgram } from './support/run-program.ts'
import { suite, type TestContext } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const ACTION = join(projectRoot, 'examples', 'github-action')
const KEY = 'AGE-SECRET-KEY-1NOTAREALKEY'

interface Call {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

interface Outcome extends ProgramResult {
  /** How the action has called `secrets`. */
  readonly calls: readonly Call[]
}

/** In the place of `secrets`: notes how it was called, and ends with the status that the variable FAIL_<command> says. */
const STAND_IN = `
const { appendFileSync } = require('node:fs')
const [command] = process.argv.slice(2)
appendFileSync(process.env.CALLS, JSON.stringify({ args: process.argv.slice(2), env: process.env }) + '\\n')
console.log('called ' + command)
process.exitCode = Number(process.env['FAIL_' + command] ?? 0)
`

/** Runs the action with these inputs, those of action.yml being the defaults as the runner fills them in. */
async function act(
  context: TestContext,
  inputs: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const workspace = join(temporaryFolder(context), 'work space')
  const place = join(workspace, 'node_modules', 'secretsrc')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: 'secretsrc', bin: { secrets: 'stand-in.cjs' } }))
  writeFileSync(join(place, 'stand-in.cjs'), STAND_IN)
  const calls = join(workspace, 'calls')
  writeFileSync(calls, '')
  const given = Object.entries({ ...defaults(), ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  const env = isolatedEnvironment(workspace, {
    GITHUB_WORKSPACE: workspace,
    CALLS: calls,
    ...Object.fromEntries(given),
    ...extra,
  })
  const result = await runProgram(process.execPath, [join(ACTION, 'main.mjs')], { cwd: workspace, env })
  const lines = readFileSync(calls, 'utf8').split('\n').slice(0, -1)
  // What the stand-in above writes.
  return { ...result, calls: lines.map((line) => JSON.parse(line) as Call) }
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly runs: { readonly using: string; readonly main: string }
}

function actionFile(): ActionFile {
  // GitHub's schema judges its form, among the peers.
  return parse(readProjectFile('examples/github-action/action.yml')) as ActionFile
}

function defaults(): Record<string, string> {
  return Object.fromEntries(Object.entries(actionFile().inputs).map(([name, { default: text = '' }]) => [name, text]))
}

suite('GitHub Action', (test) => {
  test('it is a program of Node, with no shell and no other action', () => {
    const { runs } = actionFile()
    assert.equal(runs, { using: 'node24', main: 'main.mjs' })
    assert.not.match(readProjectFile('examples/github-action/action.yml'), /\$\{\{|uses:|shell:/)
  })

  test('every input has a meaning', () => {
    const scripts = ['main.mjs', 'inputs.mjs'].map((name) => readProjectFile(`examples/github-action/${name}`)).join('')
    for (const name of Object.keys(defaults())) assert.match(scripts, `'${name}'`)
  })

  test('checks first, then hands over, with the arguments that the inputs say', async (context) => {
    const inputs = {
      targets: ' staging\nshared/*.yaml  ',
      only: 'database\n  api.token  \n\n',
      except: 'database.port',
      prefix: 'APP_',
      map: 'ci map.yaml',
      job: 'deploy',
      placeholders: 'TRUE',
    }
    const { status, calls } = await act(context, inputs)
    assert.is(status, 0)
    assert.equal(
      calls.map(({ args }) => args),
      [
        ['check', '--no-keys', '--format', 'github'],
        [
          'ci staging shared/*.yaml --only=database --only=api.token --except=database.port --prefix=APP_'.split(' '),
          ['--map=ci map.yaml', '--job=deploy', '--upper-case', '--placeholders'],
        ].flat(),
      ],
    )
  })

  test('masks the key before anything runs, and gives it to the one program that needs it', async (context) => {
    const { stdout, calls } = await act(context, { targets: 'staging', 'age-key': `\n# made for CI\n${KEY}\n` })
    assert.is(stdout, `::add-mask::${KEY}\ncalled check\ncalled ci\n`)
    const [check, ci] = calls
    assert.not.match(JSON.stringify(check), KEY)
    assert.is(ci?.env['SECRETS_AGE_KEY'], `# made for CI\n${KEY}`)
    assert.not.match(JSON.stringify({ ...ci, env: { ...ci?.env, SECRETS_AGE_KEY: '' } }), KEY)
  })

  test('a key that the runner holds in another way is left alone', async (context) => {
    const { calls } = await act(context, { targets: 'staging' }, { SECRETS_AGE_KEY_FILE: '/run/key' })
    assert.is(calls[1]?.env['SECRETS_AGE_KEY_FILE'], '/run/key')
    assert.is(calls[1]?.env['SECRETS_AGE_KEY'], undefined)
  })

  test('no input reaches a shell, whatever it holds', async (context) => {
    const evil = '$(touch hit);`touch hit`"\'&|>hit ${{ 1 }}'
    const { status, calls } = await act(context, {
      targets: 'staging',
      only: evil,
      prefix: evil,
      job: `--only=${evil}`,
    })
    assert.is(status, 0)
    assert.equal(calls[1]?.args.slice(2, 5), [`--only=${evil}`, `--prefix=${evil}`, `--job=--only=${evil}`])
  })

  test('nothing is decrypted where the check fails, and its status is that of the step', async (context) => {
    const failed = await act(context, { targets: 'staging' }, { FAIL_check: '1' })
    assert.is(failed.status, 1)
    assert.is(failed.calls.length, 1)
    const unchecked = await act(context, { targets: 'staging', check: 'false' }, { FAIL_ci: '128' })
    assert.is(unchecked.status, 128)
    assert.equal(
      unchecked.calls.map(({ args }) => args[0]),
      ['ci'],
    )
  })

  test('what cannot be meant is refused in a line that the runner shows', async (context) => {
    for (const [inputs, message] of [
      [{}, 'the input targets is empty: name an environment'],
      [{ targets: 'staging --keep-keys' }, 'the input targets holds --keep-keys, which is an option'],
      [{ targets: 'staging', placeholders: 'yes' }, 'the input placeholders is neither true nor false'],
      [{ targets: 'staging', 'vault-audience': 'x' }, /^the job may not ask for an identity token: .*id-token: write/],
    ] as const) {
      const { status, stdout, calls } = await act(context, inputs)
      assert.is(status, 1)
      const [, shown = ''] = /^::error title=secrets::(.*)$/m.exec(stdout) ?? []
      if (typeof message === 'string') assert.is(shown, message)
      else assert.match(shown, message)
      assert.not.ok(calls.some(({ args }) => args[0] === 'ci'))
    }
  })

  test('without secretsrc it says what to do, and takes one in PATH', async (context) => {
    const folder = temporaryFolder(context)
    const env = { GITHUB_WORKSPACE: folder, INPUT_TARGETS: 'staging', 'INPUT_WORKING-DIRECTORY': '.', PATH: folder }
    const options = { cwd: folder, env: isolatedEnvironment(folder, env) }
    const missing = await runProgram(process.execPath, [join(ACTION, 'main.mjs')], options)
    assert.match(missing.stdout, /^::error title=secrets::secretsrc is not installed: .*npm ci/)
    assert.is(missing.status, 1)
    if (process.platform === 'win32') return
    writeFileSync(join(folder, 'secrets'), `#!${process.execPath}\nconsole.log(process.argv.slice(2).join())\n`, {
      mode: 0o755,
    })
    const found = await runProgram(process.execPath, [join(ACTION, 'main.mjs')], options)
    assert.is(found.stdout, 'ci,staging\n')
  })

  test('with secrets itself: masks come before values, and a job that cannot have them is told why', async (context) => {
    const project = await pipelineProject(context)
    const [event, file] = [join(project.programs, 'event.json'), join(project.programs, 'github-env')]
    const fork = { head: { repo: { full_name: 'mallory/shop' } }, base: { repo: { full_name: 'acme/shop' } } }
    writeFileSync(event, JSON.stringify({ pull_request: fork }))
    const step = async (inputs: Readonly<Record<string, string>>, name = 'push'): Promise<ProgramResult> => {
      writeFileSync(file, '')
      const given = Object.entries({ ...defaults(), ...inputs }).map(([input, value]) => [
        `INPUT_${input.toUpperCase()}`,
        value,
      ])
      const github = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: event, GITHUB_ENV: file }
      const own = { GITHUB_WORKSPACE: project.folder, GITHUB_REPOSITORY: 'acme/shop', ...Object.fromEntries(given) }
      const env = jobEnvironment(project, { ...github, ...own })
      await runProgram('npm', ['ci'], { cwd: project.folder, env })
      return runProgram(process.execPath, [join(ACTION, 'main.mjs')], { cwd: project.folder, env })
    }
    const handed = await step({ targets: 'staging', 'age-key': project.keys.staging })
    assert.is(handed.status, 0, handed.stderr)
    const password = project.passwords.staging.replaceAll('%', '%25')
    assert.ok(handed.stdout.includes(`\n::add-mask::${password}\n`))
    for (const line of handed.stdout.split('\n').filter((text) => text.includes(password)))
      assert.match(line, /^::add-mask::/)
    assert.ok(readFileSync(file, 'utf8').includes(project.passwords.staging))
    const other = await step({ targets: 'production', 'age-key': project.keys.staging })
    assert.is(other.status, 128)
    assert.match(
      other.stderr,
      /key runner-staging opens staging, not production, because production is for runner-production/,
    )
    const outside = await step({ targets: 'staging' }, 'pull_request')
    assert.is(outside.status, 128)
    assert.match(outside.stderr, /pull request from the fork mallory\/shop: such jobs get no key/)
    assert.is(readFileSync(file, 'utf8'), '')
    const marked = await step({ targets: 'staging', placeholders: 'true' }, 'pull_request')
    assert.is(marked.status, 0, marked.stderr)
    assert.match(readFileSync(file, 'utf8'), /^SECRETS_PLACEHOLDERS<</m)
    assert.is((await step({ targets: 'staging', placeholders: 'true' })).status, 128, 'a job that should have a key')
  }, 240)

  test('an identity token is asked for with its audience, masked, and given to the one program', async (context) => {
    const asked: unknown[] = []
    const runner = createServer((request, response) => {
      asked.push([request.url, request.headers.authorization])
      response.end(JSON.stringify({ value: 'token-of-the-job' }))
    })
    await new Promise<void>((resolve) => {
      runner.listen(0, '127.0.0.1', resolve)
    })
    context.onCleanup(() => {
      runner.close()
    })
    const address = runner.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const given = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'permit',
    }
    const { status, stdout, calls } = await act(
      context,
      { targets: 'staging', 'vault-audience': 'https://v.example' },
      given,
    )
    assert.is(status, 0)
    assert.equal(asked, [['/token?api-version=2&audience=https%3A%2F%2Fv.example', 'bearer permit']])
    assert.match(stdout, /^::add-mask::token-of-the-job\ncalled ci$/m)
    assert.is(calls[0]?.env['VAULT_JWT'], undefined)
    assert.is(calls[1]?.env['VAULT_JWT'], 'token-of-the-job')
  })
})
