import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import * as assert from 'uvu/assert'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type RunningSecrets, type RunSandbox, runSandbox, stateOf, until } from './running.ts'

/** Prints where its file is and who it is, and goes on for ever; SIGTERM and SIGINT do not end it by themselves. */
const WAITING = `
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => { console.log('got ' + name); process.exit(9) })
process.on('SIGTSTP', () => console.log('stop here'))
process.on('SIGCONT', () => console.log('going on'))
setInterval(() => {}, 1000)
console.log('file ' + process.env.key + ' pid ' + process.pid + ' end')
`

interface Started extends RunningSecrets {
  readonly file: string
  readonly childPid: number
}

async function started(
  sandbox: RunSandbox,
  context: TestContext,
  options: readonly string[] = ['--files'],
): Promise<Started> {
  const running = sandbox.start(['--quiet', ...options], WAITING)
  const found = await running.shows(/file (.*) pid (\d+) end/)
  const childPid = Number(found[2])
  context.onCleanup(() => {
    if (stateOf(childPid) !== '') process.kill(childPid, 'SIGKILL')
  })
  return { ...running, file: found[1] ?? '', childPid }
}

async function sandboxOf(context: TestContext): Promise<RunSandbox> {
  if (process.platform === 'win32') context.skip('Windows has no signals')
  return runSandbox(context, { key: 'a-key-of-this-test' })
}

suite('the end of run', (test) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`removes the files after ${signal}, when the command has ended`, async (context) => {
      const sandbox = await sandboxOf(context)
      const { child, file, ended, shows, pid } = await started(sandbox, context)
      assert.ok(existsSync(file))
      child.kill(signal)
      await shows(new RegExp(`got ${signal}`))
      assert.equal(await ended, { status: 9, signal: null })
      assert.not(existsSync(dirname(file)))
      assert.equal(sandbox.privateFolders(pid), [])
    })
  }

  test('removes the files when the command is killed, and tells by what', async (context) => {
    const { file, ended, childPid } = await started(await sandboxOf(context), context)
    process.kill(childPid, 'SIGKILL')
    assert.equal(await ended, { status: 137, signal: null })
    assert.not(existsSync(dirname(file)))
  })

  test('leaves no file where the command cannot be started', async (context) => {
    const { folder, run } = await sandboxOf(context)
    const folders = async (): Promise<string> =>
      (await run(['--quiet', '--files'], 'console.log(process.env.key)')).stdout
    assert.ok(!existsSync(dirname((await folders()).trim())))
    const { status } = await runSecrets(['run', '--files', 'a.json', '--', folder], { cwd: folder })
    assert.is(status, 126)
  })

  for (const command of ['status', 'unfinished']) {
    test(`by SIGKILL leaves files for ${command} to remove`, async (context) => {
      const sandbox = await sandboxOf(context)
      const { child, file, ended, childPid, pid } = await started(sandbox, context)
      child.kill('SIGKILL')
      process.kill(childPid, 'SIGKILL')
      await ended
      assert.ok(existsSync(file))
      const next = await runSecrets([command], { cwd: sandbox.folder })
      assert.match(next.stderr, 'removed what a command that was killed had left in clear')
      assert.not(existsSync(dirname(file)))
      assert.equal(sandbox.privateFolders(pid), [])
    })
  }

  test('is the next run with files, for what an earlier one left', async (context) => {
    const sandbox = await sandboxOf(context)
    const { child, file, ended, childPid } = await started(sandbox, context)
    child.kill('SIGKILL')
    process.kill(childPid, 'SIGKILL')
    await ended
    assert.is((await sandbox.run(['--quiet', '--files'], '')).status, 0)
    assert.not(existsSync(dirname(file)))
  })

  test('waits while both are told to stop, and comes when both go on', async (context) => {
    if (process.platform !== 'linux') context.skip('states of processes are read as Linux has them')
    const { child, pid, shows, ended } = await started(await sandboxOf(context), context, [])
    child.kill('SIGTSTP')
    await shows(/stop here/)
    await until(() => stateOf(pid) === 'T')
    child.kill('SIGCONT')
    await shows(/going on/)
    child.kill('SIGTERM')
    assert.equal(await ended, { status: 9, signal: null })
  })
})
