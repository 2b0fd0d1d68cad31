import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse as parseWithYaml } from 'yaml'
import { isSecretsError } from '../../src/core/errors.ts'
import { MAX_DEPTH } from '../../src/core/limits.ts'
import type { TreeNode } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/yaml.ts'
import { suite } from '../support/suite.ts'
import { outline, outlineWithComments } from './yaml-plain.ts'
import { yamlTexts } from './yaml-texts.ts'

/** Texts and what sops 3.13.3 reads from them, comments included; null for what it refuses. */
const asSops: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/yaml-as-sops-reads-it.json', import.meta.url), 'utf8'),
)

function errorOf(text: string): {
  code: string
  line: number | undefined
  column: number | undefined
  message: string
} {
  try {
    format.parse(text)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    return { code: error.code, line: error.place.line, column: error.place.column, message: error.message }
  }
  throw new Error(`accepted: ${JSON.stringify(text)}`)
}

/** Strings and structure as the yaml package reads them, all scalars as text. */
function shapeOf(node: TreeNode): unknown {
  if (node.kind === 'alias') return shapeOf(node.target)
  if (node.kind === 'scalar') return node.scalar.type === 'str' ? node.scalar.canonical : '(typed)'
  if (node.kind === 'list') return node.elements.flatMap((one) => (one.kind === 'comment' ? [] : [shapeOf(one)]))
  return Object.fromEntries(
    node.items.flatMap((one) => (one.kind === 'comment' ? [] : [[one.key, shapeOf(one.value)]])),
  )
}

/** `other`, with what this reader types as something else than a string masked. */
function masked(shape: unknown, other: unknown): unknown {
  if (shape === '(typed)') return '(typed)'
  if (Array.isArray(shape) && Array.isArray(other)) return other.map((one, index) => masked(shape[index], one))
  if (typeof shape === 'object' && shape !== null && typeof other === 'object' && other !== null) {
    const expected = new Map(Object.entries(shape))
    return Object.fromEntries(Object.entries(other).map(([key, one]) => [key, masked(expected.get(key), one)]))
  }
  return other
}

