import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intScalar, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type PlainValue } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/yaml.ts'
import { suite } from '../support/suite.ts'
import { outlineOf, outlineWithComments } from './yaml-plain.ts'
import { yamlTexts } from './yaml-texts.ts'

function map(...entries: [string, PlainValue][]): PlainValue {
  return { kind: 'map', entries }
}

function recipient(name: string, enc = `-----BEGIN\n${name}\n-----END\n`): PlainValue {
  return map(['enc', stringScalar(enc)], ['recipient', stringScalar(name)])
}

function metadataWith(recipients: readonly PlainValue[], modified = '2024-01-02T03:04:05Z'): PlainValue {
  return map(
    ['age', { kind: 'list', elements: recipients }],
    ['lastmodified', stringScalar(modified)],
    ['mac', stringScalar('ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]')],
    ['version', stringScalar('3.13.2')],
  )
}

const METADATA = metadataWith([recipient('age1a')])

const BLOCK = `sops:
    age:
        - enc: |
            -----BEGIN
            age1a
            -----END
          recipient: age1a
    lastmodified: "2024-01-02T03:04:05Z"
    mac: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]
    version: 3.13.2
`

function written(text: string, metadata: PlainValue): string {
  return applyEdits(text, format.parse(text).writeMetadata(metadata))
}

function read(text: string): unknown {
  const { metadata } = format.parse(text)
  return metadata && outlineOf(metadata)
}

suite('YAML metadata', (test) => {
  test('stands at the end of every document, as sops writes it', () => {
    const cases: [string, string][] = [
      ['a: 1\n', `a: 1\n${BLOCK}`],
      ['a: 1', `a: 1\n${BLOCK.slice(0, -1)}`],
      ['a: 1\n# tail\n\n', `a: 1\n# tail\n\n${BLOCK}`],
      ['a: 1\n---\nb: 1\n...\n', `a: 1\n${BLOCK}---\nb: 1\n${BLOCK}...\n`],
      ['---\n', `---\n${BLOCK}`],
      ['---', `---\n${BLOCK.slice(0, -1)}`],
      ['a: |\n  x', `${BLOCK}a: |\n  x`],
      ['# head\na: |\n  x', `${BLOCK}# head\na: |\n  x`],
      ['---\na: |+\n  x', `---\n${BLOCK}a: |+\n  x`],
      ['a: 1\r\n', `a: 1\r\n${BLOCK.replaceAll('\n', '\r\n')}`],
    ]
    for (const [text, expected] of cases) assert.is(written(text, METADATA), expected, JSON.stringify(text))
  })

  test('goes inside of the braces of a flow map', () => {
    const small = map(['version', stringScalar('3.13.2')])
    const cases: [string, string][] = [
      ['{a: 1}\n', '{a: 1, sops: {version: 3.13.2}}\n'],
      ['{a: 1 }', '{a: 1, sops: {version: 3.13.2} }'],
      ['{}\n', '{sops: {version: 3.13.2}}\n'],
      ['{ # c\n}\n', '{sops: {version: 3.13.2} # c\n}\n'],
      ['{"a":}\n', '{"a": , sops: {version: 3.13.2}}\n'],
      ['{a: 1,}\n', '{a: 1, sops: {version: 3.13.2},}\n'],
    ]
    for (const [text, expected] of cases) {
      assert.is(written(text, small), expected)
      assert.is(applyEdits(expected, format.parse(expected).removeMetadata()), text)
    }
    const direct = '{a: v, sops: {version: 3.13.2}#c\n}\n'
    assert.is(applyEdits(direct, format.parse(direct).removeMetadata()), '{a: v #c\n}\n')
  })

  test('is removed without a trace, changes no value, and is read as it was written', () => {
    fc.assert(
      fc.property(
        yamlTexts,
        fc.constantFrom('', '\n', '   ', '\n  ', '\n# c', '\n...', '\n---', '\n--- # c\n'),
        (one, tail) => {
          const text = one.text + tail
          const before = format.parse(text)
          const after = written(text, METADATA)
          const parsed = format.parse(after)
          assert.equal(parsed.documents.map(outlineWithComments), before.documents.map(outlineWithComments))
          assert.is(applyEdits(after, parsed.removeMetadata()), text)
          assert.equal(read(after), outlineOf(METADATA))
          assert.equal(parsed.writeMetadata(METADATA), [])
        },
      ),
      { numRuns: 300 },
    )
  })

  test('changes only the lines that differ, in all documents', () => {
    const text = written('a: 1\n---\nb: 1\n', METADATA)
    const changed = written(text, metadataWith([recipient('age1a')], '2025-01-01T00:00:00Z'))
    assert.is(changed, text.replaceAll('2024-01-02T03:04:05Z', '2025-01-01T00:00:00Z'))
  })

  test('adds and removes recipients without touching the others', () => {
    const one = written('a: 1\n', METADATA)
    const added = written(one, metadataWith([recipient('age1a'), recipient('age1b')]))
    assert.is(
      added,
      one.replace(
        '    lastmodified',
        `        - enc: |
            -----BEGIN
            age1b
            -----END
          recipient: age1b
    lastmodified`,
      ),
    )
    const inFront = written(one, metadataWith([recipient('age1b'), recipient('age1a')]))
    assert.equal(read(inFront), outlineOf(metadataWith([recipient('age1b'), recipient('age1a')])))
    assert.is(written(added, METADATA), one)
    assert.is(written(inFront, METADATA), one)
  })

  test('keeps comments, other notations and the order of the fields, and adds fields in the given order', () => {
    const text = 'a: 1\nsops:\n  # ours\n  version: "3.13.2" # why\n  custom: {x: 1}\n  lastmodified: \'t\'\n'
    const custom = map(['x', intScalar(1n)])
    const wanted = map(
      ['age', { kind: 'list', elements: [] }],
      ['custom', custom],
      ['lastmodified', stringScalar('u')],
      ['mac', stringScalar('m')],
      ['version', stringScalar('3.13.2')],
    )
    const expected =
      'a: 1\nsops:\n  # ours\n  age: []\n  version: "3.13.2" # why\n  custom: {x: 1}\n  lastmodified: \'u\'\n  mac: m\n'
    assert.is(written(text, wanted), expected)
  })

  test('becomes any other metadata', () => {
    const recipients = fc.subarray(['age1a', 'age1b', 'age1c', 'age1d'])
    const fields = fc.subarray(['age', 'lastmodified', 'mac', 'version'], { minLength: 1 })
    const states = fc
      .tuple(recipients, fields, fc.constantFrom('t', 'u'))
      .map(([names, kept, modified]): PlainValue => {
        const all = metadataWith(
          names.map((name) => recipient(name)),
          modified,
        )
        const entries = 'entries' in all ? all.entries.filter(([key]) => kept.includes(key)) : []
        return { kind: 'map', entries }
      })
    fc.assert(
      fc.property(states, states, fc.boolean(), (from, to, inFlow) => {
        const start = written(inFlow ? '{a: 1}\n' : 'a: 1\n', from)
        const result = written(start, to)
        const expected = outlineOf(to)
        const found = read(result)
        if (!Array.isArray(expected) || !Array.isArray(found)) throw new Error('no map')
        assert.equal(new Map(found.slice(1)), new Map(expected.slice(1)))
        assert.is(applyEdits(result, format.parse(result).removeMetadata()), inFlow ? '{a: 1}\n' : 'a: 1\n')
      }),
      { numRuns: 300 },
    )
  })
})
