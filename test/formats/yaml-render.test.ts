import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import type { PlainValue } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/yaml.ts'
import { suite } from '../support/suite.ts'
import { outline, outlineOf, plainValues } from './yaml-plain.ts'

const ONE = intScalar(1n)

function map(...entries: [string, PlainValue][]): PlainValue {
  return { kind: 'map', entries }
}

function list(...elements: PlainValue[]): PlainValue {
  return { kind: 'list', elements }
}

suite('rendered YAML', (test) => {
  test('renders documents as sops writes them', () => {
    const text = format.render([
      map(
        ['s', stringScalar('x')],
        ['num', stringScalar('10')],
        ['m', stringScalar('l1\nl2\n')],
        ['k', stringScalar('l1\n\n')],
        ['e', map()],
        ['l', list(ONE, map(['b', ONE], ['c', list(NULL)]))],
      ),
      map(),
    ])
    const expected =
      's: x\nnum: "10"\nm: |\n    l1\n    l2\nk: |+\n    l1\n\ne: {}\nl:\n    - 1\n    - b: 1\n      c:\n        - null\n---\n{}\n'
    assert.is(text, expected)
    assert.throws(() => format.render([list(ONE)]), /root/)
  })

  test('renders any values so that they are read again', () => {
    fc.assert(
      fc.property(fc.array(plainValues, { minLength: 1, maxLength: 3 }), (values) => {
        const documents = values.map((value) => map(['v', value]))
        assert.equal(format.parse(format.render(documents)).documents.map(outline), documents.map(outlineOf))
      }),
      { numRuns: 200 },
    )
  })
})
