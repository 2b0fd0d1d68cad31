import { join, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { EXIT_STATUS } from '../../src/cli/exit-status.ts'
import { reportError } from '../../src/cli/report-error.ts'
import { createTerminal } from '../../src/cli/terminal.ts'
import { type Place, SecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'
import { captured } from './in-process.ts'

suite('report error', (test) => {
  test('says where, what, the details, and what to type', async () => {
    const error = new SecretsError('FORMAT_INVALID', 'a tab where blanks belong', {
      place: { file: 'secrets/prod.yaml', line: 3, column: 5, path: 'db.password' },
      details: ['alice age1…', 'bob'],
      hint: 'use blanks',
    })
    assert.equal(await report(error), {
      status: 2,
      text: 'secrets: error: secrets/prod.yaml:3:5: db.password: a tab where blanks belong\n  alice age1…\n  bob\nhint: use blanks\n',
    })
  })

  test('shows as much of the place as is known', async () => {
    assert.is(await first({}), 'secrets: error: m\n')
    assert.is(await first({ file: 'f' }), 'secrets: error: f: m\n')
    assert.is(await first({ file: 'f', line: 2 }), 'secrets: error: f:2: m\n')
    assert.is(await first({ line: 2, column: 1 }), 'secrets: error: line:2:1: m\n')
    assert.is(await first({ path: 'a[0]' }), 'secrets: error: a[0]: m\n')
  })

  test('names files from the current folder, and what is far away by its whole path', async () => {
    assert.is(await shown(resolve('/a/b/c/d/e/x.yaml')), `secrets: error: ${join('e', 'x.yaml')}: m\n`)
    assert.is(await shown(resolve('/a/b/c/.secretsrc')), `secrets: error: ${join('..', '.secretsrc')}: m\n`)
    assert.is(await shown(resolve('/x/y')), `secrets: error: ${resolve('/x/y')}: m\n`)
    assert.is(await shown('as it is'), 'secrets: error: as it is: m\n')
  })

  test('cannot be made to fake lines or move the cursor', async () => {
    const error = new SecretsError('UNKNOWN_TARGET', 'no "a\nhint: rm -rf"', {
      place: { file: 'x\u001b[2J' },
      details: ['d\nsecrets: error: faked'],
      hint: 'h\u0007',
    })
    const { text } = await report(error)
    assert.is(text.split('\n').length, 4)
    assert.not.match(text, /[\u001b\u0007]/)
  })

  test('gives programs one line of JSON', async () => {
    const error = new SecretsError('CANNOT_OPEN', 'no key', { place: { file: 'f' }, details: ['d'], hint: 'h' })
    const { status, text } = await report(error, { json: true })
    assert.is(status, 128)
    assert.is(text.trimEnd().includes('\n'), false)
    assert.equal(JSON.parse(text), {
      error: { code: 'CANNOT_OPEN', message: 'no key', hint: 'h', place: { file: 'f' }, details: ['d'], status: 128 },
    })
  })

  test('knows errors of another copy of the package', async () => {
    const foreign = Object.assign(new Error('far away'), {
      name: 'SecretsError',
      code: 'UNCHANGED',
      place: {},
      details: [],
    })
    assert.equal(await report(foreign), { status: 200, text: 'secrets: error: far away\n' })
    const newer = Object.assign(new Error('new'), {
      name: 'SecretsError',
      code: 'FROM_THE_FUTURE',
      place: {},
      details: [],
    })
    assert.is((await report(newer)).status, EXIT_STATUS.INTERNAL)
  })

  test('never shows the message of an error that is not ours', async () => {
    for (const debug of [false, true]) {
      const error = new TypeError('cannot read marker7\n    at marker7 (marker7:1:1)')
      const { status, text } = await report(error, { debug })
      assert.is(status, 70)
      assert.match(text, 'a defect of secrets')
      assert.match(text, 'TypeError')
      assert.not.match(text, 'marker7')
    }
    assert.not.match((await report(Object.assign(new Error('x'), { name: 'marker7 ' }))).text, 'marker7')
    assert.match((await report('thrown marker7')).text, '(string)')
    assert.not.match((await report('thrown marker7')).text, 'marker7')
    assert.match((await report(Object.assign(new Error('/home/x'), { code: 'EACCES' }))).text, '(Error, EACCES)')
  })

  test('shows the places in the code to who wants them', async () => {
    assert.match((await report(new Error('x'), { debug: true })).text, /at .*report-error\.test\.ts:\d+:\d+/)
    assert.not.match((await report(new Error('x'))).text, 'report-error.test.ts')
    assert.match((await report(new Error('x'))).text, 'SECRETS_DEBUG=1')
  })
})

async function first(place: Place): Promise<string> {
  return (await report(new SecretsError('CONFIG_INVALID', 'm', { place }))).text
}

async function report(
  error: unknown,
  options: { readonly json?: boolean; readonly debug?: boolean } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { environment, stderr, stdout } = captured()
  const terminal = createTerminal(environment, { quiet: false, json: false, color: true })
  const status = reportError(error, terminal, { json: false, debug: false, ...options })
  await terminal.drained()
  assert.is(stdout(), '')
  return { status, text: stderr() }
}

/** How an error at an absolute path is shown in `/a/b/c/d`. */
async function shown(file: string): Promise<string> {
  const { environment, stderr } = captured()
  const terminal = createTerminal(environment, { quiet: false, json: false, color: false })
  const options = { json: false, debug: false, cwd: resolve('/a/b/c/d') }
  reportError(new SecretsError('READ_FAILED', 'm', { place: { file } }), terminal, options)
  await terminal.drained()
  return stderr()
}
