import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, floatScalar, intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type MapItem, type MapNode } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/dotenv.ts'
import { suite } from '../support/suite.ts'
import {
  checkMetadata,
  checkSpelling,
  checkTokens,
  comments,
  errorOf,
  list,
  METADATA,
  map,
  newLines,
  plain,
  RUNS,
  shown,
} from './text-checks.ts'

const FIXTURES = new URL('../fixtures/sops-3.13.2/', import.meta.url)

const VALUES = [
  '',
  'x',
  'two words',
  '"quoted"',
  "'q'",
  'a\\nb',
  'a=b',
  ' x ',
  'é😀',
  '#no comment',
  'C:\\dir',
  'ENC',
  '\t',
]

const lines = fc.array(
  fc.oneof(
    fc.constantFrom('', '#', '# comment', '#é=1'),
    fc.tuple(fc.constantFrom('', 'export ', ' '), fc.constantFrom(...VALUES)),
  ),
  { maxLength: 8 },
)

/** Texts with either line break, with and without one at the end. */
const texts = fc.tuple(lines, fc.constantFrom('\n', '\r\n'), fc.boolean()).map(([parts, lineBreak, isClosed]) => {
  const all = parts.map((part, index) => (typeof part === 'string' ? part : `${part[0]}K${index}=${part[1]}`))
  return all.join(lineBreak) + (isClosed && all.length > 0 ? lineBreak : '')
})

