import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { mustForward } from '../../../src/cli/further-signals.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { runSecrets, secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Says that it is there, then names every signal it gets; ends with status 5 on SIGTERM. */
const LISTENER = `
for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH']) process.on(name, () => console.log(name))
process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(5) })
setInterval(() => {}, 1000)
console.log('ready ' + process.env.TOKEN)
`

/** Starts `secrets run` with the listener; each signal is sent when the line before it has come. */
async function signalled(
  signals: readonly NodeJS.Signals[],
  context: Pick<TestContext, 'onCleanup'>,
): Promise<{ readonly status: number | null; readonly lines: readonly string[] }> {
  const cwd = temporaryFolder(context)
  const key = join(cwd, 'key.txt')
  const recipient = (await runSecrets(['keygen', '--output', key], { cwd })).stdout.trim()
  writeFileSync(join(cwd, 'a.env'), 'TOKEN=yes\n')
  assert.is((await runSecrets(['encrypt', '--recipient', recipient, 'a.env'], { cwd })).status, 0)
  const args = [secretsProgram(), 'run', 'a.env', '--', process.execPath, '-e', LISTENER]
  const child = spawn(process.execPath, args, {
    cwd,
    env: isolatedEnvironment(cwd, { SECRETS_AGE_KEY_FILE: key }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.onCleanup(() => void child.kill('SIGKILL'))
  const left = [...signals]
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
    const next = left.shift()
    if (next !== undefined) child.kill(next)
  })
  const status = await new Promise<number | null>((done) => child.on('close', done))
  return { status, lines: output.trim().split('\n') }
}

suite('run', (test) => {
  test('passes every signal on, and ends as the command ends', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals')
    const signals = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH', 'SIGINT', 'SIGTERM'] as const
    const { status, lines } = await signalled(signals, context)
    assert.equal(lines, ['ready yes', ...signals])
    assert.is(status, 5)
  })

  test('leaves to the terminal what the terminal sends to all programs by itself', () => {
    assert.equal(
      [mustForward('SIGINT', true), mustForward('SIGQUIT', true), mustForward('SIGWINCH', true)],
      [false, false, false],
    )
    assert.equal(
      [mustForward('SIGTERM', true), mustForward('SIGHUP', true), mustForward('SIGUSR1', true)],
      [true, true, true],
    )
    assert.ok(mustForward('SIGINT', false))
  })
})
