import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { NULL } from '../../../src/core/scalar.ts'
import type { ExportFormat } from '../../../src/pipeline/exports/export-format.ts'
import { format as docker } from '../../../src/pipeline/exports/formats/docker-secrets.ts'
import { format as systemd } from '../../../src/pipeline/exports/formats/systemd-credentials.ts'
import { suite } from '../../support/suite.ts'
import { awkwardText } from './awkward-text.ts'
import { entry, filesOf, refusal, runs } from './entries.ts'

const FORMATS: readonly ExportFormat[] = [docker, systemd]

function problem(format: ExportFormat, name: string, value: string | Uint8Array = 'x', dialect?: string): string {
  return format.problem?.(entry(name, value), dialect === undefined ? {} : { dialect }) ?? ''
}

suite('export to folders of secrets', (test) => {
  test('writes a file for each value, with its bytes and no line break more', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          awkwardText.filter((text) => text !== ''),
          { maxLength: 4 },
        ),
        (texts) => {
          for (const format of FORMATS) {
            const files = filesOf(
              format,
              texts.map((text, index) => entry(`key_${index}`, text)),
            )
            const read = [...files].map(([name, content]) => [name, Buffer.from(content).toString('utf8')])
            assert.equal(
              read,
              texts.map((text, index) => [`key_${index}`, text]),
            )
          }
        },
      ),
      runs,
    )
    const bytes = Uint8Array.from([0, 255])
    for (const format of FORMATS) assert.equal(filesOf(format, [entry('tls.p12', bytes)]).get('tls.p12'), bytes)
  })

  test('refuses names that no file has everywhere', () => {
    for (const format of FORMATS) {
      for (const name of [
        '',
        '.',
        '..',
        'a/b',
        '../a',
        'a\\b',
        'a\0',
        'a:b',
        'CON',
        'nul.txt',
        'a.',
        'x'.repeat(256),
      ]) {
        assert.is.not(problem(format, name), '', name)
      }
      assert.match(
        refusal(() => filesOf(format, [entry('a', 'x'), entry('A', 'y')])),
        /^NAME_CLASH\|.*\|a\|A\|/,
      )
    }
  })

  test('Docker: names and sizes are those of a swarm', () => {
    for (const name of ['a', 'DB_PASSWORD', 'tls.crt', '1-2', 'x'.repeat(64)]) assert.is(problem(docker, name), '')
    for (const name of ['_a', 'a-', '.a', 'a b', 'é']) assert.match(problem(docker, name), /both ends/)
    assert.match(problem(docker, 'x'.repeat(65)), /64 characters/)
    assert.match(problem(docker, 'a', ''), /no secret that is empty/)
    assert.match(docker.problem?.(entry('a', NULL), {}) ?? '', /no secret that is empty/)
    assert.is(problem(docker, 'a', new Uint8Array(511_999)), '')
    assert.match(problem(docker, 'a', new Uint8Array(512_000)), /500 KiB/)
  })

  test('Compose takes any size', () => {
    assert.is(problem(docker, 'a', '', 'compose'), '')
    assert.is(problem(docker, 'a', new Uint8Array(512_000), 'compose'), '')
    assert.match(problem(docker, '_a', 'x', 'compose'), /both ends/)
  })

  test('systemd: names are those of credentials, and all of them have 1 MiB', () => {
    for (const name of ['a', '_a', 'db.password', 'a@b', 'a b', 'x'.repeat(255)]) assert.is(problem(systemd, name), '')
    for (const name of ['é', 'a\x7f']) assert.match(problem(systemd, name), /no colon, and nothing beyond ASCII/)
    const half = entry('a', new Uint8Array(524_288))
    assert.is(filesOf(systemd, [half, entry('b', new Uint8Array(524_288))]).size, 2)
    const refused = refusal(() => filesOf(systemd, [half, entry('b', new Uint8Array(524_289))]))
    assert.match(refused, /^LIMIT_EXCEEDED\|.*1048577 bytes/)
  })
})
