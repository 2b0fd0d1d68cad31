import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import {
  applyEdits,
  type Edit,
  type ListNode,
  type MapNode,
  type PlainValue,
  type TreeNode,
} from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/yaml.ts'
import { suite } from '../support/suite.ts'
import { containersOf, outline, outlineOf, plainValues } from './yaml-plain.ts'
import { yamlTexts } from './yaml-texts.ts'

const ONE = intScalar(1n)

function map(...entries: [string, PlainValue][]): PlainValue {
  return { kind: 'map', entries }
}

function list(...elements: PlainValue[]): PlainValue {
  return { kind: 'list', elements }
}

function rootOf(text: string): MapNode {
  const [root] = format.parse(text).documents
  if (root === undefined) throw new Error('no document')
  return root
}

function itemOf(node: MapNode, key: string): Extract<MapNode['items'][number], { kind: 'item' }> {
  const item = node.items.find((one) => one.kind === 'item' && one.key === key)
  if (item?.kind !== 'item') throw new Error(`no ${key}`)
  return item
}

function listOf(node: TreeNode): ListNode {
  if (node.kind !== 'list') throw new Error('no list')
  return node
}

function mapOf(node: TreeNode): MapNode {
  if (node.kind !== 'map') throw new Error('no map')
  return node
}

/** The list that is the only element of `l`. */
function innerList(root: MapNode): ListNode {
  const [inner] = elementsOf(listOf(itemOf(root, 'l').value))
  if (inner === undefined) throw new Error('no element')
  return listOf(inner)
}

function removeLast(node: ListNode): readonly Edit[] {
  const last = elementsOf(node).at(-1)
  return last === undefined ? [] : node.remove(last)
}

/** The text with `value` at `a`. */
function replaced(text: string, value: PlainValue): string {
  const root = rootOf(text)
  return applyEdits(text, root.replace(itemOf(root, 'a'), value))
}

function elementsOf(node: ListNode): TreeNode[] {
  return node.elements.flatMap((element) => (element.kind === 'comment' ? [] : [element]))
}

interface Change {
  readonly edits: readonly Edit[]
  /** The outline of the container afterwards. */
  readonly expected: unknown[]
}

/** One change of a container, chosen by numbers. */
function changeOf(container: MapNode | ListNode, value: PlainValue, choice: number): Change {
  const before = outline(container)
  if (!Array.isArray(before)) throw new Error('no outline')
  const parts: unknown[] = before
  const at = (choice % Math.max(1, parts.length - 1)) + 1
  const kind = parts.length === 1 ? 0 : choice % 3
  const wanted = outlineOf(value)
  if (container.kind === 'map') {
    const items = container.items.flatMap((item) => (item.kind === 'item' ? [item] : []))
    const item = items[at - 1]
    if (kind === 0 || item === undefined) {
      return { edits: container.append('new', value), expected: [...parts, ['new', wanted]] }
    }
    if (kind === 1) return { edits: container.replace(item, value), expected: parts.with(at, [item.key, wanted]) }
    return { edits: container.remove(item), expected: parts.toSpliced(at, 1) }
  }
  const element = elementsOf(container)[at - 1]
  if (kind === 0 || element === undefined) {
    const index = choice % parts.length
    return { edits: container.insert(index, value), expected: parts.toSpliced(index + 1, 0, wanted) }
  }
  if (kind === 1) return { edits: container.replace(element, value), expected: parts.with(at, wanted) }
  return { edits: container.remove(element), expected: parts.toSpliced(at, 1) }
}

