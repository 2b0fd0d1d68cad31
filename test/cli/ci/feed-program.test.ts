import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { feedProgram } from '../../../src/cli/ci/feed-program.ts'
import { pathWith } from '../../support/isolated-environment.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A program `agent` with this body, in a folder of its own, and what it is run with. */
function agent(
  context: TestContext,
  body: string,
): { readonly folder: string; readonly surroundings: Parameters<typeof feedProgram>[1] } {
  if (process.platform === 'win32') context.skip('a script of sh')
  const folder = temporaryFolder(context)
  writeFileSync(join(folder, 'agent'), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, 'agent'), 0o755)
  const env = { PATH: pathWith(folder), FROM_OUTSIDE: 'kept' }
  return { folder, surroundings: { env, cwd: folder, platform: process.platform } }
}

async function errorOf(action: Promise<void>): Promise<Error> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('it did not fail')
  return error
}

suite('programs of a system', (test) => {
  test('one gets the values on its standard input, and its environment', async (context) => {
    const { folder, surroundings } = agent(context, 'cat > input; printf "%s|" "$@" "$FROM_OUTSIDE" > arguments')
    await feedProgram({ command: ['agent', 'env', '--format=json'], input: '{"a":"b"}' }, surroundings)
    assert.is(readFileSync(join(folder, 'input'), 'utf8'), '{"a":"b"}')
    assert.is(readFileSync(join(folder, 'arguments'), 'utf8'), 'env|--format=json|kept|')
  })

  test('one that fails is told by its status, without what it printed', async (context) => {
    const { surroundings } = agent(context, 'cat; cat >&2; echo value-in-its-output; exit 3')
    const error = await errorOf(
      feedProgram({ command: ['agent', 'redactor', 'add', '--x'], input: 'hidden' }, surroundings),
    )
    assert.is(Reflect.get(error, 'code'), 'PROVIDER_FAILED')
    assert.is(error.message, 'agent redactor add failed (3)')
  })

  test('one that reads nothing of a long input fails by its status, not by a broken pipe', async (context) => {
    const { surroundings } = agent(context, 'exit 4')
    const error = await errorOf(feedProgram({ command: ['agent'], input: 'x'.repeat(1 << 20) }, surroundings))
    assert.match(error.message, /failed \(4\)/)
  })

  test('one that is not there is said', async (context) => {
    const { surroundings } = agent(context, '')
    const error = await errorOf(feedProgram({ command: ['no-such-agent'], input: '' }, surroundings))
    assert.is(Reflect.get(error, 'code'), 'COMMAND_NOT_FOUND')
  })
})
