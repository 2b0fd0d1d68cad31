import { existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { runProgram } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Job {
  readonly folder: string
  readonly home: string
  /** Puts the key at a path below the folder and runs a command with it, whose output is `started`. */
  readonly run: (
    path: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<{ status: number; stderr: string; ran: boolean }>
}

async function job(context: TestContext): Promise<Job> {
  if (process.platform === 'win32') context.skip('a key file is in use there as long as it is open')
  const folder = temporaryFolder(context)
  const home = join(folder, 'home')
  mkdirSync(home)
  const key = join(folder, 'made.txt')
  const recipient = (await runSecrets(['keygen', '--output', key], { cwd: folder })).stdout.trim()
  writeFileSync(join(folder, 'a.env'), 'TOKEN=yes\n')
  await runSecrets(['encrypt', '--recipient', recipient, 'a.env'], { cwd: folder })
  const text = (await runProgram('cat', [key], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } })).stdout
  return {
    folder,
    home,
    run: async (path, env = {}) => {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600 })
      const result = await runSecrets(['run', '--consume-key', 'a.env', '--', process.execPath, '-p', '"started"'], {
        cwd: folder,
        env: { HOME: home, SECRETS_AGE_KEY_FILE: file, ...env },
      })
      return { ...result, ran: result.stdout === 'started\n' }
    },
  }
}

suite('--consume-key', (test) => {
  test('removes a key that the job wrote, before the command starts', async (context) => {
    const { folder, run } = await job(context)
    const { status, ran } = await run('job/key.txt')
    assert.equal([status, ran, existsSync(join(folder, 'job/key.txt'))], [0, true, false])
  })

  test('leaves keys where people keep theirs, and starts nothing', async (context) => {
    const { folder, run } = await job(context)
    for (const path of ['home/.config/sops/age/keys.txt', 'home/.ssh/id_ed25519']) {
      const { status, ran, stderr } = await run(path)
      assert.equal([status, ran, existsSync(join(folder, path))], [77, false, true])
      assert.match(stderr, /: --consume-key: the file of SECRETS_AGE_KEY_FILE lies where keys are kept\n/)
    }
  })

  test('takes a folder of the job for what it is, wherever that lies', async (context) => {
    const { folder, home, run } = await job(context)
    const path = 'home/.config/sops/age/keys.txt'
    const { status, ran } = await run(path, { RUNNER_TEMP: join(home, '.config') })
    assert.equal([status, ran, existsSync(join(folder, path))], [0, true, false])
  })

  test('leaves a key that git has', async (context) => {
    const { folder, home, run } = await job(context)
    const git = { cwd: folder, env: isolatedEnvironment(home) }
    mkdirSync(join(folder, 'kept'))
    writeFileSync(join(folder, 'kept/key.txt'), 'any\n')
    assert.is((await runProgram('git', ['init', '--quiet'], git)).status, 0)
    assert.is((await runProgram('git', ['add', 'kept/key.txt'], git)).status, 0)
    const { status, ran, stderr } = await run('kept/key.txt')
    assert.equal([status, ran, existsSync(join(folder, 'kept/key.txt'))], [77, false, true])
    assert.match(stderr, /git knows the file of SECRETS_AGE_KEY_FILE/)
  })

  test('leaves links, and files that have a second name', async (context) => {
    const { folder, run } = await job(context)
    mkdirSync(join(folder, 'job'))
    symlinkSync(join(folder, 'made.txt'), join(folder, 'job/link'))
    assert.match((await run('job/link')).stderr, /names a link/)
    linkSync(join(folder, 'made.txt'), join(folder, 'job/second'))
    const second = await run('job/second')
    assert.match(second.stderr, /has another name, which would stay/)
    assert.equal([second.status, second.ran, existsSync(join(folder, 'made.txt'))], [77, false, true])
  })

  test('leaves a key that opens nothing', async (context) => {
    const { folder, run } = await job(context)
    mkdirSync(join(folder, 'job'))
    const other = join(folder, 'job/other.txt')
    await runSecrets(['keygen', '--output', other], { cwd: folder })
    const { status, ran } = await run('job/other.txt')
    assert.equal([status, ran, existsSync(other)], [128, false, true])
  })
})
