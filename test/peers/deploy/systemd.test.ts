/** Folders for systemd, read by the program that a service reads its credentials with. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { format } from '../../../src/pipeline/exports/formats/systemd-credentials.ts'
import { awkwardText } from '../../pipeline/exports/awkward-text.ts'
import { entry, filesOf } from '../../pipeline/exports/entries.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { peer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const VALUES = 20 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

/** Reads one credential of a folder as a service would. */
type Reader = (folder: string, name: string) => Promise<ProgramResult>

function reader(context: TestContext): Reader {
  const found = peer('systemd-creds')
  // A part of the system: no registry has it.
  const program = 'path' in found ? found.path : context.skip(found.reason)
  return async (folder, name) =>
    runProgram(program, ['cat', '--newline=no', '--', name], {
      cwd: folder,
      env: isolatedEnvironment(folder, { CREDENTIALS_DIRECTORY: folder }),
    })
}

suite('credentials of systemd', (test) => {
  test('are read back, whatever the values', async (context) => {
    const read = reader(context)
    const folder = join(temporaryFolder(context), 'credentials')
    mkdirSync(folder, { mode: 0o700 })
    const values = fc.sample(fc.oneof(awkwardText, fc.uint8Array({ maxLength: 40 })), VALUES)
    const names = ['a', '_a', 'db.password', 'a@b', 'a b', 'x'.repeat(255)]
    const entries = values.map((value, index) => entry(names[index] ?? `key-${index}`, value))
    for (const [name, content] of filesOf(format, entries)) writeFileSync(join(folder, name), content, { mode: 0o600 })
    for (const [name, content] of filesOf(format, entries)) {
      const { status, stdoutBytes, stderr } = await read(folder, name)
      assert.is(status, 0, stderr)
      assert.equal(stdoutBytes, Buffer.from(content), name)
    }
  }, 300)

  test('have no names that it does not take', async (context) => {
    const read = reader(context)
    const folder = temporaryFolder(context)
    const unit = fc.constantFrom('a', 'Z', '0', '-', '_', '.', ' ', '@', '=', '~', '!', 'é', '\x7f', ',', '%', '$')
    const words = fc.sample(fc.string({ unit, minLength: 1, maxLength: 3 }), VALUES)
    for (const word of [...words, '.', '..', 'x'.repeat(255), 'x'.repeat(256), 'a/b', 'a:b']) {
      const { stderr } = await read(folder, word)
      const isTaken = stderr.includes('not set')
      assert.ok(isTaken || stderr.includes('is not valid'), stderr)
      // Ours are fewer: a folder may be written on Windows.
      const isEverywhere = !/[. ]$/.test(word)
      if (!isTaken || isEverywhere) assert.is(format.problem?.(entry(word, 'v'), {}) === undefined, isTaken, word)
    }
  }, 300)
})
