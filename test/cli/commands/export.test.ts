import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { projectSandbox } from '../../support/project-sandbox.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run, type Surroundings } from '../in-process.ts'

const FILES = {
  'staging/app.yaml': 'password: m4rker\nport: 5432\n',
  'staging/blob.bin': Uint8Array.of(0, 159, 146, 150),
}

type Export = (args: readonly string[], surroundings?: Surroundings) => Promise<Outcome>

/** `secrets export staging …` in a project. */
async function project(context: TestContext): Promise<{ readonly folder: string; readonly exported: Export }> {
  const { folder, env } = await projectSandbox(context, FILES)
  const exported: Export = async (args, surroundings = {}) =>
    run(['export', 'staging', ...args], {
      cwd: folder,
      env: { ...isolatedEnvironment(folder), ...env },
      ...surroundings,
    })
  return { folder, exported }
}

suite('export', (test) => {
  test('shows nothing on a terminal unless that is asked for', async (context) => {
    const { exported } = await project(context)
    const refused = await exported(['--format', 'json'], { terminals: ['stdin', 'stdout', 'stderr'] })
    assert.is(refused.status, 64)
    assert.is(refused.stdout, '')
    assert.match(refused.stderr, /values would be shown on the terminal/)
    assert.match(refused.stderr, /--output -/)
    const shown = await exported(['--format', 'json', '--output', '-'], { terminals: ['stdin', 'stdout', 'stderr'] })
    assert.match(shown.stdout, /m4rker/)
  })

  test('prints to a pipe while somebody sits at the terminal', async (context) => {
    const { exported } = await project(context)
    const { status, stdout } = await exported(['--format', 'sh'], { terminals: ['stdin', 'stderr'] })
    assert.is(status, 0)
    assert.is(stdout, "export password='m4rker'\nexport port='5432'\n")
  })

  test('tells of binary files that the format cannot hold, and hands them on where it can', async (context) => {
    const { folder, exported } = await project(context)
    const { stderr } = await exported(['--format', 'sh'])
    assert.match(stderr, /binary files are no variables, and are left out: .*blob\.bin/)
    assert.is((await exported(['--format', 'docker-secrets', '--output', 'out/'])).status, 0)
    assert.equal([...readFileSync(join(folder, 'out', 'blob.bin'))], [0, 159, 146, 150])
    assert.is(readFileSync(join(folder, 'out', 'password'), 'utf8'), 'm4rker')
  })

  test('leaves a file that is there as it is when something cannot be written', async (context) => {
    const { folder, exported } = await project(context)
    writeFileSync(join(folder, 'out.cmd'), 'old')
    const portable = await exported(['--format', 'kubernetes', '--name', 'Not A Name', '--output', 'out.cmd'])
    assert.is.not(portable.status, 0)
    assert.is(readFileSync(join(folder, 'out.cmd'), 'utf8'), 'old')
    assert.is.not((await exported(['--format', 'json', '--only', 'nothing', '--output', 'new.json'])).status, 0)
    assert.not.ok(existsSync(join(folder, 'new.json')))
  })

  test('the shell that reads it has the values, and an error where there are none', async (context) => {
    if (process.platform === 'win32') context.skip('there is no sh')
    const { folder, exported } = await project(context)
    const { stdout } = await exported(['--format', 'sh'])
    const script = 'v=$(cat) && eval "$v" && printf %s "$password:$port"'
    const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, stdin: stdout }
    assert.is((await runProgram('sh', ['-c', script], options)).stdout, 'm4rker:5432')
  })
})
