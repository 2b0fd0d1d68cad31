import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { findFormat, formatByName, formatNameOf, formatNames } from '../../src/formats/find-format.ts'
import { suite } from '../support/suite.ts'

const FIXTURES = new URL('../fixtures/sops-3.13.2/', import.meta.url)

suite('find format', (test) => {
  test('goes by the suffix, case-sensitively, and takes all else as binary', () => {
    const expected: [string, string][] = [
      ['a.yaml', 'yaml'],
      ['dir/a.yml', 'yaml'],
      ['a.json', 'json'],
      ['.env', 'dotenv'],
      ['production.env', 'dotenv'],
      ['a.ini', 'ini'],
      ['a.YAML', 'binary'],
      ['a.pem', 'binary'],
      ['env', 'binary'],
      ['dir.env/a', 'binary'],
    ]
    for (const [name, format] of expected) assert.is(formatNameOf(name), format, name)
  })

  test('takes .env.local and its like as dotenv, on all platforms', () => {
    for (const name of ['.env.local', 'app/.env.production', 'app\\.env.test']) assert.is(formatNameOf(name), 'dotenv')
    assert.is(formatNameOf('.env.json'), 'json')
    assert.is(formatNameOf('.env.d/key'), 'binary')
  })

  test('takes an encrypted file as what it is', () => {
    const binary = readFileSync(new URL('blob.enc.bin', FIXTURES))
    const kinds: [string, string][] = [
      ['basic.enc.env', 'dotenv'],
      ['basic.enc.ini', 'ini'],
      ['nums.enc.json', 'json'],
      ['types.enc.yaml', 'yaml'],
    ]
    for (const [name, format] of kinds) {
      const content = readFileSync(new URL(name, FIXTURES))
      assert.is(formatNameOf(name, content), format)
      assert.is(formatNameOf('secret', content), format)
      assert.is(formatNameOf('secret', content.toString('utf8')), format)
    }
    assert.is(formatNameOf('.env.local', binary), 'binary')
    assert.is(formatNameOf('a.pem', binary), 'binary')
    assert.is(formatNameOf('a.json', binary), 'json')
    assert.is(formatNameOf('a.yaml', binary), 'yaml')
  })

  test('sees plain text as what its name says', () => {
    for (const content of ['', 'A=1\n', '{"data": "x"}', '\u0000\uffff', 'sops: {}\n', 'sops_mac=1\n']) {
      assert.is(formatNameOf('.env.local', content), 'dotenv')
      assert.is(formatNameOf('a.pem', content), 'binary')
    }
  })

  test('loads formats by name', async () => {
    for (const name of formatNames()) assert.is((await formatByName(name)).name, name)
    assert.is((await findFormat('a.pem', { named: 'json' })).name, 'json')
    assert.is((await findFormat('a.ini', {})).name, 'ini')
  })

  test('names the choices for an unknown name', async () => {
    const error = await formatByName('toml').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isSecretsError(error))
    assert.is(error.code, 'UNKNOWN_FORMAT')
    assert.match(error.hint ?? '', /json/)
  })
})
