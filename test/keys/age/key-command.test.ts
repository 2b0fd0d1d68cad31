import * as assert from 'uvu/assert'
import { runKeyCommand, splitCommand } from '../../../src/keys/age/key-command.ts'
import { suite } from '../../support/suite.ts'
import { keyContext } from '../support/key-context.ts'

const node = `'${process.execPath}'`

async function complaintOf(action: Promise<unknown>): Promise<string> {
  try {
    await action
  } catch (error) {
    return String(error)
  }
  return 'no error'
}

suite('key commands', (test) => {
  test('words are split as a shell does, and nothing is expanded', () => {
    assert.equal(split(`op read "op://a b/c" --x='1 "2"' a\\ b ''  $HOME *`), [
      'op',
      'read',
      'op://a b/c',
      '--x=1 "2"',
      'a b',
      '',
      '$HOME',
      '*',
    ])
    assert.equal(split(String.raw`"a\"b\\c\d" x`), [String.raw`a"b\c\d`, 'x'])
    assert.equal(split('  '), [])
    assert.equal(splitCommand(String.raw`C:\bin\op.exe "C:\a b\c" 'x`.replace("'x", 'x'), 'win32'), [
      'C:\\bin\\op.exe',
      'C:\\a b\\c',
      'x',
    ])
    for (const bad of ['a "b', "a 'b", '"']) assert.throws(() => split(bad), /quote/)
  })

  test('the output is given, and the command is told the recipient', async () => {
    const line = `${node} -e 'process.stdout.write(process.env.SECRETS_AGE_RECIPIENT + process.env.SOPS_AGE_RECIPIENT)'`
    const output = await runKeyCommand({ line, recipient: 'age1x' }, keyContext())
    assert.is(Buffer.from(output).toString(), 'age1xage1x')
  })

  test('a failure tells status and stderr, never stdout', async () => {
    const seen: string[] = []
    const line = `${node} -e 'console.log("hunter2"); console.error("first\\nvault is \\u001b[31msealed"); process.exitCode = 3'`
    const context = keyContext({ notify: (message) => seen.push(message) })
    const complaint = await complaintOf(runKeyCommand({ line, recipient: '' }, context))
    assert.match(complaint, 'ended with status 3: vault is [31msealed')
    assert.not.match(complaint, 'hunter2')
    assert.equal(seen, ['first', 'vault is [31msealed'])
  })

  test('a missing program, no program, no end, and no bound to its output', async () => {
    assert.match(await run('/nowhere/at-all x'), 'was not found')
    assert.match(await run(' '), 'empty command')
    assert.match(await run(`${node} -e 'setInterval(() => {}, 1000)'`, 300), 'took too long')
    assert.match(await run(`${node} -e 'for (;;) require("fs").writeSync(1, "x".repeat(65536))'`), 'far more')
  })

  test('an interrupt ends the command', async () => {
    const abort = new AbortController()
    const line = `${node} -e 'setInterval(() => {}, 1000)'`
    const running = complaintOf(runKeyCommand({ line, recipient: '' }, keyContext({ signal: abort.signal })))
    setTimeout(() => abort.abort(), 100)
    assert.match(await running, 'interrupted')
  })
})

function split(line: string): string[] {
  return splitCommand(line, 'linux')
}

function run(line: string, timeoutMs = 30_000): Promise<string> {
  return complaintOf(runKeyCommand({ line, recipient: '', timeoutMs }, keyContext()))
}
