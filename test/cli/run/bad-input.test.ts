import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite } from '../../support/suite.ts'
import { runSandbox } from './running.ts'

const MIB = 1024 * 1024

suite('run with what is hard', (test) => {
  test('names the variable that is too large for the system, and hands it on as a file', async (context) => {
    if (process.platform !== 'linux') context.skip('systems have limits of their own')
    const large = 'x'.repeat(MIB)
    const { run } = await runSandbox(context, { large, small: 'y' })
    const refused = await run([], 'console.log("started")')
    assert.equal([refused.status, refused.stdout], [2, ''])
    assert.match(
      refused.stderr,
      'secrets: error: more than a variable can hold on this system: large\nhint: hand it on as a file: --file large\n',
    )
    const script =
      'const { readFileSync } = require("node:fs"); console.log(readFileSync(process.env.large).length, process.env.small)'
    const handed = await run(['--file', 'large'], script)
    assert.equal([handed.status, handed.stdout], [0, `${MIB} y\n`])
  })

  test('says so where all values together are too large', async (context) => {
    if (process.platform !== 'linux') context.skip('systems have limits of their own')
    const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`v${index}`, 'x'.repeat(100_000)]))
    const { run } = await runSandbox(context, values)
    const refused = await run([], 'console.log("started")')
    assert.equal([refused.status, refused.stdout], [2, ''])
    assert.match(refused.stderr, 'the values are more than this system can give to a program')
    assert.match(refused.stderr, '--files')
  })

  test('cannot start what is none of this system, and says what to look at', async (context) => {
    if (process.platform === 'win32') context.skip('made for systems with modes')
    const { folder } = await runSandbox(context, { a: 'b' })
    const cases: readonly (readonly [string, string | undefined, number, RegExp])[] = [
      [
        'no-interpreter',
        '#!/no/such/program\n',
        0o755,
        /cannot be started \(ENOENT\)\nhint: if it is a script: the program that its first line names/,
      ],
      ['plain', 'x', 0o644, /is no program that can be run\nhint: is it a program\? then: chmod \+x /],
      ['.', undefined, 0, /is no program that can be run/],
    ]
    for (const [name, content, mode, message] of cases) {
      const path = join(folder, name)
      if (content !== undefined) {
        writeFileSync(path, content)
        chmodSync(path, mode)
      }
      const env = { SECRETS_AGE_KEY_FILE: join(folder, 'key.txt') }
      const { status, stdout, stderr } = await runSecrets(['run', 'a.json', '--', path], { cwd: folder, env })
      assert.equal([name, status, stdout], [name, 126, ''])
      assert.match(stderr, message)
      assert.not.match(stderr, 'passed to')
    }
  })

  test('passes bytes that are no UTF-8 and lines without end on, within bounded memory', async (context) => {
    if (process.platform !== 'linux') context.skip('the memory of a process is read as Linux has it')
    const { start } = await runSandbox(context, { token: 'a-token-that-is-masked-71' })
    // 96 MiB without a line break: more than this process may grow by.
    const script = `
      const piece = Buffer.alloc(${MIB}, 0xfe)
      let left = 96
      const more = () => left-- > 0 ? process.stdout.write(piece, more) : process.stdout.write(' ' + process.env.token + ' end', () => setInterval(() => {}, 1000))
      more()`
    const running = start(['--quiet', '--redact'], script)
    let bytes = 0
    let others = 0
    let tail = Buffer.alloc(0)
    running.child.stdout?.removeAllListeners('data')
    await new Promise<void>((resolve) => {
      running.child.stdout?.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        for (const byte of chunk) if (byte !== 0xfe) others += 1
        tail = Buffer.concat([tail, chunk]).subarray(-64)
        if (tail.includes(' end')) resolve()
      })
    })
    const shown = ' [redacted] end'
    assert.equal([bytes, others], [96 * MIB + shown.length, shown.length])
    assert.ok(tail.toString('latin1').endsWith(shown))
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))?.[1]) / 1024
    assert.ok(peak < 250, `${peak} MiB at most`)
    running.child.kill('SIGTERM')
    await running.ended
  })

  test('ends when nobody reads any more', async (context) => {
    const { start } = await runSandbox(context, { token: 'a-token-that-is-masked-71' })
    const running = start(
      ['--quiet', '--redact'],
      'const more = () => process.stdout.write("line\\n".repeat(1000), more); more()',
    )
    await running.shows(/line/)
    running.child.stdout?.destroy()
    const { status } = await running.ended
    assert.ok(status !== 0 && status !== null, String(status))
  })
})
