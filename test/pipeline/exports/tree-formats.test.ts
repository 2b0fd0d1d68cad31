import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { boolScalar, floatScalar, intScalar, NULL, Scalar } from '../../../src/core/scalar.ts'
import type { ExportFormat } from '../../../src/pipeline/exports/export-format.ts'
import { format as dotnet } from '../../../src/pipeline/exports/formats/dotnet.ts'
import { format as json } from '../../../src/pipeline/exports/formats/json.ts'
import { format as properties } from '../../../src/pipeline/exports/formats/properties.ts'
import { format as toml } from '../../../src/pipeline/exports/formats/toml.ts'
import { format as yaml } from '../../../src/pipeline/exports/formats/yaml.ts'
import { suite } from '../../support/suite.ts'
import { awkwardKey, awkwardText } from './awkward-text.ts'
import { entriesOf, entry, jsonOf, refusal, runs, textOf, treeWith } from './entries.ts'
import { readProperties } from './read-properties.ts'
import { readToml } from './read-toml.ts'

const ENTRIES = [
  entry(['database', 'password'], 'a "b"\n'),
  entry(['database', 'port'], intScalar(5432n)),
  entry(['hosts', 0], 'x'),
  entry(['hosts', 1], 'y'),
  entry(['nested', 'list', 0, 'on'], boolScalar(true)),
  entry(['ratio'], floatScalar(2)),
  entry(['since'], new Scalar('time', '2024-01-02T03:04:05Z')),
]

function problem(format: ExportFormat, value: string | Scalar, path: readonly (string | number)[] = ['a']): string {
  return format.problem?.(entry(path, value), {}) ?? ''
}

/** Tables stand behind values in TOML: another order of keys. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}:${sorted(child)}`)
  return `{${members.sort().join()}}`
}

suite('exports of trees', (test) => {
  test('json: types are kept, and numbers that 64-bit floats change are refused', () => {
    assert.equal(JSON.parse(textOf(json, [...ENTRIES, entry(['none'], NULL)])), {
      database: { password: 'a "b"\n', port: 5432 },
      hosts: ['x', 'y'],
      nested: { list: [{ on: true }] },
      ratio: 2,
      since: '2024-01-02T03:04:05Z',
      none: null,
    })
    assert.is(textOf(json, []), '{}\n')
    assert.match(problem(json, intScalar(9007199254740993n)), /make it a text/)
    assert.match(problem(json, floatScalar(Infinity)), /no infinite/)
    assert.match(problem(json, 'x', ['\ud800']), /key is no text/)
  })

  test('json and yaml are read back as they were', () => {
    fc.assert(
      fc.property(treeWith(awkwardKey), (tree) => {
        const [entries, expected] = [entriesOf(tree), JSON.stringify(jsonOf(tree))]
        assert.is(JSON.stringify(JSON.parse(textOf(json, entries))), expected)
        assert.is(JSON.stringify(parse(textOf(yaml, entries))), expected)
      }),
      runs,
    )
  })

  test('yaml: big integers and infinite floats too', () => {
    assert.is(
      textOf(yaml, [entry('a', intScalar(9007199254740993n)), entry('b', floatScalar(-Infinity))]),
      'a: 9007199254740993\nb: -.inf\n',
    )
  })

  test('toml: tables behind values, maps of lists in one line', () => {
    assert.is(
      textOf(toml, ENTRIES),
      [
        'hosts = ["x", "y"]',
        'ratio = 2.0',
        'since = 2024-01-02T03:04:05Z',
        '',
        '[database]',
        'password = "a \\"b\\"\\n"',
        'port = 5432',
        '',
        '[nested]',
        'list = [{ on = true }]',
        '',
      ].join('\n'),
    )
    assert.is(textOf(toml, [entry(['a', 'b.c', 'd'], 'x')]), '[a."b.c"]\nd = "x"\n')
    assert.is(textOf(toml, []), '')
    assert.is(problem(toml, NULL), 'TOML has no null')
    assert.is(textOf(toml, [entry('a', floatScalar(Infinity)), entry('b', floatScalar(NaN))]), 'a = inf\nb = nan\n')
  })

  test('toml is read back as it was', () => {
    fc.assert(
      fc.property(treeWith(awkwardKey), (tree) => {
        const entries = entriesOf(tree)
        if (entries.some(({ value }) => value.type === 'null')) return
        assert.is(sorted(readToml(textOf(toml, entries))), sorted(jsonOf(tree)))
      }),
      runs,
    )
  })

  test('properties: points and brackets between keys, pure ASCII', () => {
    assert.is(
      textOf(properties, [...ENTRIES.slice(0, 4), entry(['é x'], ' = #é\\')]),
      [
        'database.password=a "b"\\n',
        'database.port=5432',
        'hosts[0]=x',
        'hosts[1]=y',
        '\\u00e9\\ x=\\ \\= \\#\\u00e9\\\\',
        '',
      ].join('\n'),
    )
    assert.match(problem(properties, 'x', ['a.b']), /a point or a bracket/)
    assert.match(problem(properties, 'x', ['']), /a point or a bracket/)
    assert.match(
      refusal(() => textOf(properties, [entry(['a', 'b'], 'm4rker'), entry(['a', 'b'], 'y', 'b.yaml')])),
      /^NAME_CLASH\|two entries would be a\.b\|.*\|a\.yaml: a\.b\|b\.yaml: a\.b\|/,
    )
  })

  test('properties are read back as they were', () => {
    const key = awkwardKey.filter((text) => !/[.[\]]/.test(text))
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(key, awkwardText), { selector: ([name]) => name }), (pairs) => {
        const text = textOf(
          properties,
          pairs.map(([name, value]) => entry([name], value)),
        )
        assert.match(text, /^[\n -~]*$/)
        assert.equal([...readProperties(text)], pairs)
      }),
      runs,
    )
  })

  test('.NET: colons between sections, all values texts, case does not count', () => {
    assert.is(
      textOf(dotnet, ENTRIES.slice(1, 5)),
      '{\n  "database:port": "5432",\n  "hosts:0": "x",\n  "hosts:1": "y",\n  "nested:list:0:on": "true"\n}\n',
    )
    assert.match(problem(dotnet, 'x', ['a:b']), /a colon/)
    assert.match(
      refusal(() => textOf(dotnet, [entry('Key', 'x'), entry('KEY', 'y')])),
      /^NAME_CLASH\|/,
    )
  })
})