suite('dotenv', (test) => {
  test('reads keys and values verbatim', () => {
    const text = 'A=1\nexport B = x \nC="q"\nD=\n=empty key\nE=a\\nb\\\\nc\nF=a=b # c\n'
    assert.equal(shown(format.parse(text)), [
      'A str 1',
      'export B  str  x ',
      'C str "q"',
      'D str ',
      ' str empty key',
      'E str a\nb\\\nc',
      'F str a=b # c',
    ])
  })

  test('reads comments without their sign', () => {
    const parsed = format.parse('# a\nA=1\n#\n#b=1\n')
    assert.equal(
      comments(parsed).map(({ text }) => text),
      [' a', '', 'b=1'],
    )
    const [first] = comments(parsed)
    assert.is(first?.spell(' z'), '# z')
    assert.is(first?.spellToken('ENC[x]'), '#ENC[x]')
    assert.is(errorOf(() => first?.spell('a\nb')).code, 'FORMAT_INVALID')
  })

  test('spells, replaces and restores every value in place', () => {
    const property = fc.property(texts, (text) => {
      checkSpelling(format, text)
      checkTokens(format, text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('writes metadata at the end and removes it without a trace', () => {
    fc.assert(
      fc.property(texts, (text) => checkMetadata(format, text)),
      { numRuns: RUNS },
    )
    for (const text of ['', 'A=1', 'A=1\n', '# c\n\n', 'A=1\r', 'A=1\r\nB=2\n']) checkMetadata(format, text)
  })

  test('writes what sops writes, and nothing where nothing changed', () => {
    const text = readFileSync(new URL('basic.enc.env', FIXTURES), 'utf8')
    const parsed = format.parse(text)
    assert.equal(parsed.writeMetadata(parsed.metadata ?? METADATA), [])
    const removed = applyEdits(text, parsed.removeMetadata())
    assert.not.match(removed, /sops/)
    assert.is(applyEdits(removed, format.parse(removed).writeMetadata(parsed.metadata ?? METADATA)), text)
  })

  test('rewrites the lines of the metadata that differ', () => {
    const text = applyEdits('A=1\n', format.parse('A=1\n').writeMetadata(METADATA))
    const update = (value: Parameters<typeof map>[0]): string[] =>
      newLines(text, applyEdits(text, format.parse(text).writeMetadata(map({ ...entriesOf(), ...value }))))
    assert.equal(update({ mac: stringScalar('new\nline') }), ['sops_mac=new\\nline'])
    assert.equal(update({ age: list([]) }), [])
    assert.equal(update({ shamir_threshold: intScalar(2n), b: boolScalar(true) }), [
      'sops_shamir_threshold=2',
      'sops_b=true',
    ])
  })

  test('adds and removes fields of the metadata anywhere', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2 })
    const property = fc.property(texts, names, names, (text, before, after) => {
      const first = applyEdits(text, format.parse(text).writeMetadata(fields(before)))
      const second = applyEdits(first, format.parse(first).writeMetadata(fields(after)))
      assert.equal(sorted(plain(format.parse(second).metadata ?? NULL)), sorted(plain(fields(after))))
      assert.is(applyEdits(second, format.parse(second).removeMetadata()), text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('takes carriage returns for line breaks only where every line ends with one', () => {
    assert.equal(shown(format.parse('A=1\r\nB=\r\n\r\n')), ['A str 1', 'B str '])
    assert.equal(shown(format.parse('A=1\r\nB=2\n')), ['A str 1\r', 'B str 2'])
    const text = 'A=1\r\n\r\n#c\r\nB=2'
    const written = applyEdits(
      text,
      format.parse(text).writeMetadata(map({ mac: stringScalar('m'), version: stringScalar('3') })),
    )
    assert.is(written, 'A=1\n\n#c\nB=2\nsops_line_breaks=crlf\nsops_mac=m\nsops_version=3')
    assert.equal(plain(format.parse(written).metadata ?? NULL), { mac: 'm', version: '3' })
    assert.is(applyEdits(written, format.parse(written).removeMetadata()), text)
  })

  test('reads an encrypted text that a checkout gave other line breaks', () => {
    const text = applyEdits('A=1\n', format.parse('A=1\n').writeMetadata(METADATA)).replaceAll('\n', '\r\n')
    assert.equal(plain(format.parse(text).metadata ?? NULL), plain(METADATA))
    assert.is(applyEdits(text, format.parse(text).removeMetadata()), 'A=1\r\n')
  })

  test('appends before the metadata, replaces and removes', () => {
    const text = 'A=1\n# c\nB=2\nsops_mac=x\nsops_version=3\n'
    const root = rootOf(text)
    assert.is(applyEdits(text, root.append('C', stringScalar('a\nb'))), text.replace('sops_mac', 'C=a\\nb\nsops_mac'))
    assert.is(applyEdits(text, root.replace(itemOf(root, 'A'), intScalar(5n))), text.replace('A=1', 'A=5'))
    assert.is(applyEdits(text, root.remove(itemOf(root, 'B'))), text.replace('B=2\n', ''))
    assert.is(applyEdits('A=1', rootOf('A=1').append('B', boolScalar(true))), 'A=1\nB=true')
    assert.is(applyEdits('', rootOf('').append('B', floatScalar(1, '1.0'))), 'B=1.0\n')
    assert.is(applyEdits('A=1\nB=2', rootOf('A=1\nB=2').remove(itemOf(rootOf('A=1\nB=2'), 'B'))), 'A=1')
    assert.is(applyEdits('A=1\r\n', rootOf('A=1\r\n').append('B', stringScalar(''))), 'A=1\r\nB=\r\n')
  })

  test('every edit is read as what it was to do', () => {
    const property = fc.property(texts, fc.string(), (text, value) => {
      fc.pre(!value.includes('\\n') && !/[\r\n]$/.test(value))
      const root = rootOf(text)
      const before = shown(format.parse(text))
      const appended = applyEdits(text, root.append('new', stringScalar(value)))
      assert.equal(shown(format.parse(appended)), [...before, `new str ${value}`])
      for (const [index, item] of root.items.filter((one) => one.kind === 'item').entries()) {
        const removed = shown(format.parse(applyEdits(text, root.remove(item))))
        assert.equal(removed, before.toSpliced(index, 1))
      }
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('refuses what a line cannot carry, by its path', () => {
    const root = rootOf('A=1\n')
    const refused: [string, Parameters<MapNode['append']>[1]][] = [
      ['m', map({})],
      ['l', list([])],
      ['n', NULL],
      ['b', stringScalar('C:\\new')],
      ['a=b', stringScalar('')],
      ['a\nb', stringScalar('')],
      ['#a', stringScalar('')],
    ]
    for (const [key, value] of refused) {
      const error = errorOf(() => root.append(key, value))
      assert.is(error.code, 'FORMAT_INVALID', key)
      assert.is(error.place.path, key)
      assert.is(errorOf(() => format.render([map({ [key]: value })])).code, 'FORMAT_INVALID')
    }
    assert.is(errorOf(() => root.replace(itemOf(root, 'A'), map({}))).place.path, 'A')
    assert.is(errorOf(() => root.append('sops_mac', NULL)).code, 'RESERVED_KEY')
    assert.is(errorOf(() => root.append('A', NULL)).code, 'NAME_CLASH')
  })

  test('refuses other lines, with their place and none of their text', () => {
    const cases: [string, number, RegExp][] = [
      ['A=1\nSECRET\n', 2, /neither/],
      ['A=1\n  # SECRET\n', 2, /neither/],
      ['A=1\n \n', 2, /neither/],
      ['A=1\n\r\nB=2\n', 2, /neither/],
      ['SECRET=1\nB=2\nSECRET=3\n', 3, /twice/],
      ['sops_mac=1\nsops_mac=2\n', 2, /twice/],
      ['\uFEFFA=1\n', 1, /byte order mark/],
    ]
    for (const [text, line, message] of cases) {
      const error = errorOf(() => format.parse(text))
      assert.is(error.code, 'FORMAT_INVALID', text)
      assert.equal(error.place, { line, column: 1 })
      assert.match(error.message, message)
      assert.not.match(`${error.message}${error.hint ?? ''}`, /SECRET/)
    }
  })

  test('renders lines', () => {
    assert.is(
      format.render([map({ A: stringScalar('a\nb'), B: intScalar(1n), C: boolScalar(false) })]),
      'A=a\\nb\nB=1\nC=false\n',
    )
    assert.is(format.render([]), '')
    assert.is(errorOf(() => format.render([map({}), map({})])).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => format.render([NULL])).code, 'FORMAT_INVALID')
  })
})

function entriesOf(): Parameters<typeof map>[0] {
  return 'kind' in METADATA && METADATA.kind === 'map' ? Object.fromEntries(METADATA.entries) : {}
}

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

function sorted(value: unknown): unknown {
  return Object.entries(Object(value)).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function fields(keys: readonly string[]): ReturnType<typeof map> {
  return map(Object.fromEntries(keys.map((key) => [key, stringScalar(`v${key}${keys.length}`)])))
}
