import * as assert from 'uvu/assert'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { SecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'
import { captured, entryOf, probe, run } from './in-process.ts'

suite('command line', (test) => {
  test('shows the overview to who asks, and reminds who forgot the command', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { status, stdout, stderr } = await run(argv)
      assert.is(status, 0)
      assert.match(stdout, 'usage: secrets COMMAND')
      assert.match(stdout, 'keygen')
      assert.not.match(stdout, 'propose what')
      assert.is(stderr, '')
    }
    const forgotten = await run([])
    assert.is(forgotten.status, 64)
    assert.is(forgotten.stdout, '')
    assert.match(forgotten.stderr, 'usage: secrets COMMAND')
    assert.is((await run(['--quiet'])).status, 64)
  })

  test('shows the help of one command in every usual way', async () => {
    const { stdout } = await run(['keygen', '--help'])
    assert.match(stdout, 'secrets keygen: ')
    for (const argv of [
      ['help', 'keygen'],
      ['keygen', '-h'],
      ['--help', 'keygen'],
      ['keygen', '--nonsense', '--help'],
    ])
      assert.is((await run(argv)).stdout, stdout)
  })

  test('shows the version wherever it is asked for', async () => {
    assert.match((await run(['keygen', '--version'])).stdout, /^\d+\.\d+\.\d+\S*\n$/)
  })

  test('says what was meant', async () => {
    assert.equal(await run(['keygne']), {
      status: 64,
      stdout: '',
      stderr: 'secrets: error: there is no command keygne\nhint: did you mean secrets keygen?\n',
    })
    assert.match((await run(['frobnicate'])).stderr, 'hint: secrets --help lists the commands')
    assert.is((await run(['help', 'frobnicate'])).status, 64)
  })

  test('gives the status of the command, 0 for none', async () => {
    assert.is((await run(['probe'], {}, [probe(async () => 1)])).status, 1)
    assert.is((await run(['probe'], {}, [probe(async () => undefined)])).status, 0)
  })

  test('takes common options in front of the command', async () => {
    const seen: unknown[] = []
    const command = probe(async ({ json, quiet, configFile }) => void seen.push([json, quiet, configFile]))
    await run(['--config', 'probe.yaml', '-q', 'probe'], {}, [command])
    await run(['probe', '--json', '--config=x'], {}, [command])
    assert.equal(seen, [
      [false, true, 'probe.yaml'],
      [true, false, 'x'],
    ])
  })

  test('reports errors as asked, those of the parser too', async () => {
    const command = probe(async () => {
      throw new SecretsError('MAC_MISMATCH', 'values were moved')
    })
    assert.equal(await run(['probe'], {}, [command]), {
      status: 51,
      stdout: '',
      stderr: 'secrets: error: values were moved\n',
    })
    assert.is(JSON.parse((await run(['probe', '--json'], {}, [command])).stderr).error.code, 'MAC_MISMATCH')
    assert.is(JSON.parse((await run(['probe', '--json', '--foo'], {}, [command])).stderr).error.code, 'USAGE')
    const debug = await run(['probe'], { env: { SECRETS_DEBUG: '1' } }, [probe(() => Promise.reject(new Error('no')))])
    assert.match(debug.stderr, 'command-line.test.ts')
  })

  test('cleans up in reverse order, also after an error, each even if another fails', async () => {
    const order: number[] = []
    const command = probe(async ({ onExit }) => {
      onExit(() => void order.push(1))
      onExit(() => Promise.reject(new SecretsError('WRITE_FAILED', 'cannot remove')))
      onExit(async () => void order.push(3))
    })
    const { status, stderr } = await run(['probe'], {}, [command])
    assert.equal(order, [3, 1])
    assert.is(status, 3)
    assert.match(stderr, 'cannot remove')
  })

  test('waits until all output is taken', async () => {
    const command = probe(async ({ terminal }) => {
      terminal.note('last words')
      void terminal.result('x'.repeat(100_000))
    })
    const { stdout, stderr } = await run(['probe'], {}, [command])
    assert.is(stdout.length, 100_000)
    assert.is(stderr, 'secrets: last words\n')
  })

  test('ends quietly when the reader went away', async () => {
    const { environment, stderr } = captured()
    const stdout = {
      write: (_chunk: unknown, done: (error: Error) => void) => {
        done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
        return false
      },
      on: () => undefined,
    }
    const command = probe(({ terminal }) => terminal.result('x'))
    assert.is(await runCommandLine(['probe'], { ...environment, stdout }, [entryOf(command)]), 141)
    assert.is(stderr(), '')
  })

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    test(`${signal} aborts, cleans up and ends with ${expected}`, async () => {
      const { environment, signals, stderr } = captured()
      let cleaned = false
      const command = probe(async (context) => {
        context.onExit(() => {
          cleaned = true
        })
        setTimeout(() => signals.emit(signal, signal), 5)
        await new Promise((_, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('torn away')))
        })
      })
      assert.is(await runCommandLine(['probe'], environment, [entryOf(command)]), expected)
      assert.ok(cleaned)
      assert.is(stderr(), 'secrets: error: interrupted\n')
    })
  }

  test('a command that ends well in spite of a signal has still been interrupted', async () => {
    const { environment, signals } = captured()
    const command = probe(async () => void signals.emit('SIGTERM', 'SIGTERM'))
    assert.is(await runCommandLine(['probe'], environment, [entryOf(command)]), 143)
  })

  test('a command that does not listen is left behind after a while', async () => {
    const { environment, signals } = captured()
    const command = probe(() => {
      setTimeout(() => signals.emit('SIGINT', 'SIGINT'), 5)
      return new Promise(() => {})
    })
    const started = Date.now()
    assert.is(await runCommandLine(['probe'], environment, [entryOf(command)]), 130)
    assert.ok(Date.now() - started < 10_000)
  })

  test('a second signal ends the process at once', async () => {
    const { environment, signals, exits } = captured()
    const command = probe(async ({ signal }) => {
      signals.emit('SIGINT', 'SIGINT')
      assert.ok(signal.aborted)
      assert.equal(exits, [])
      signals.emit('SIGINT', 'SIGINT')
      assert.equal(exits, [130])
    })
    await runCommandLine(['probe'], environment, [entryOf(command)])
  })

  test('a command may take signals over, for a child', async () => {
    const { environment, signals, exits } = captured()
    const seen: string[] = []
    const command = probe(async ({ takeOverSignals, signal }) => {
      const giveBack = takeOverSignals((name) => seen.push(name))
      signals.emit('SIGINT', 'SIGINT')
      signals.emit('SIGTERM', 'SIGTERM')
      assert.not.ok(signal.aborted)
      giveBack()
      return 7
    })
    assert.is(await runCommandLine(['probe'], environment, [entryOf(command)]), 7)
    assert.equal(seen, ['SIGINT', 'SIGTERM'])
    assert.equal(exits, [])
  })
})
