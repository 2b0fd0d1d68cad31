import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { runSecrets, secretsProgram } from '../support/run-secrets.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MANIFEST = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const WAITING = fileURLToPath(new URL('waiting-program.ts', import.meta.url))

suite('main', (test) => {
  test('says the version of the package', async (context) => {
    const cwd = temporaryFolder(context)
    for (const flag of ['--version', '-v'])
      assert.is((await runSecrets([flag], { cwd })).stdout, `${MANIFEST.version}\n`)
  })

  test('makes keys that are found again, and exits as its commands say', async (context) => {
    const cwd = temporaryFolder(context)
    const made = await runSecrets(['keygen', '--output', 'key.txt'], { cwd })
    assert.is(made.status, 0)
    assert.match(readFileSync(join(cwd, 'key.txt'), 'utf8'), made.stdout.trim())
    assert.is((await runSecrets(['keygen', '--output', 'key.txt'], { cwd })).status, 73)
    assert.is((await runSecrets(['keygne'], { cwd })).status, 64)
  })

  test('ends quietly when the reader goes away', async (context) => {
    const cwd = temporaryFolder(context)
    const child = spawn(process.execPath, [secretsProgram(), '--help'], { cwd, env: isolatedEnvironment(cwd) })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    child.stdout.destroy()
    const status = await new Promise((resolve) => {
      child.on('close', resolve)
    })
    assert.is(stderr, '')
    assert.ok(status === 141 || status === 0, String(status))
  })

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    test(`${signal} runs the clean-ups and exits with ${expected}`, async (context) => {
      if (process.platform === 'win32') context.skip('Windows has no signals')
      const cwd = temporaryFolder(context)
      const { status, stderr } = await signalled(cwd, 'patient', [signal])
      assert.is(status, expected)
      assert.is(stderr, 'secrets: error: interrupted\n')
      assert.ok(existsSync(join(cwd, 'cleaned')))
    })
  }

  test('a second Ctrl-C does not wait', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals')
    const started = Date.now()
    const { status } = await signalled(temporaryFolder(context), 'stubborn', ['SIGINT', 'SIGINT'])
    assert.is(status, 130)
    assert.ok(Date.now() - started < 30_000)
  })

  test('an error outside of any command shows no message', async (context) => {
    const { status, stderr } = await signalled(temporaryFolder(context), 'broken', [])
    assert.is(status, 70)
    assert.match(stderr, 'this is a defect of secrets')
    assert.not.match(stderr, 'marker7')
  })
})

/** Runs the waiting program and sends it signals, the first when it is ready, each further one a little later. */
async function signalled(
  cwd: string,
  manner: string,
  signals: readonly NodeJS.Signals[],
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', WAITING, manner], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...isolatedEnvironment(cwd), WAITING_FOLDER: cwd },
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  child.stdout.once('data', () => {
    for (const [index, signal] of signals.entries()) setTimeout(() => child.kill(signal), index * 300)
  })
  const status = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  return { status, stderr }
}
