import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import type { PlainValue } from '../../src/core/tree.ts'
import { escapeLineBreaks, flatten, unescapeLineBreaks, unflatten } from '../../src/formats/flat-metadata.ts'
import { orderedKeys } from '../../src/formats/key-order.ts'
import { suite } from '../support/suite.ts'
import { errorOf, list, map, plain, RUNS } from './text-checks.ts'

suite('flat metadata', (test) => {
  test('joins paths as sops does', () => {
    const value = map({
      age: list([map({ enc: stringScalar('x') })]),
      key_groups: list([map({}), map({ age: list([map({ enc: stringScalar('y') })]) })]),
      kms: list([map({ context: map({ tenant: stringScalar('t') }) })]),
    })
    assert.equal(flatten(value), [
      ['age__list_0__map_enc', 'x'],
      ['key_groups__list_1__map_age__list_0__map_enc', 'y'],
      ['kms__list_0__map_context__map_tenant', 't'],
    ])
  })

  test('writes numbers and bools as sops does and leaves out null', () => {
    const value = map({ n: intScalar(2n), b: boolScalar(true), z: NULL })
    assert.equal(flatten(value), [
      ['n', '2'],
      ['b', 'true'],
    ])
  })

  test('gives back what was flattened', () => {
    const leaf = fc.string().map((text): PlainValue => stringScalar(text))
    const keys = fc.constantFrom('a', 'b', 'c_d', 'e_', '_f')
    const { tree } = fc.letrec<{ tree: PlainValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 2, depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { minLength: 1, maxLength: 12 }).map(list),
        fc.dictionary(keys, tie('tree'), { minKeys: 1, noNullPrototype: true }).map(map),
      ),
    }))
    const roots = fc.dictionary(keys, tree, { noNullPrototype: true })
    const property = fc.property(roots, (entries) => {
      assert.equal(plain(unflatten(flatten(map(entries)))), plain(map(entries)))
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('refuses what has no one meaning', () => {
    const refused: [string, string][][] = [
      [['a__list_1', 'x']],
      [
        ['a__list_0', 'x'],
        ['a__list_2', 'x'],
      ],
      [['a__list_x', 'x']],
      [['a__list_00', 'x']],
      [
        ['a__list_0', 'x'],
        ['a__map_b', 'x'],
      ],
      [
        ['a', 'x'],
        ['a__map_b', 'x'],
      ],
      [
        ['a', 'x'],
        ['a', 'y'],
      ],
    ]
    for (const entries of refused) {
      const error = errorOf(() => unflatten(entries))
      assert.is(error.code, 'METADATA_INVALID')
      assert.match(error.place.path ?? '', /^sops\.a/)
    }
  })

  test('refuses two fields with one flat name', () => {
    const value = map({ a: map({ b: stringScalar('x') }), a__map_b: stringScalar('y') })
    assert.is(errorOf(() => flatten(value)).code, 'METADATA_INVALID')
  })

  test('refuses levels without end', () => {
    assert.is(errorOf(() => unflatten([['a__map_b'.repeat(500), 'x']])).code, 'LIMIT_EXCEEDED')
  })

  test('writes line breaks as two characters', () => {
    assert.is(escapeLineBreaks('a\nb\n'), 'a\\nb\\n')
    assert.is(unescapeLineBreaks('a\\nb\\n'), 'a\nb\n')
  })
})

suite('key order', (test) => {
  test('keeps present keys in place and puts new ones behind those they follow', () => {
    assert.equal(orderedKeys(['z', 'b', 'a'], ['a', 'a1', 'b', 'c', 'z']), ['z', 'b', 'c', 'a', 'a1'])
    assert.equal(orderedKeys(['m', 'x'], ['a', 'm']), ['a', 'm'])
    assert.equal(orderedKeys([], ['b', 'a']), ['b', 'a'])
    assert.equal(orderedKeys(['a'], []), [])
  })
})
