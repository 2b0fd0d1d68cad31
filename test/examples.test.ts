import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { projectSandbox } from './support/project-sandbox.ts'
import { runProgram } from './support/run-program.ts'
import { suite } from './support/suite.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const YAML = 'deploy:\n  token: tok-marker-4711\ndatabase:\n  user: app\n  port: 5432\n'

// The example imports the package by its name, as its users do: that is the built library.
if (process.env['SECRETS_TEST_BUILT'] !== '1') {
  const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.js'), '--if-stale'], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the library cannot be built:\n${built.stdout}${built.stderr}`)
}

suite('examples', (test) => {
  test('library/deploy.js asks for its secrets by name and prints none', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': YAML })
    const { status, stdout, stderr } = await deploy(project.folder, 'staging', project.env)
    assert.is(status, 0, stderr)
    assert.match(stdout, /^deploying to staging as app, port 5432\nsignature of 64 characters\n$/)
    assert.not.match(stdout + stderr, /tok-marker/)
  })

  test('library/deploy.js says in a line what is wrong', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': YAML })
    const withoutKey = await deploy(project.folder, 'staging', {})
    assert.is(withoutKey.status, 1)
    assert.match(withoutKey.stderr, /^CANNOT_OPEN: /)
    const elsewhere = await deploy(project.folder, 'stagin', project.env)
    assert.is(elsewhere.status, 1)
    assert.match(elsewhere.stderr, /^UNKNOWN_TARGET: [^]*staging/)
  })
})

function deploy(
  cwd: string,
  environment: string,
  env: Readonly<Record<string, string>>,
): ReturnType<typeof runProgram> {
  const script = join(root, 'examples', 'library', 'deploy.js')
  return runProgram(process.execPath, [script, environment], { cwd, env: isolatedEnvironment(cwd, env) })
}