suite('YAML edits', (test) => {
  test('append, replace, insert and remove give the wanted tree and touch nothing else', () => {
    fc.assert(
      fc.property(yamlTexts, plainValues, fc.nat(), fc.nat(), ({ text, hasAlias }, value, where, choice) => {
        if (hasAlias) return
        const before = format.parse(text).documents
        const containers = before.flatMap(containersOf)
        const container = containers[where % containers.length]
        if (container === undefined) return
        const { edits, expected } = changeOf(container, value, choice)
        const after = format.parse(applyEdits(text, edits)).documents
        const changed = after.flatMap(containersOf)[where % containers.length]
        assert.equal(changed && outline(changed), expected)
        const mark = JSON.stringify(before.map(outline)).length - JSON.stringify(outline(container)).length
        assert.is(JSON.stringify(after.map(outline)).length - JSON.stringify(expected).length, mark)
      }),
      { numRuns: 300 },
    )
  })

  test('appends in the style of the text', () => {
    const cases: [string, PlainValue, string][] = [
      ['a: 1\n', ONE, 'a: 1\nnew: 1\n'],
      ['a: 1', ONE, 'a: 1\nnew: 1'],
      ['a: 1\r\n', ONE, 'a: 1\r\nnew: 1\r\n'],
      ['a: 1 # c\n# tail\n', ONE, 'a: 1 # c\nnew: 1\n# tail\n'],
      ['a:\n  b: 1\n', map(['c', map(['d', ONE])]), 'a:\n  b: 1\nnew:\n  c:\n    d: 1\n'],
      ['a:\n- 1\n', list(ONE, list(ONE, NULL)), 'a:\n- 1\nnew:\n- 1\n- - 1\n  - null\n'],
      ['a:\n  - 1\n', list(map(['b', ONE], ['c', ONE])), 'a:\n  - 1\nnew:\n  - b: 1\n    c: 1\n'],
      ['a: 1\n', stringScalar('x\ny\n'), 'a: 1\nnew: |\n    x\n    y\n'],
      ['a: 1\n', stringScalar(' x\ny'), 'a: 1\nnew: |4-\n     x\n    y\n'],
      ['a: 1', stringScalar('x\ny\n'), 'a: 1\nnew: "x\\ny\\n"'],
      ['a: |\n  x', ONE, 'a: |-\n  x\nnew: 1'],
      ['a: |\n  x\n\n\n', ONE, 'a: |\n  x\nnew: 1\n\n\n'],
      ['{a: 1}\n', ONE, '{a: 1, new: 1}\n'],
      ['{}\n', ONE, 'new: 1\n'],
      ['---\n', ONE, '---\nnew: 1\n'],
      ['a: 1\nsops:\n    version: 3\n', ONE, 'a: 1\nnew: 1\nsops:\n    version: 3\n'],
      ['sops:\n    version: 3\n', ONE, 'new: 1\nsops:\n    version: 3\n'],
    ]
    for (const [text, value, expected] of cases) {
      assert.is(applyEdits(text, rootOf(text).append('new', value)), expected, JSON.stringify(text))
    }
  })

  test('spells keys as sops does', () => {
    const keys: [string, string][] = [
      ['a b', 'a b'],
      ['1', '"1"'],
      ['yes', '"yes"'],
      ['', '""'],
      ['a: b', "'a: b'"],
      ['#x', "'#x'"],
      ['a\nb', '"a\\nb"'],
      ['<<', '"<<"'],
    ]
    for (const [key, spelled] of keys) {
      const result = applyEdits('z: 1\n', rootOf('z: 1\n').append(key, ONE))
      assert.is(result, `z: 1\n${spelled}: 1\n`)
      itemOf(rootOf(result), key)
    }
    const long = 'k'.repeat(2000)
    itemOf(rootOf(applyEdits('z: 1\n', rootOf('z: 1\n').append(long, ONE))), long)
  })

  test('replaces a value by one of any shape', () => {
    const cases: [string, PlainValue, string][] = [
      ['a: v # c\n', stringScalar('w'), 'a: w # c\n'],
      ['a: v # c\n', map(['b', ONE]), 'a: {b: 1} # c\n'],
      ['a: v\n', map(['b', ONE]), 'a:\n    b: 1\n'],
      ['a: v\n', stringScalar('no'), 'a: "no"\n'],
      ['a:\n  b: 1\nc: 2\n', stringScalar('w'), 'a: w\nc: 2\n'],
      ['a: # c\n  b: 1\n', stringScalar('w'), 'a: # c\n  w\n'],
      ['a:\n# c\n- 1\n', ONE, 'a:\n# c\n 1\n'],
      ['a: &x v\n', map(['b', ONE]), 'a: &x\n    b: 1\n'],
      ['a: !!str 10\n', ONE, 'a: 1\n'],
      ['a: &x !foo 10\n', ONE, 'a: &x 1\n'],
      ['a: !foo 10\n', stringScalar('11'), 'a: !foo 11\n'],
      ['a: | # c\n  v\n', ONE, 'a: 1\n'],
      ['a:\nb: 1\n', list(ONE), 'a:\n    - 1\nb: 1\n'],
      ['a: {}\n', map(['b', map()]), 'a:\n    b: {}\n'],
      ['? a\n', ONE, '? a\n: 1\n'],
      ['{a: 1, b: 2}\n', list(ONE, stringScalar('x,y')), '{a: [1, "x,y"], b: 2}\n'],
    ]
    for (const [text, value, expected] of cases) {
      const result = replaced(text, value)
      assert.is(result, expected, JSON.stringify(text))
      assert.equal(outline(itemOf(rootOf(result), 'a').value), outlineOf(value))
    }
  })

  test('removes items with their lines and leaves an empty collection', () => {
    const cases: [string, string][] = [
      ['a: 1 # c\nb: 2\n', 'b: 2\n'],
      ['b: 2\na: 1', 'b: 2'],
      ['a: 1\n', '{}\n'],
      ['a:\n  - 1\n# above\nb: 2\n', '# above\nb: 2\n'],
      ['{a: 1, b: 2}\n', '{b: 2}\n'],
      ['{b: 2, a: 1,}\n', '{b: 2,}\n'],
      ['b: |+\n  x\n\na: 1\n\nc: 2\n', 'b: |+\n  x\n\nc: 2\n'],
    ]
    for (const [text, expected] of cases) {
      const root = rootOf(text)
      assert.is(applyEdits(text, root.remove(itemOf(root, 'a'))), expected, JSON.stringify(text))
    }
    const nested = 'l:\n  - a: 1\n    b: 2\n  - c\n'
    const elements = elementsOf(listOf(itemOf(rootOf(nested), 'l').value))
    const [first] = elements
    if (first?.kind !== 'map') throw new Error('no map')
    assert.is(applyEdits(nested, first.remove(itemOf(first, 'a'))), 'l:\n  - b: 2\n  - c\n')
  })

  test('edits lists in place', () => {
    const text = 'l:\n# above\n- 1\n- 2 # c\nm: 1\n'
    const node = listOf(itemOf(rootOf(text), 'l').value)
    const [first, second] = elementsOf(node)
    if (first === undefined || second === undefined) throw new Error('no elements')
    assert.is(applyEdits(text, node.insert(2, ONE)), 'l:\n# above\n- 1\n- 2 # c\n- 1\nm: 1\n')
    assert.is(applyEdits(text, node.insert(0, ONE)), 'l:\n# above\n- 1\n- 1\n- 2 # c\nm: 1\n')
    assert.is(applyEdits(text, node.remove(first)), 'l:\n# above\n- 2 # c\nm: 1\n')
    assert.is(applyEdits(text, node.replace(second, map(['x', ONE]))), 'l:\n# above\n- 1\n- {x: 1} # c\nm: 1\n')
    const single = 'l:\n  - 1\n'
    const only = listOf(itemOf(rootOf(single), 'l').value)
    assert.is(
      applyEdits(
        single,
        elementsOf(only).flatMap((one) => only.remove(one)),
      ),
      'l: []\n',
    )
  })

  test('keeps what it writes apart from a comment that has no blank before it', () => {
    const w = stringScalar('w')
    const cases: [string, (root: MapNode) => readonly Edit[], string][] = [
      ['a: "v"#c\n', (root) => root.replace(itemOf(root, 'a'), ONE), 'a: 1 #c\n'],
      ['{"a": 1, "b": "v"#c\n}\n', (root) => root.append('k', w), '{"a": 1, "b": "v", k: w #c\n}\n'],
      ['{b: v, "a": "v"#c\n}\n', (root) => root.remove(itemOf(root, 'a')), '{b: v #c\n}\n'],
      ['{b: 2, a: v, sops: {}#c\n}\n', (root) => root.remove(itemOf(root, 'a')), '{b: 2, sops: {}#c\n}\n'],
      ['l: {#c\n }\n', (root) => mapOf(itemOf(root, 'l').value).append('k', w), 'l: {k: w #c\n }\n'],
      ['l: [ # c\n ]\n', (root) => listOf(itemOf(root, 'l').value).insert(0, w), 'l: [w # c\n ]\n'],
      ['l: [[#c\n ]]\n', (root) => innerList(root).insert(0, w), 'l: [[w #c\n ]]\n'],
      ['l: [["v"#c\n ]]\n', (root) => innerList(root).insert(1, w), 'l: [["v", w #c\n ]]\n'],
      ['l: [[v, "x"#c\n ]]\n', (root) => removeLast(innerList(root)), 'l: [[v #c\n ]]\n'],
    ]
    for (const [text, editsOf, expected] of cases) {
      assert.is(applyEdits(text, editsOf(rootOf(text))), expected, JSON.stringify(text))
    }
  })

  test('turns an element into a comment line', () => {
    const text = 'l:\n  - T\n  - 1\n'
    const node = listOf(itemOf(rootOf(text), 'l').value)
    const [first] = elementsOf(node)
    if (first?.kind !== 'scalar') throw new Error('no scalar')
    assert.is(applyEdits(text, [node.elementAsComment(first, ' hi')]), 'l:\n  # hi\n  - 1\n')
    const single = 'l:\n- T\n'
    const only = listOf(itemOf(rootOf(single), 'l').value)
    const [element] = elementsOf(only)
    if (element?.kind !== 'scalar') throw new Error('no scalar')
    const result = applyEdits(single, [only.elementAsComment(element, ' hi\n ho')])
    assert.equal(outline(rootOf(result)), ['map', ['l', ['list']]])
    assert.match(result, /# hi\n *# ho\n/)
  })

  test('writes a copy in the place of an alias', () => {
    const text = 'a: &x\n  k: v\nb: *x\nc: [*x]\n'
    const root = rootOf(text)
    const { value } = itemOf(root, 'b')
    const [inner] = elementsOf(listOf(itemOf(root, 'c').value))
    if (value.kind !== 'alias' || inner?.kind !== 'alias') throw new Error('no alias')
    const copy = map(['k', stringScalar('w')])
    assert.is(applyEdits(text, [value.expand(copy), inner.expand(copy)]), 'a: &x\n  k: v\nb: {k: w}\nc: [{k: w}]\n')
  })
})