suite('YAML as sops reads it', (test) => {
  test('has the values, comments and refusals of sops for every text of the fixture', () => {
    assert.ok(Array.isArray(asSops) && asSops.length > 700)
    for (const [text, expected] of asSops) {
      if (expected === null) assert.match(errorOf(text).code, /^(?:FORMAT_INVALID|EMPTY_FILE)$/, JSON.stringify(text))
      else assert.equal(format.parse(text).documents.map(outlineWithComments), expected, JSON.stringify(text))
    }
  })

  test('has the structure and the strings of the yaml package', () => {
    fc.assert(
      fc.property(yamlTexts, ({ text: generated }) => {
        if (/---|\.\.\.|\uFEFF|!|&|<</.test(generated)) return
        // A block whose last line has no end gets one from the yaml package, but not from go-yaml and PyYAML.
        const text = `${generated}\n`
        const [root] = format.parse(text).documents
        if (root === undefined) throw new Error('no document')
        const shape = shapeOf(root)
        // Behind quotes and signs go-yaml reads comments without a blank, as the YAML specification does not.
        const strict = text.replace(/(?<=["'\]},[{])#(?=c\r?$|direct\r?$)/gm, ' #')
        const other: unknown = parseWithYaml(strict, { schema: 'failsafe', version: '1.1', uniqueKeys: false })
        assert.equal(masked(shape, other), shape)
      }),
      { numRuns: 200 },
    )
  })

  test('refuses duplicate keys in every document, which sops does in the first only', () => {
    assert.equal(errorOf('a: 1\n---\nb: 1\nb: 2\n'), {
      code: 'FORMAT_INVALID',
      line: 4,
      column: 1,
      message: 'a key that is there twice',
    })
  })

  test('says the place of an error and never the text', () => {
    const cases: [string, number, number][] = [
      ['a: 1\n\tb: marker\n', 2, 1],
      ['a: "marker\\q"\n', 1, 11],
      ['a: "marker\n', 1, 4],
      ['a: [marker\n', 1, 4],
      ['a: {marker: 1, marker: 2}\n', 1, 16],
      ['marker: 1\nmarker: 2\n', 2, 1],
      ['1: marker\n', 1, 1],
      ['a: *marker\n', 1, 4],
      ['a: marker: b\n', 1, 10],
      ['- marker\n', 1, 1],
      ['a: marker\n b: 1\n', 2, 3],
      ['a: 18446744073709551615\n', 1, 4],
      ['a: !!int marker\n', 1, 10],
      ['a: mark\u0007er\n', 1, 8],
    ]
    for (const [text, line, column] of cases) {
      const error = errorOf(text)
      assert.equal([error.code, error.line, error.column], ['FORMAT_INVALID', line, column], JSON.stringify(text))
      assert.not.match(error.message, /marker|1844/)
    }
  })

  test('refuses a text without a document', () => {
    for (const text of ['', '\n\n', '# only a comment\n', '\uFEFF']) assert.is(errorOf(text).code, 'EMPTY_FILE')
  })

  test('takes an empty document for an empty map', () => {
    assert.equal(format.parse('---\n---\na: 1\n').documents.map(outline), [['map'], ['map', ['a', ['int', '1']]]])
    assert.equal(format.parse('{}\n').documents.map(outline), [['map']])
  })

  test('refuses an alias bomb and nesting beyond the limit', () => {
    const levels = Array.from({ length: 20 }, (_, index) =>
      index === 0 ? 'a0: &a0 [x, x, x]' : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}, *a${index - 1}]`,
    )
    assert.is(errorOf(`${levels.join('\n')}\n`).code, 'LIMIT_EXCEEDED')
    assert.is(errorOf(`a: ${'['.repeat(MAX_DEPTH + 2)}`).code, 'LIMIT_EXCEEDED')
    assert.is(errorOf(`a:\n${' -'.repeat(MAX_DEPTH + 2)} x`).code, 'LIMIT_EXCEEDED')
    assert.is(errorOf(`a: ${'[{b: '.repeat(50_000)}`).code, 'LIMIT_EXCEEDED')
    const deep = `a: ${'['.repeat(MAX_DEPTH - 2)}${']'.repeat(MAX_DEPTH - 2)}\n`
    assert.is(format.parse(deep).documents.length, 1)
  })

  test('an anchor means the node that began last', () => {
    const [root] = format.parse('a: &x\n  b: &x 1\nc: *x\n').documents
    assert.equal(root && outline(root), ['map', ['a', ['map', ['b', ['int', '1']]]], ['c', ['int', '1']]])
  })

  test('hides the metadata from the items and gives it as values', () => {
    const parsed = format.parse('a: 1\nsops:\n    version: 3.13.2\n    age: []\n---\nb: 1\nsops: {}\n')
    assert.equal(parsed.documents.map(outline), [
      ['map', ['a', ['int', '1']]],
      ['map', ['b', ['int', '1']]],
    ])
    assert.is(
      JSON.stringify(parsed.metadata),
      '{"kind":"map","entries":[["version","[secret]"],["age",{"kind":"list","elements":[]}]]}',
    )
  })

  test('gives spans that are the text of keys and values', () => {
    const text = 'a: &x !!int "3"\n"b c" : |\n  x\n\nd: # c\n  - {e: f}\n'
    const [root] = format.parse(text).documents
    const slices = root?.items.map((item) => {
      if (item.kind === 'comment') return text.slice(item.span.start, item.span.end)
      return [text.slice(item.keySpan.start, item.keySpan.end), text.slice(item.value.span.start, item.value.span.end)]
    })
    assert.equal(slices, [['a', '!!int "3"'], ['"b c"', '|\n  x'], '# c', ['d', '- {e: f}']])
  })

  test('reads 100,000 entries in well under a second, and in linear time', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `key${index}: some value number ${index}\n`).join('')
    format.parse(text.slice(0, text.indexOf('key20000:')))
    const started = process.cpuUsage().user
    assert.is(format.parse(text).documents[0]?.items.length, 100_000)
    assert.ok(process.cpuUsage().user - started < 3_000_000)
  })

  test('reads a long value, many comments and a long list without recursion', () => {
    const many = 200_000
    const text = `a: "${'x\\n'.repeat(many)}"\n${'# c\n'.repeat(many)}b: [${'1, '.repeat(many)}]\nc:\n${'- x # c\n'.repeat(many)}`
    assert.is(format.parse(text).documents[0]?.items.length, many + 3)
  })
})
