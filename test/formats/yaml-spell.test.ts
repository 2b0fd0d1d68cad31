import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, floatScalar, intScalar, type Scalar, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type ScalarNode } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/yaml.ts'
import { suite } from '../support/suite.ts'
import { leavesOf, outline } from './yaml-plain.ts'
import { yamlTexts } from './yaml-texts.ts'

const TOKEN = 'ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JR=,tag:t5z2Z023==,type:str]'

function firstLeaf(text: string): ScalarNode {
  const leaf = (format.parse(text).documents[0]?.items ?? [])
    .flatMap((item) => (item.kind === 'comment' ? [] : leavesOf(item.value)))
    .find((one) => one.kind === 'scalar')
  if (leaf?.kind !== 'scalar') throw new Error('no leaf')
  return leaf
}

/** The text with the first leaf spelled as `scalar`. */
function withScalar(text: string, scalar: Scalar): string {
  const leaf = firstLeaf(text)
  return applyEdits(text, [{ ...leaf.span, text: leaf.spell(scalar) }])
}

/** The notations that a value cannot carry. */
function isExotic(raw: string): boolean {
  return /^>|^!!|[^\n]\n *[^\s|]|\\x41|\\u0|0x|1_0|^\d{4}-\d\d-\d\d$/.test(raw) && !raw.startsWith('|')
}

