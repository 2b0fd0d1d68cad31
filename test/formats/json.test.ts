import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { floatScalar, intScalar, NULL, Scalar, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type PlainValue } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/json.ts'
import { suite } from '../support/suite.ts'
import { jsonTexts } from './json-texts.ts'
import {
  checkMetadata,
  checkSpelling,
  checkTokens,
  errorOf,
  leaves,
  list,
  METADATA,
  map,
  newLines,
  plain,
  RUNS,
  shown,
} from './text-checks.ts'

const FIXTURES = new URL('../fixtures/sops-3.13.2/', import.meta.url)

suite('json', (test) => {
  test('types values as sops does', () => {
    const text =
      '{"a":1,"b":-0,"c":1.0,"d":9223372036854775807,"e":9223372036854775808,"f":true,"g":null,"h":"x","i":-9223372036854775808}'
    assert.equal(shown(format.parse(text)), [
      'a int 1',
      'b int 0',
      'c float 1',
      'd int 9223372036854775807',
      'e float 9223372036854776000',
      'f bool True',
      'g null ',
      'h str x',
      'i int -9223372036854775808',
    ])
  })

  test('reads strings as Go does', () => {
    const text = String.raw`{"a":"\u00e9\/\b\f\n\r\t\"\\","b":"\ud83d\ude00","c":"\ud800x","d":"\udc00\ud800"}`
    const values = leaves(format.parse(text)).map(({ node }) => node.scalar.canonical)
    assert.equal(values, ['é/\b\f\n\r\t"\\', '😀', '\uFFFDx', '\uFFFD\uFFFD'])
  })

  test('spells scalars that came from elsewhere', () => {
    const node = leaves(format.parse('{"a":1}'))[0]?.node
    assert.is(node?.spell(floatScalar(22)), '22')
    assert.is(node?.spell(floatScalar(-0)), '-0.0')
    assert.is(node?.spell(floatScalar(0.5, '.5')), '0.5')
    assert.is(node?.spell(new Scalar('time', '2020-01-02T00:00:00Z')), '"2020-01-02T00:00:00Z"')
    assert.is(node?.spell(NULL), 'null')
    assert.is(node?.spell(stringScalar('\u0001<\u2028')), '"\\u0001<\u2028"')
    assert.is(errorOf(() => node?.spell(floatScalar(Infinity))).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => node?.spell(new Scalar('str', new Uint8Array(1)))).code, 'FORMAT_INVALID')
  })

  test('keeps every spelling of a number', () => {
    checkSpelling(format, '{"a":[-0,1.0,1e3,1E-7,-0.0,1e-400,12345678901234567890,0.10]}')
  })

  test('spells, replaces and restores every leaf in place', () => {
    const property = fc.property(jsonTexts, (text) => {
      checkSpelling(format, text)
      checkTokens(format, text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('writes metadata in the style of the text and removes it without a trace', () => {
    fc.assert(
      fc.property(jsonTexts, (text) => checkMetadata(format, text)),
      { numRuns: RUNS },
    )
    for (const text of ['{}', '{ }', '{\n}\n', '{}\r\n', '{\n\t\n}', '{"a":1}', '{ "a" : 1 }\n'])
      checkMetadata(format, text)
  })

  test('lays metadata out as the text is', () => {
    assert.is(withSample('{"a":1}'), '{"a":1,"sops":{"v":"1","l":[{"x":null}]}}')
    assert.is(
      withSample('{\r\n  "a": 1\r\n}\r\n'),
      [
        '{',
        '  "a": 1,',
        '  "sops": {',
        '    "v": "1",',
        '    "l": [',
        '      {',
        '        "x": null',
        '      }',
        '    ]',
        '  }',
        '}',
        '',
      ].join('\r\n'),
    )
  })

  test('rewrites the lines of the metadata that differ', () => {
    const text = readFileSync(new URL('nums.enc.json', FIXTURES), 'utf8')
    const parsed = format.parse(text)
    const metadata = parsed.metadata ?? METADATA
    assert.equal(parsed.writeMetadata(metadata), [])
    const changed = applyEdits(text, parsed.writeMetadata(withEntry(metadata, 'mac', stringScalar('NEW'))))
    assert.equal(newLines(text, changed), ['\t\t"mac": "NEW",'])
    const more = withEntry(metadata, 'shamir_threshold', intScalar(2n))
    const added = applyEdits(text, parsed.writeMetadata(more))
    assert.equal(plain(format.parse(added).metadata ?? NULL), plain(more))
    assert.equal(newLines(text, added), ['\t\t"version": "3.13.2",', '\t\t"shamir_threshold": 2'])
    assert.is(applyEdits(added, format.parse(added).writeMetadata(metadata)), text)
  })

  test('adds a recipient to a list and leaves the others as they are spelled', () => {
    const text = '{\n  "a": "ENC",\n  "sops": {\n    "age": [\n      {"enc": "x",  "recipient": "y"}\n    ]\n  }\n}\n'
    const parsed = format.parse(text)
    const written = applyEdits(text, parsed.writeMetadata(map({ age: list([recipient('y'), recipient('z')]) })))
    assert.ok(written.includes('      {"enc": "x",  "recipient": "y"},\n'))
    assert.equal(plain(format.parse(written).metadata ?? NULL), {
      age: [
        { enc: 'x', recipient: 'y' },
        { enc: 'x', recipient: 'z' },
      ],
    })
  })

  test('reads sops metadata, of any type', () => {
    const parsed = format.parse(readFileSync(new URL('nums.enc.json', FIXTURES), 'utf8'))
    const metadata = plain(parsed.metadata ?? NULL)
    assert.ok(typeof metadata === 'object' && metadata !== null && 'version' in metadata)
    assert.is(metadata.version, '3.13.2')
    assert.not.ok(shown(parsed).some((line) => line.startsWith('sops')))
    assert.is(format.parse('{"sops":1}').metadata instanceof Scalar, true)
  })

  test('refuses what is no JSON, with its place and none of its text', () => {
    const cases: [string, number, number, RegExp][] = [
      ['', 1, 1, /no JSON object/],
      ['\uFEFF{}', 1, 1, /byte order mark/],
      ['[1]', 1, 1, /root/],
      ['"SECRET"', 1, 1, /root/],
      ['{"a":1}\n{}', 2, 1, /more text/],
      ['{"a":1,}', 1, 8, /comma/],
      ['{"a":1 "b":2}', 1, 8, /comma/],
      ['{"a" 1}', 1, 6, /colon/],
      ['{a:1}', 1, 2, /key/],
      ['{"a":SECRET}', 1, 6, /value/],
      ['{"a":01}', 1, 7, /comma/],
      ['{"a":1e999}', 1, 6, /range/],
      ['{"a":"SECRET\n"}', 1, 13, /control/],
      ['{"a":"x\\q"}', 1, 8, /escape/],
      ['{"a":"x\\u12"}', 1, 8, /escape/],
      ['{"a":"SECRET', 1, 6, /closing quote/],
      ['{"a":1', 1, 7, /ends/],
      ['{"a":', 1, 6, /ends/],
      ['{\n  "a": 1,\n  "a": 2\n}', 3, 3, /twice/],
      ['{"m":{"b":1,"b":1}}', 1, 13, /twice/],
      ['{"sops":{},"sops":{}}', 1, 12, /twice/],
      ['{ // SECRET\n}', 1, 3, /comments/],
      ['{"a": /* x */ 1}', 1, 7, /comments/],
    ]
    for (const [text, line, column, message] of cases) {
      const error = errorOf(() => format.parse(text))
      assert.is(error.code, 'FORMAT_INVALID', text)
      assert.equal(error.place, { line, column }, text)
      assert.match(error.message, message)
      assert.not.match(`${error.message}${error.hint ?? ''}`, /SECRET/)
    }
  })

  test('finds a key that stands twice among many', () => {
    const keys = Array.from({ length: 20 }, (_, index) => `"k${index}":1`)
    assert.match(errorOf(() => format.parse(`{${[...keys, '"k7":1'].join(',')}}`)).message, /twice/)
  })

  test('refuses more levels than the limit', () => {
    format.parse(nested(255))
    assert.is(errorOf(() => format.parse(nested(256))).code, 'LIMIT_EXCEEDED')
    assert.is(errorOf(() => format.parse(nested(1_000_000))).code, 'LIMIT_EXCEEDED')
  })

  test('renders in the style of sops', () => {
    const value = map({ a: intScalar(1n), m: map({ l: list([stringScalar('x')]) }), e: map({}), n: list([]) })
    assert.is(
      format.render([value]),
      '{\n\t"a": 1,\n\t"m": {\n\t\t"l": [\n\t\t\t"x"\n\t\t]\n\t},\n\t"e": {},\n\t"n": []\n}\n',
    )
    assert.is(format.render([]), '{}\n')
    assert.is(errorOf(() => format.render([value, value])).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => format.render([NULL])).code, 'FORMAT_INVALID')
  })

  test('tells the place of an offset', () => {
    assert.equal(format.parse('{\n "a": 1}').position(3), { line: 2, column: 2 })
  })
})

function withEntry(value: PlainValue, key: string, content: PlainValue): PlainValue {
  if (!('kind' in value) || value.kind !== 'map') return value
  return map({ ...Object.fromEntries(value.entries), [key]: content })
}

function withSample(text: string): string {
  return applyEdits(text, format.parse(text).writeMetadata(map({ v: stringScalar('1'), l: list([map({ x: NULL })]) })))
}

function recipient(name: string): PlainValue {
  return map({ enc: stringScalar('x'), recipient: stringScalar(name) })
}

function nested(levels: number): string {
  return `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`
}
