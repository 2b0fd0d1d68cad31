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

  test('library/review.js names what changed and what is missing, and fails for a value that leaked', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': YAML, 'production/app.yaml': 'database: {}\n' })
    const review = async (): ReturnType<typeof runProgram> => {
      const env = isolatedEnvironment(project.folder, project.env)
      const script = join(root, 'examples', 'library', 'review.js')
      return runProgram(process.execPath, [script, 'HEAD'], { cwd: project.folder, env })
    }
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'first'],
    ]) {
      await runProgram('git', args, { cwd: project.folder, env: isolatedEnvironment(project.folder) })
    }
    await project.open().set('staging', 'database.user', 'other')
    const clean = await review()
    assert.is(clean.status, 0, clean.stderr)
    assert.match(clean.stdout, /^changed: database\.user in staging\/app\.yaml\n/)
    assert.match(clean.stdout, 'production lacks deploy.token')
    project.write('notes.txt', 'tok-marker-4711\n')
    await runProgram('git', ['add', 'notes.txt'], { cwd: project.folder, env: isolatedEnvironment(project.folder) })
    const leaked = await review()
    assert.is(leaked.status, 1)
    assert.is(leaked.stderr, 'notes.txt:1: holds the value of deploy.token\n')
    assert.not.match(leaked.stdout + clean.stdout, /tok-marker/)
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
