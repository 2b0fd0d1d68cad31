import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import * as assert from 'uvu/assert'
import { withPaths, writeValueFiles } from '../../../src/cli/run/value-files.ts'
import { isSecretsError } from '../../../src/core/errors.ts'
import { Scalar, stringScalar } from '../../../src/core/scalar.ts'
import type { ChosenEntry } from '../../../src/pipeline/choice/choice.ts'
import { suite } from '../../support/suite.ts'

const HERE = { env: {}, platform: process.platform }

function entry(name: string, text: string, more: Partial<ChosenEntry> = {}): ChosenEntry {
  return { name, path: [name], file: 'a.yaml', value: stringScalar(text), document: 0, asFile: true, ...more }
}

suite('values as files', (test) => {
  test('are the bytes of the value in a file of its owner, and go together', async ({ onCleanup }) => {
    const bytes = new Uint8Array([0, 255, 10])
    const binary = entry('tls_key', '', { file: 'prod/tls.key', bytes, value: new Scalar('str', bytes) })
    const files = await writeValueFiles([entry('A', 'a\0b\n'), binary, entry('B', 'x', { asFile: false })], HERE)
    onCleanup(files.remove)
    const [a = '', key = ''] = [files.paths.get('A'), files.paths.get('tls_key')]
    assert.equal([readFileSync(a, 'latin1'), [...readFileSync(key)]], ['a\0b\n', [0, 255, 10]])
    assert.match(key, /[/\\]tls\.key$/)
    assert.is(files.paths.size, 2)
    if (process.platform !== 'win32')
      assert.equal([statSync(a).mode & 0o777, statSync(dirname(a)).mode & 0o777], [0o600, 0o700])
    await files.remove()
    assert.not(existsSync(dirname(a)))
  })

  test('are refused, and leave nothing, where two would be one file', async () => {
    const parents = ['/dev/shm', '/tmp'].filter((folder) => existsSync(folder))
    const left = (): readonly string[] =>
      parents.flatMap((folder) => readdirSync(folder).filter((name) => name.includes(`-${process.pid}-`)))
    const refused = await writeValueFiles([entry('a', '1'), entry('A', '2')], HERE).catch((error: unknown) => error)
    assert.is(isSecretsError(refused) ? refused.code : 'none', 'NAME_CLASH')
    assert.equal(left(), [])
  })

  test('have their paths in the place of names in braces, and nothing else has', () => {
    const paths = new Map([['KEY', '/p/KEY']])
    assert.equal(withPaths(['{KEY}', '--k={KEY}.{KEY}', '{key}', '{ KEY }', '${KEY}', '{}', '{"KEY":1}'], paths), [
      '/p/KEY',
      '--k=/p/KEY./p/KEY',
      '{key}',
      '{ KEY }',
      '${KEY}',
      '{}',
      '{"KEY":1}',
    ])
    assert.equal(withPaths(['{KEY}'], new Map()), ['{KEY}'])
  })
})
