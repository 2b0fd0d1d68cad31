import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { runProgram } from '../support/run-program.ts'
import { runSecrets, secretsProgram } from '../support/run-secrets.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

suite('reports of crashes', (test) => {
  test('are not written, whatever NODE_OPTIONS asks for', async (context) => {
    const cwd = temporaryFolder(context)
    const reports = join(cwd, 'reports')
    mkdirSync(reports)
    writeFileSync(join(cwd, 'large.json'), `{"a":[${'[1],'.repeat(400_000)}1]}`)
    const options = `--report-on-fatalerror --report-uncaught-exception --report-on-signal --report-directory=${reports}`
    // Too little memory for what is read: Node aborts.
    const env = isolatedEnvironment(cwd, { NODE_OPTIONS: `${options} --max-old-space-size=24`, MARKER: 'a-marker-81' })
    const run = (args: readonly string[]): Promise<{ status: number }> =>
      runProgram(process.execPath, args, { cwd, env })
    const own = await run(['-e', 'const all = []; for (;;) all.push({ text: String(Math.random()) })'])
    assert.ok(own.status >= 128, 'Node aborts')
    assert.is(readdirSync(reports).length, 1)
    const { status } = await run([secretsProgram(), 'encrypt', '--recipient', RECIPIENT, 'large.json'])
    assert.ok(status >= 128, `secrets aborts: ${status}`)
    assert.is(readdirSync(reports).length, 1)
  })

  test('of heaps, which cannot be turned off, are refused before anything is read', async (context) => {
    const cwd = temporaryFolder(context)
    for (const option of [
      '--heapsnapshot-near-heap-limit=1',
      '--heapsnapshot-signal=SIGUSR2',
      '--abort-on-uncaught-exception',
    ]) {
      const { status, stdout, stderr } = await runSecrets(['status'], { cwd, env: { NODE_OPTIONS: option } })
      assert.equal([status, stdout], [64, ''])
      assert.match(
        stderr,
        `secrets: error: Node's option ${option.replace(/=.*/, '')} would write values to the disk\nhint: `,
      )
    }
    assert.is((await runSecrets(['--help'], { cwd, env: { NODE_OPTIONS: '--no-warnings' } })).status, 0)
  })
})

const RECIPIENT = 'age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw'