suite('YAML spelling', (test) => {
  test('every ordinary value is spelled as it stands, and every other reads as the same value', () => {
    fc.assert(
      fc.property(yamlTexts, ({ text }) => {
        const parsed = format.parse(text)
        for (const leaf of parsed.documents.flatMap(leavesOf)) {
          const raw = text.slice(leaf.span.start, leaf.span.end)
          const spelled = leaf.kind === 'comment' ? leaf.spell(leaf.text) : leaf.spell(leaf.scalar)
          if (spelled === raw) continue
          assert.ok(isExotic(raw), JSON.stringify([raw, spelled]))
          const again = applyEdits(text, [{ ...leaf.span, text: spelled }])
          assert.equal(format.parse(again).documents.map(outline), parsed.documents.map(outline))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a token in the place of every value and comment reads as the token, and opens to the same bytes', () => {
    fc.assert(
      fc.property(yamlTexts, ({ text }) => {
        const leaves = format.parse(text).documents.flatMap(leavesOf)
        const isSealed = leaves.map((leaf) =>
          leaf.kind === 'comment' ? leaf.text !== '' : leaf.scalar.type !== 'null' && leaf.scalar.canonical !== '',
        )
        const edits = leaves.flatMap((leaf, index) =>
          isSealed[index] === true ? [{ ...leaf.span, text: leaf.spellToken(TOKEN) }] : [],
        )
        const sealed = applyEdits(text, edits)
        const found = format.parse(sealed).documents.flatMap(leavesOf)
        assert.is(found.length, leaves.length)
        const back = found.flatMap((leaf, index) => {
          const original = leaves[index]
          if (original === undefined || isSealed[index] !== true) return []
          const content = leaf.kind === 'comment' ? leaf.text : String(leaf.scalar.canonical)
          assert.is(content.trimEnd(), TOKEN)
          const raw = text.slice(original.span.start, original.span.end)
          if (leaf.kind === 'comment' || original.kind === 'comment') {
            return leaf.kind === original.kind && leaf.kind === 'comment' && original.kind === 'comment'
              ? [{ ...leaf.span, text: leaf.spell(original.text) }]
              : []
          }
          const isCarried = original.spell(original.scalar) === raw
          return [{ ...leaf.span, text: isCarried ? leaf.spell(original.scalar) : raw }]
        })
        assert.is(applyEdits(sealed, back), text)
      }),
      { numRuns: 200 },
    )
  })

  test('a token keeps the notation', () => {
    const cases: [string, string][] = [
      ['k: v\n', 'T'],
      ['k: "v"\n', '"T"'],
      ["k: 'v'\n", "'T'"],
      ['k: |-2\n   v\n', '|-2\n  T'],
      ['k: > \n  a\n  b\n\n', '> \n  T'],
      ['k: a\n  b\n', 'T'],
      ['k: [v]\n', "'T'"],
      ["k: ['v']\n", '"\\x54"'],
      ['k: ["v"]\n', '"T"'],
      ['k: !!int 3\n', 'T'],
      ['k: !foo 3\n', 'T'],
      ['k: !!int &x 3\n', '&x T'],
      ['k: | # c\n  v\n', '\n  T'],
    ]
    for (const [text, expected] of cases) {
      const [root] = format.parse(text).documents
      const leaf = (root === undefined ? [] : leavesOf(root)).find((one) => one.kind === 'scalar')
      assert.is(leaf?.spellToken('T'), expected, text)
    }
  })

  test('a value that a notation cannot carry gets the plainest that can', () => {
    const cases: [string, Scalar, string][] = [
      ['k: v\n', stringScalar('10'), 'k: "10"\n'],
      ['k: v\n', stringScalar('a: b'), 'k: "a: b"\n'],
      ['k: v\n', stringScalar('yes'), 'k: yes\n'],
      ['k: v\n', stringScalar(''), 'k: ""\n'],
      ['k: [v]\n', stringScalar('a,b'), 'k: ["a,b"]\n'],
      ["k: 'v'\n", stringScalar("it's"), "k: 'it''s'\n"],
      ["k: 'v'\n", stringScalar('a\nb'), 'k: "a\\nb"\n'],
      ['k: "v"\n', stringScalar('\t\x01\x85"\\😀'), 'k: "\\t\\x01\\N\\"\\\\😀"\n'],
      ['k: "v"\n', intScalar(7n), 'k: 7\n'],
      ['k: v\n', floatScalar(1), 'k: 1.0\n'],
      ['k: v\n', floatScalar(Infinity), 'k: .inf\n'],
      ['k: v\n', floatScalar(2 ** 63), 'k: 9223372036854776000.0\n'],
      ['k: v\n', boolScalar(true), 'k: True\n'],
      ['k: v\n', boolScalar(true, '1'), 'k: True\n'],
      ['k: |\n  v\n', stringScalar('a\nb'), 'k: |-\n  a\n  b\n'],
      ['k: |-\n  v\n', stringScalar('a\n'), 'k: |\n  a\n'],
      ['k: |\n  v\n', stringScalar('a\n\n'), 'k: |+\n  a\n\n'],
      ['k: |\n  v\n\n\nb: 1\n', stringScalar('a\n\n\n'), 'k: |+\n  a\n\n\nb: 1\n'],
      ['k: |\n  v\n\n\nb: 1\n', stringScalar('a\n\n'), 'k: "a\\n\\n"\n\n\nb: 1\n'],
      ['k: |\n  v\n', stringScalar(' a\n'), 'k: |2\n   a\n'],
      ['k: |\n  v\n', stringScalar('\n\n'), 'k: |+\n\n\n'],
      ['k: |\n  v', stringScalar('a\n'), 'k: "a\\n"'],
      ['k: |\n  v', stringScalar('a'), 'k: |\n  a'],
      ['k: >\n  v\n', stringScalar('a\nb\n'), 'k: >\n  a\n\n  b\n'],
      ['k: >\n  v\n', stringScalar(' a\n'), 'k: |2\n   a\n'],
      ['k:\n', intScalar(1n), 'k: 1\n'],
      ['k: [{a}]\n', stringScalar('v'), 'k: [{a: v}]\n'],
      ['k: "v"#c\n', intScalar(7n), 'k: 7 #c\n'],
      ["k: 'v'#c\n", stringScalar('a\nb'), 'k: "a\\nb"#c\n'],
      ["k: ['v'#c\n  ]\n", boolScalar(true), 'k: [True #c\n  ]\n'],
      ["k: ['ENC[T]'#c\n  ]\n", stringScalar('v'), 'k: [v #c\n  ]\n'],
      ['k: {"a":#c\n  }\n', stringScalar('v'), 'k: {"a": v #c\n  }\n'],
    ]
    for (const [text, scalar, expected] of cases) {
      const result = withScalar(text, scalar)
      assert.is(result, expected)
      assert.equal(outline(firstLeaf(result)), [scalar.type, scalar.canonical], result)
    }
  })

  test('a block with a comment in its first line says when it cannot hold a value', () => {
    assert.throws(() => withScalar('k: | # c\n  v\n', stringScalar('no break')), /cannot hold this value/)
  })
})
