import fc from 'fast-check'
import { boolScalar, canonicalText, floatScalar, intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import {
  type CommentNode,
  isScalar,
  type ListNode,
  type MapNode,
  type PlainValue,
  type ScalarNode,
  type TreeNode,
} from '../../src/core/tree.ts'

/** What a tree says without its text: nested arrays that can be compared. Aliases as copies, comments left out. */
export function outline(node: TreeNode): unknown {
  if (node.kind === 'alias') return outline(node.target)
  if (node.kind === 'scalar') return [node.scalar.type, node.scalar.canonical]
  if (node.kind === 'list') {
    return ['list', ...node.elements.flatMap((element) => (element.kind === 'comment' ? [] : [outline(element)]))]
  }
  return ['map', ...node.items.flatMap((item) => (item.kind === 'comment' ? [] : [[item.key, outline(item.value)]]))]
}

/** The same with the comments, `#` and their text, where they stand. */
export function outlineWithComments(node: TreeNode): unknown {
  if (node.kind === 'list') {
    return ['list', ...node.elements.map((one) => (one.kind === 'comment' ? `#${one.text}` : outlineWithComments(one)))]
  }
  if (node.kind !== 'map') return outline(node)
  return [
    'map',
    ...node.items.map((one) => (one.kind === 'comment' ? `#${one.text}` : [one.key, outlineWithComments(one.value)])),
  ]
}

/** The outline that a value will have once it is written. */
export function outlineOf(value: PlainValue): unknown {
  if (isScalar(value)) return [value.type, canonicalText(value)]
  if (value.kind === 'list') return ['list', ...value.elements.map(outlineOf)]
  return ['map', ...value.entries.map(([key, entry]) => [key, outlineOf(entry)])]
}

/** Everything that can be encrypted below a node, in the order of the walk. */
export function leavesOf(node: TreeNode): (ScalarNode | CommentNode)[] {
  if (node.kind === 'alias') return []
  if (node.kind === 'scalar') return [node]
  const children = node.kind === 'list' ? node.elements : node.items
  return children.flatMap((child) => {
    if (child.kind === 'comment') return [child]
    return leavesOf(child.kind === 'item' ? child.value : child)
  })
}

/** All maps and lists below a node, itself included. */
export function containersOf(node: TreeNode): (MapNode | ListNode)[] {
  if (node.kind === 'map') {
    return [node, ...node.items.flatMap((item) => (item.kind === 'comment' ? [] : containersOf(item.value)))]
  }
  if (node.kind !== 'list') return []
  return [node, ...node.elements.flatMap((one) => (one.kind === 'comment' ? [] : containersOf(one)))]
}

const strings = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '"', "'", '\t', '[', ',', '}', '|'),
    maxLength: 10,
  }),
  fc.constantFrom('', 'yes', '10', 'null', '1:30', 'a\nb\n', ' a\nb', '\n', 'a\n\n', 'x # y', '<<', '---', 'é', '😀\n'),
)

const scalars: fc.Arbitrary<PlainValue> = fc.oneof(
  strings.map(stringScalar),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(intScalar),
  fc.double().map((value) => floatScalar(value)),
  fc.boolean().map((value) => boolScalar(value)),
  fc.constant(NULL),
)

/** Values of any shape, three levels deep at most. */
export const plainValues: fc.Arbitrary<PlainValue> = fc.letrec<{ value: PlainValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }).map((elements): PlainValue => ({ kind: 'list', elements })),
    fc
      .uniqueArray(fc.tuple(strings, tie('value')), { maxLength: 3, selector: ([key]) => key })
      .map((entries): PlainValue => ({ kind: 'map', entries })),
  ),
})).value
