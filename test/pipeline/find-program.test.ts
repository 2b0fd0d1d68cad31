import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { batchStart, isBatchFile } from '../../src/pipeline/batch-file.ts'
import { type FindProgramOptions, findProgram } from '../../src/pipeline/find-program.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function refusal(command: string, options: FindProgramOptions): Promise<string> {
  try {
    return `found ${await findProgram(command, options)}`
  } catch (error) {
    if (isSecretsError(error)) return `${error.code} ${error.hint}`
    throw error
  }
}

suite('find program', (test) => {
  test('looks through PATH in order, past what cannot be run', async (context) => {
    if (process.platform === 'win32') context.skip('there are no modes of files here')
    const cwd = temporaryFolder(context)
    writeBelow(cwd, 'one/tool', '', 0o644)
    writeBelow(cwd, 'two/tool', '', 0o755)
    mkdirSync(join(cwd, 'one/folder'))
    const options = { cwd, platform: process.platform, env: { PATH: 'nowhere:one:two' } }
    assert.is(await findProgram('tool', options), join(cwd, 'two/tool'))
    assert.is(await findProgram('two/tool', options), join(cwd, 'two/tool'))
    assert.match(await refusal('one/tool', options), /^COMMAND_NOT_EXECUTABLE .*chmod \+x /)
    assert.match(await refusal('folder', options), /^COMMAND_NOT_EXECUTABLE/)
    assert.match(await refusal('other', options), /^COMMAND_NOT_FOUND no shell is used/)
    assert.match(await refusal('', options), /^COMMAND_NOT_FOUND/)
    assert.match(await refusal('tool --flag', options), /without quotes around all of them/)
  })

  test('takes the usual folders where PATH is not set', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows always has one')
    assert.match(await findProgram('sh', { cwd: '/', platform: process.platform, env: {} }), /bin\/sh$/)
  })
})

suite('batch files', (test) => {
  test('are told by their name', () => {
    assert.equal(['C:\\npm.cmd', 'x.BAT', 'x.exe', 'cmd'].map(isBatchFile), [true, true, false, false])
  })

  test('get every argument in quotes, in which nothing has a meaning', () => {
    assert.equal(batchStart('C:\\a b\\npm.cmd', ['run', 'a & b', 'x\\', '^|<>!'], undefined), {
      program: 'cmd.exe',
      args: ['/d', '/s', '/v:off', '/c', '""C:\\a b\\npm.cmd" "run" "a & b" "x\\\\" "^|<>!""'],
    })
    assert.is(batchStart('x.cmd', [], 'C:\\Windows\\cmd.exe').program, 'C:\\Windows\\cmd.exe')
  })

  test('are not started with what quotes do not hold', () => {
    for (const argument of ['a"b', '%PATH%', 'a\nb', 'a\rb']) {
      assert.throws(() => batchStart('x.cmd', ['fine', argument], undefined), /argument 2 has a quote/)
    }
  })
})
