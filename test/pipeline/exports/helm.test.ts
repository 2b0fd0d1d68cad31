import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { floatScalar, intScalar, NULL, Scalar } from '../../../src/core/scalar.ts'
import { format } from '../../../src/pipeline/exports/formats/helm.ts'
import { suite } from '../../support/suite.ts'
import { awkwardKey } from './awkward-text.ts'
import { entriesOf, entry, jsonOf, refusal, runs, textOf, treeWith } from './entries.ts'

function problem(value: Scalar): string {
  return format.problem?.(entry('a', value), {}) ?? ''
}

suite('export to Helm', (test) => {
  test('writes trees with types, texts in quotes', () => {
    const entries = [
      entry(['database', 'password'], 'a: "b" # c\n'),
      entry(['database', 'port'], intScalar(5432n)),
      entry(['hooks', 0, 'url'], 'x'),
      entry(['hooks', 0, 'none'], NULL),
      entry(['hooks', 1, 'ratio'], floatScalar(2)),
      entry(['matrix', 0, 0], 'no'),
      entry(['on'], new Scalar('time', '2024-01-02T03:04:05Z')),
    ]
    assert.is(
      textOf(format, entries),
      [
        'database:',
        '  password: "a: \\"b\\" # c\\n"',
        '  port: 5432',
        'hooks:',
        '  - url: "x"',
        '    none: null',
        '  - ratio: 2.0',
        'matrix:',
        '  - - "no"',
        '"on": "2024-01-02T03:04:05Z"',
        '',
      ].join('\n'),
    )
    assert.is(textOf(format, []), '{}\n')
  })

  test('is read back by YAML 1.1 and 1.2 alike', () => {
    fc.assert(
      fc.property(treeWith(awkwardKey), (tree) => {
        const text = textOf(format, entriesOf(tree))
        for (const version of ['1.1', '1.2'] as const) {
          assert.is(JSON.stringify(parse(text, { version, merge: true })), JSON.stringify(jsonOf(tree)))
        }
      }),
      runs,
    )
  })

  test('writes one line for each value, in characters that every reader takes', () => {
    fc.assert(
      fc.property(treeWith(awkwardKey), (tree) => {
        assert.not.match(textOf(format, entriesOf(tree)), /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/)
      }),
      runs,
    )
  })

  test('takes keys that are longer than a key in a line may be', () => {
    const key = '"'.repeat(2000)
    assert.equal(parse(textOf(format, [entry(['a', key, 'b'], 'x'), entry(['a', 'c'], 'y')])), {
      a: { [key]: { b: 'x' }, c: 'y' },
    })
  })

  test('refuses numbers that Helm would change', () => {
    assert.is(problem(intScalar(9007199254740991n)), '')
    assert.is(problem(floatScalar(1e300)), '')
    assert.match(problem(intScalar(9007199254740993n)), /64-bit floats.*make it a text/)
    assert.match(problem(intScalar(-9007199254740992n)), /64-bit floats/)
    for (const number of [Infinity, -Infinity, Number.NaN]) assert.match(problem(floatScalar(number)), /no infinite/)
  })

  test('merges files, and refuses places that two entries want and lists with holes', () => {
    assert.is(textOf(format, [entry(['a', 'b'], 'x'), entry(['a', 'c'], 'y', 'b.yaml')]), 'a:\n  b: "x"\n  c: "y"\n')
    for (const second of [['a', 'b'], ['a', 'b', 'c'], ['a'], ['a', 0]]) {
      assert.match(
        refusal(() => textOf(format, [entry(['a', 'b'], 'x'), entry(second, 'y')])),
        /^NAME_CLASH\|/,
      )
    }
    assert.match(
      refusal(() => textOf(format, [entry(['a', 'b', 1], 'x')])),
      /^FORMAT_INVALID\|.*\|a\.b\[0\]\|/,
    )
  })
})
