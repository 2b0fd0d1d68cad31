import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { NULL, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type ListNode, type MapItem, type MapNode, type PlainValue } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/json.ts'
import { suite } from '../support/suite.ts'
import { jsonTexts } from './json-texts.ts'
import { errorOf, list, map, RUNS } from './text-checks.ts'

suite('json edits', (test) => {
  test('appends, replaces and removes entries in the layout of the text', () => {
    const text = '{\n  "a": 1,\n  "m": {},\n  "sops": {"version": "3"}\n}\n'
    const root = rootOf(text)
    assert.is(
      applyEdits(text, root.append('b', list([stringScalar('x'), map({})]))),
      '{\n  "a": 1,\n  "m": {},\n  "b": [\n    "x",\n    {}\n  ],\n  "sops": {"version": "3"}\n}\n',
    )
    assert.is(applyEdits(text, root.remove(itemOf(root, 'm'))), '{\n  "a": 1,\n  "sops": {"version": "3"}\n}\n')
    assert.is(applyEdits(text, root.remove(itemOf(root, 'a'))), '{\n  "m": {},\n  "sops": {"version": "3"}\n}\n')
    const replaced = applyEdits(text, root.replace(itemOf(root, 'a'), map({ x: NULL })))
    assert.is(replaced, '{\n  "a": {\n    "x": null\n  },\n  "m": {},\n  "sops": {"version": "3"}\n}\n')
    const inner = itemOf(root, 'm').value
    assert.ok(inner.kind === 'map')
    const withNull = applyEdits(text, inner.append('n', NULL))
    assert.is(withNull, '{\n  "a": 1,\n  "m": {\n    "n": null\n  },\n  "sops": {"version": "3"}\n}\n')
    assert.is(applyEdits('{"sops":{}}', rootOf('{"sops":{}}').append('a', NULL)), '{"a":null,"sops":{}}')
  })

  test('edits lists', () => {
    const text = '{"l":[1, 2]}'
    const inserted = (index: number): string => applyEdits(text, listOf(text).insert(index, stringScalar('x')))
    assert.equal([0, 1, 2].map(inserted), ['{"l":["x", 1, 2]}', '{"l":[1, "x", 2]}', '{"l":[1, 2, "x"]}'])
    const [first, second] = listOf(text).elements
    assert.ok(first !== undefined && first.kind !== 'comment' && second !== undefined && second.kind !== 'comment')
    const node = listOf(text)
    assert.is(applyEdits('{"l":[1, 2]}', [{ ...first.span, text: '3' }]), '{"l":[3, 2]}')
    assert.is(node.elements.length, 2)
    const removed = node.elements.map((element) =>
      element.kind === 'comment' ? '' : applyEdits(text, node.remove(element)),
    )
    assert.equal(removed, ['{"l":[2]}', '{"l":[1]}'])
    const replaced = node.elements.map((one) =>
      one.kind === 'comment' ? '' : applyEdits(text, node.replace(one, list([]))),
    )
    assert.equal(replaced, ['{"l":[[], 2]}', '{"l":[1, []]}'])
    assert.is(applyEdits('{"l":[]}', listOf('{"l":[]}').insert(0, NULL)), '{"l":[null]}')
  })

  test('removes any set of encrypted comments from a list at once', () => {
    const comment = '"ENC[AES256_GCM,data:a,iv:b,tag:c,type:comment]"'
    const property = fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), (pattern) => {
      const text = `{"l": [${pattern.map((isComment) => (isComment ? comment : '1')).join(', ')}]}`
      const node = listOf(text)
      const edits = node.elements.flatMap((element, index) =>
        element.kind === 'scalar' && pattern[index] === true ? [node.elementAsComment(element, 'c')] : [],
      )
      assert.equal(JSON.parse(applyEdits(text, edits)), { l: pattern.filter((isComment) => !isComment).map(() => 1) })
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('every edit is read as what it was to do', () => {
    const property = fc.property(
      jsonTexts,
      fc.constantFrom<PlainValue>(NULL, list([NULL]), map({ z: NULL })),
      (text, value) => {
        const root = rootOf(text)
        const before = Object.entries(JSON.parse(text))
        const appended: unknown = JSON.parse(applyEdits(text, root.append('new', value)))
        assert.equal(
          appended,
          Object.fromEntries([...before, ['new', JSON.parse(format.render([map({ v: value })])).v]]),
        )
        for (const item of root.items) {
          if (item.kind === 'comment') continue
          const rest: unknown = JSON.parse(applyEdits(text, root.remove(item)))
          assert.equal(rest, Object.fromEntries(before.filter(([key]) => key !== item.key)))
        }
      },
    )
    fc.assert(property, { numRuns: RUNS })
  })

  test('refuses to append the metadata key and a key that is there', () => {
    const root = rootOf('{"a":1}')
    assert.is(errorOf(() => root.append('sops', NULL)).code, 'RESERVED_KEY')
    assert.is(errorOf(() => root.append('a', NULL)).code, 'NAME_CLASH')
  })
})

function rootOf(text: string): MapNode {
  const [root] = format.parse(text).documents
  if (root === undefined) throw new Error('no document')
  return root
}

function itemOf(root: MapNode, key: string): MapItem {
  const item = root.items.find((one) => one.kind === 'item' && one.key === key)
  if (item?.kind !== 'item') throw new Error(`no ${key}`)
  return item
}

function listOf(text: string): ListNode {
  const { value } = itemOf(rootOf(text), 'l')
  if (value.kind !== 'list') throw new Error('no list')
  return value
}
