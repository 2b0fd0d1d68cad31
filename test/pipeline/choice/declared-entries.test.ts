import * as assert from 'uvu/assert'
import { intScalar } from '../../../src/core/scalar.ts'
import type { ChoiceSource } from '../../../src/pipeline/choice/candidates.ts'
import type { Declaration, MappedName, Naming } from '../../../src/pipeline/choice/choice.ts'
import { chooseEntries } from '../../../src/pipeline/choice/choose-entries.ts'
import { valueText } from '../../../src/pipeline/choice/value-text.ts'
import { suite } from '../../support/suite.ts'
import { entry, environmentVariables, pairs, refusal, source } from './sources.ts'

const AT = { file: '.secretsrc', line: 3, column: 5 }

function mapped(name: string, text: string, asFile = false): MappedName {
  return { name, text, asFile, place: AT }
}

suite('declared entries', (test) => {
  const file = source(entry(['db', 'url'], '1'), entry(['db', 'pass'], '2'), entry(['x-y'], '3'), entry(['z'], '4'))
  const at = (declared: Declaration): string => refusal(() => environmentVariables([file], { declared }))

  test('are all that is handed on; the rest is named', () => {
    const declared = {
      pass: [{ text: 'z', place: AT }],
      map: [mapped('DATABASE_URL', 'db.url'), mapped('PGURL', 'db.url')],
    }
    const chosen = chooseEntries([file], { declared }, { naming: 'variables' })
    assert.equal(
      chosen.entries.map(({ name, value }) => [name, valueText(value)]),
      [
        ['z', '4'],
        ['DATABASE_URL', '1'],
        ['PGURL', '1'],
      ],
    )
    assert.equal(chosen.left, ['db.pass', 'x-y'])
  })

  test('are narrowed by other options, never widened', () => {
    const declared = { pass: [{ text: 'db', place: AT }], map: [] }
    assert.equal(pairs([file], { declared, only: ['db.url', 'z'] }), [['db_url', '1']])
    assert.equal(pairs([file], { declared, except: ['db.url'] }), [['db_pass', '2']])
  })

  test('must be there, and be single values where they get a name', () => {
    assert.is(
      at({ pass: [{ text: 'db.ur', place: AT }], map: [] }),
      'BAD_PATH|.secretsrc:3:5|db.ur|did you mean db.url?',
    )
    assert.is(at({ pass: [], map: [mapped('A', 'db')] }), 'BAD_PATH|.secretsrc:3:5|db|name one of db.url, db.pass')
    assert.match(at({ pass: [], map: [mapped('a-b', 'z')] }), 'BAD_NAME|.secretsrc:3:5|')
    assert.match(at({ pass: [], map: [mapped('LD_PRELOAD', 'z')] }), 'BAD_NAME|.secretsrc:3:5||if that is what')
    assert.match(at({ pass: [], map: [mapped('A', 'z', true)] }), 'BAD_NAME|.secretsrc:3:5|A|declare it without file')
  })

  test('that are private files may hold anything', () => {
    const nul = source(entry(['key'], 'a\0b'))
    const binary: ChoiceSource = { file: 'prod/tls.key', entries: [], bytes: new Uint8Array([0, 255]) }
    const reader = { naming: 'variables', files: true } as const
    const all = chooseEntries([nul, binary], { files: 'all' }, reader)
    assert.equal(
      all.entries.map(({ name, asFile }) => [name, asFile]),
      [
        ['key', true],
        ['tls_key', true],
      ],
    )
    const one = chooseEntries([nul, binary], { only: ['tls.key'], files: ['tls.key'] }, reader)
    assert.equal([...(one.entries[0]?.bytes ?? [])], [0, 255])
    const map = chooseEntries(
      [nul, binary],
      { declared: { pass: [], map: [mapped('TLS', 'prod/tls.key', true)] } },
      reader,
    )
    assert.equal([map.entries[0]?.name, map.left], ['TLS', ['key']])
  })

  test('of binary files are left out where variables are wanted, or refused where they were named', () => {
    const binary: ChoiceSource = { file: 'tls.key', entries: [], bytes: new Uint8Array([1]) }
    const chosen = chooseEntries([file, binary], { only: [], except: ['x-y'] }, { naming: 'variables' })
    assert.equal([chosen.leftBinary, chosen.entries.length], [['tls.key'], 3])
    assert.match(
      refusal(() => environmentVariables([binary])),
      'BAD_NAME|tls.key',
    )
    assert.match(
      refusal(() => environmentVariables([file, binary], { only: ['tls.key', 'z'] })),
      'BAD_NAME|tls.key',
    )
    assert.equal(
      chooseEntries([binary], {}, { naming: 'free', bytes: true }).entries.map(({ name }) => name),
      ['tls.key'],
    )
  })
})

type Entries = ChoiceSource['entries'][number][]

function clash(naming: Naming, ...entries: Entries): string {
  return refusal(() => chooseEntries([source(...entries)], {}, { naming }))
}

suite('entries with other names than variables', (test) => {
  test('may be called anything', () => {
    const file = source(entry(['tls.crt'], 'a'), entry(['PATH'], 'b'), entry(['x', 'y-z'], 'c\0'))
    const free = chooseEntries([file], { prefix: 'p.' }, { naming: 'free' })
    assert.equal(
      free.entries.map(({ name }) => name),
      ['p.tls.crt', 'p.PATH', 'p.x_y-z'],
    )
    const tree = chooseEntries([file], {}, { naming: 'tree' })
    assert.equal(
      tree.entries.map(({ name }) => name),
      ['"tls.crt"', 'PATH', 'x.y-z'],
    )
  })

  test('keep their type, and in trees get their place from a mapping', () => {
    const file = source(entry(['port'], intScalar(5432n)))
    const declared = { pass: [], map: [mapped('db.port', 'port')] }
    const [found] = chooseEntries([file], { declared }, { naming: 'tree' }).entries
    assert.equal([found?.path, found?.value.type], [['db', 'port'], 'int'])
  })

  test('clash in a tree where one would stand inside the other', () => {
    assert.match(
      clash('tree', entry(['a'], '1'), entry(['a'], '2', 1)),
      'NAME_CLASH|||a.yaml: a|a.yaml (document 2): a|',
    )
    assert.match(clash('tree', entry(['a', 'b'], '1'), entry(['a'], '2', 1)), 'NAME_CLASH')
    assert.match(clash('tree', entry(['a'], '1'), entry(['a', 'b'], '2', 1)), 'NAME_CLASH')
    assert.match(clash('tree', entry(['a', 0], '1'), entry(['a', 'b'], '2', 1)), 'NAME_CLASH')
    assert.is(clash('tree', entry(['a', 'b'], '1'), entry(['a_b'], '2')), 'nothing')
    assert.match(clash('free', entry(['a', 'b'], '1'), entry(['a_b'], '2')), 'NAME_CLASH')
  })
})
