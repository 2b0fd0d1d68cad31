import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { hasPty, type PtyResult, type PtyStep, runOnPty } from '../../support/pty.ts'
import { runSecrets, secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Names every signal that it gets; a key ends it, with status 6 for Ctrl-C as a byte. */
const PROGRAM = `
let count = 0
process.on('SIGINT', () => { count += 1; console.log('interrupt ' + count) })
process.on('SIGCONT', () => console.log('going on'))
process.stdout.on('resize', () => console.log('columns ' + process.stdout.columns))
process.stdin.on('data', (data) => {
  const text = data.toString()
  if (text.startsWith('raw')) { process.stdin.setRawMode(true); console.log('raw now') }
  else if (text.startsWith('stop')) process.kill(process.pid, 'SIGSTOP')
  else if (text.startsWith('end')) process.exit(5)
  else if (text === '\\x03') { process.stdin.setRawMode(false); process.exit(6) }
})
console.log('ready ' + process.env.TOKEN + ' ' + process.stdin.isTTY + ' ' + process.stdout.isTTY)
`

/** Runs `secrets run` with that program in an interactive shell on a terminal; the steps begin when it is ready. */
async function inShell(
  steps: readonly PtyStep[],
  context: TestContext,
  options: readonly string[] = [],
): Promise<PtyResult> {
  if (!hasPty() || spawnSync('bash', ['--version']).status !== 0) context.skip('no pty, or no bash')
  const cwd = temporaryFolder(context)
  const key = join(cwd, 'key.txt')
  const recipient = (await runSecrets(['keygen', '--output', key], { cwd })).stdout.trim()
  writeFileSync(join(cwd, 'a.env'), 'TOKEN=the-token-of-this-test-9f3a\n')
  writeFileSync(join(cwd, 'program.cjs'), PROGRAM)
  assert.is((await runSecrets(['encrypt', '--recipient', recipient, 'a.env'], { cwd })).status, 0)
  const words = [
    process.execPath,
    secretsProgram(),
    'run',
    '--quiet',
    ...options,
    'a.env',
    '--',
    process.execPath,
    'program.cjs',
  ]
  const line = words.map((word) => `'${word}'`).join(' ')
  const env = isolatedEnvironment(cwd, { SECRETS_AGE_KEY_FILE: key, PS1: 'prompt> ', TERM: 'dumb' })
  return runOnPty('/bin/bash', ['--norc', '--noprofile', '--noediting', '-i'], {
    cwd,
    env,
    steps: [
      { until: 'prompt> ', type: `before=$(stty -g); ${line}; echo "status $?"\n` },
      { until: 'ready \\S+ true (true|undefined)', type: '' },
      ...steps,
      { until: 'prompt> ', type: '[ "$(stty -g)" = "$before" ] && echo "as " before; exit\n' },
    ],
  })
}

suite('run on a terminal', (test) => {
  test('leaves Ctrl-C to the command, which gets it once', async (context) => {
    const { screen, status } = await inShell(
      [
        { until: '', type: '\x03' },
        { until: 'interrupt 1', type: '\x03' },
        { until: 'interrupt 2', type: 'end\n' },
        { until: 'status 5' },
      ],
      context,
    )
    assert.match(screen, /status 5/)
    assert.not.match(screen, 'interrupt 3')
    assert.match(screen, /as {2}before/)
    assert.is(status, 0)
  })

  for (const options of [[], ['--redact']]) {
    test(`stops and goes on with the command, as any job of a shell ${options.join(' ')}`, async (context) => {
      const { screen } = await inShell(
        [
          { until: '', type: '\x1a' },
          { until: 'Stopped[\\s\\S]*prompt> ', type: 'fg\n' },
          { until: 'going on', type: 'end\n' },
        ],
        context,
        options,
      )
      assert.match(screen, /Stopped[\s\S]*going on/)
      assert.not.match(screen, options.length > 0 ? 'the-token-of-this-test-9f3a' : 'interrupt')
    })
  }

  test('gives the terminal back when the command stops itself alone', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells')
    const { screen } = await inShell(
      [
        { until: '', type: 'stop\n' },
        { until: 'Stopped[\\s\\S]*prompt> ', type: 'fg\n' },
        { until: 'going on', type: 'end\n' },
      ],
      context,
    )
    assert.match(screen, /Stopped[\s\S]*going on/)
  })

  test('changes size with the terminal', async (context) => {
    const { screen } = await inShell(
      [
        { until: '', size: [40, 91] },
        { until: 'columns 91', type: 'end\n' },
      ],
      context,
    )
    assert.match(screen, /columns 91[\s\S]*status 5/)
  })

  test('lets a command read single keys, and leaves the terminal as it was', async (context) => {
    const { screen } = await inShell(
      [{ until: '', type: 'raw\n' }, { until: 'raw now', type: '\x03' }, { until: 'status 6' }],
      context,
    )
    assert.match(screen, /status 6[\s\S]*as {2}before/)
    assert.not.match(screen, 'interrupt')
  })
})
