import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, floatScalar, intScalar, NULL, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits, type MapItem, type MapNode, type PlainValue } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/ini.ts'
import { suite } from '../support/suite.ts'
import { iniTexts } from './ini-texts.ts'
import { errorOf, list, map, RUNS, shown } from './text-checks.ts'

const NULL_TEXT = stringScalar('')

suite('ini edits', (test) => {
  test('appends a key in the layout of the one before', () => {
    assert.is(appended('[s]\na   = 1\n', 's', 'bb'), '[s]\na   = 1\nbb  = x\n')
    assert.is(appended('[s]\na=1', 's', 'b'), '[s]\na=1\nb=x')
    assert.is(appended('[s]\n  a : 1 ; c\r\n[t]\n', 's', 'b'), '[s]\n  a : 1 ; c\r\n  b : x\n[t]\n')
    assert.is(appended('[s]\n\n[t]\n', 's', 'b'), '[s]\nb = x\n\n[t]\n')
    assert.is(appended('[s]\na = \n', 's', 'long key'), '[s]\na = \nlong key = x\n')
    assert.is(appended('a=1\\', 'DEFAULT', 'b'), 'a=1\\\n\nb=x')
  })

  test('writes every scalar as text', () => {
    const root = rootOf('[s]\n')
    const write = (value: PlainValue): string => applyEdits('[s]\n', sectionOf(root, 's').append('k', value)).slice(4)
    assert.is(write(intScalar(5n)), 'k = 5\n')
    assert.is(write(boolScalar(true)), 'k = true\n')
    assert.is(write(floatScalar(1, '1.0')), 'k = 1.0\n')
    assert.is(write(stringScalar('a;b')), 'k = `a;b`\n')
  })

  test('appends a section before the metadata', () => {
    const value = map({ k: stringScalar('v'), long: stringScalar('w') })
    const text = 'a=1\n\n[sops]\nversion = 3\n'
    assert.is(
      applyEdits(text, rootOf(text).append('s', value)),
      'a=1\n\n[s]\nk    = v\nlong = w\n\n[sops]\nversion = 3\n',
    )
    assert.is(applyEdits('a=1', rootOf('a=1').append('s', value)), 'a=1\n\n[s]\nk    = v\nlong = w')
    assert.is(applyEdits('[s]\n', rootOf('[s]\n').append('DEFAULT', value)), 'k    = v\nlong = w\n\n[s]\n')
    assert.is(applyEdits('', rootOf('').append('s', map({}))), '[s]\n')
  })

  test('replaces a value, and the keys of a section', () => {
    const text = '; c\n[s]\na = "1" ; d\nb = 2\n\n[t]\n'
    const root = rootOf(text)
    const section = sectionOf(root, 's')
    assert.is(applyEdits(text, section.replace(itemOf(section, 'a'), stringScalar('x'))), text.replace('"1"', '"x"'))
    assert.is(applyEdits(text, root.replace(itemOf(root, 's'), map({ z: NULL_TEXT }))), '; c\n[s]\nz = \n\n[t]\n')
    assert.is(applyEdits(text, root.replace(itemOf(root, 't'), map({ z: NULL_TEXT }))), `${text}z = \n`)
  })

  test('removes keys and sections with their lines', () => {
    const text = 'a = 1\n\n; c\n[s]\nb = """2\n3"""\nd = 4\n\n[t]\nx=y'
    const root = rootOf(text)
    const section = sectionOf(root, 's')
    assert.is(applyEdits(text, section.remove(itemOf(section, 'b'))), text.replace('b = """2\n3"""\n', ''))
    assert.is(applyEdits(text, root.remove(itemOf(root, 's'))), 'a = 1\n\n[t]\nx=y')
    assert.is(applyEdits(text, root.remove(itemOf(root, 't'))), text.replace('\n\n[t]\nx=y', ''))
    assert.is(applyEdits(text, root.remove(itemOf(root, 'DEFAULT'))), text.replace('a = 1\n', ''))
  })

  test('every edit is read as what it was to do', () => {
    const property = fc.property(iniTexts, fc.constantFrom('x', '', ' a;b ', 'c\nd'), (text, value) => {
      const root = rootOf(text)
      const before = shown(format.parse(text))
      const withSection = applyEdits(text, root.append('new', map({ k: stringScalar(value) })))
      assert.equal(shown(format.parse(withSection)), [...before, `new.k str ${value}`])
      for (const item of root.items) {
        if (item.kind === 'comment' || item.value.kind !== 'map') continue
        const withKey = shown(format.parse(applyEdits(text, item.value.append('new', stringScalar(value)))))
        assert.equal(
          withKey.filter((line) => !before.includes(line)),
          [`${item.key}.new str ${value}`],
        )
        const without = shown(format.parse(applyEdits(text, root.remove(item))))
        assert.equal(
          without,
          before.filter((line) => !line.startsWith(`${item.key}.`)),
        )
      }
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('refuses what INI cannot carry, by its path', () => {
    const root = rootOf('[s]\na=1\n')
    const section = sectionOf(root, 's')
    assert.is(errorOf(() => root.append('k', stringScalar('x'))).place.path, 'k')
    assert.is(errorOf(() => root.append('k', list([]))).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => root.append('a]b', map({}))).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => root.append('t', map({ m: map({}) }))).place.path, 't.m')
    assert.is(errorOf(() => root.append('t', map({ n: NULL }))).place.path, 't.n')
    assert.is(errorOf(() => section.append('m', map({}))).place.path, 's.m')
    assert.is(errorOf(() => section.append('a\nb', NULL_TEXT)).place.path, 's.a\nb')
    assert.is(errorOf(() => section.append('', NULL_TEXT)).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => section.append('-', NULL_TEXT)).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => section.replace(itemOf(section, 'a'), list([]))).place.path, 's.a')
    assert.is(errorOf(() => root.append('sops', map({}))).code, 'RESERVED_KEY')
    assert.is(errorOf(() => root.append('s', map({}))).code, 'NAME_CLASH')
    assert.is(errorOf(() => section.append('a', NULL_TEXT)).code, 'NAME_CLASH')
  })

  test('quotes keys that need it', () => {
    const root = rootOf('[s]\n')
    for (const key of ['a=b', 'a:b', '#c', ';c', '[x', 'a`b=c', '"q"', 'é 😀']) {
      const text = applyEdits('[s]\n', sectionOf(root, 's').append(key, stringScalar('v')))
      assert.equal(shown(format.parse(text)), [`s.${key} str v`])
    }
  })

  test('renders sections', () => {
    const value = map({ s: map({ k: stringScalar('v') }), DEFAULT: map({ top: intScalar(1n) }), e: map({}) })
    assert.is(format.render([value]), 'top = 1\n\n[s]\nk = v\n\n[e]\n')
    assert.is(format.render([]), '')
    assert.is(errorOf(() => format.render([value, value])).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => format.render([list([])])).code, 'FORMAT_INVALID')
    assert.is(errorOf(() => format.render([map({ k: stringScalar('v') })])).place.path, 'k')
  })
})

function appended(text: string, section: string, key: string): string {
  return applyEdits(text, sectionOf(rootOf(text), section).append(key, stringScalar('x')))
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

function sectionOf(root: MapNode, name: string): MapNode {
  const { value } = itemOf(root, name)
  if (value.kind !== 'map') throw new Error(`no section ${name}`)
  return value
}
