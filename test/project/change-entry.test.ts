import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import type { Format } from '../../src/core/format.ts'
import { parsePath } from '../../src/core/path-syntax.ts'
import { plainMap, plainValueOf, samePlainValue } from '../../src/core/plain-value.ts'
import { stringScalar } from '../../src/core/scalar.ts'
import type { Path, PlainValue } from '../../src/core/tree.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { changeEntry } from '../../src/project/change-entry.ts'
import { nodeAt } from '../../src/project/find-entry.ts'
import { type NativeValue, nativeValue, plainValueFrom } from '../../src/project/native-value.ts'
import { suite } from '../support/suite.ts'

const yaml = await formatByName('yaml')
const json = await formatByName('json')

const YAML = [
  '# top',
  'database: # where',
  '  password: "old"   # rotate',
  '  port: 5432',
  "list: [a, 'b']",
  'empty:',
  'base: &base {x: 1, y: {z: 2}}',
  'copy: *base',
  '',
].join('\n')

function set(format: Format, text: string, path: string, value: PlainValue | undefined): string {
  return changeEntry(format, format.parse(text), { path: parsePath(path), document: 0, value })
}

function errorOf(action: () => unknown): SecretsError {
  try {
    action()
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error('no error')
}

suite('changing an entry', (test) => {
  test('keeps the notation, the comments and the rest of the text', () => {
    assert.is(set(yaml, YAML, 'database.password', stringScalar('new')), YAML.replace('"old"', '"new"'))
    assert.is(set(yaml, YAML, 'list[1]', stringScalar('c')), YAML.replace("'b'", "'c'"))
  })

  test('makes the maps and lists on the way', () => {
    const text = set(yaml, YAML, 'empty.a[0].b', stringScalar('x'))
    assert.equal(nativeValue(valueAt(yaml, text, 'empty')), asMap({ a: [asMap({ b: 'x' })] }))
    assert.is(
      JSON.stringify(nativeValue(valueAt(json, set(json, '{}', 'a.b[0][0]', stringScalar('x')), 'a'))),
      '{"b":[["x"]]}',
    )
  })

  test('appends to a list at its end and nowhere further', () => {
    assert.equal(nativeValue(valueAt(yaml, set(yaml, YAML, 'list[2]', stringScalar('c')), 'list')), ['a', 'b', 'c'])
    const error = errorOf(() => set(yaml, YAML, 'list[3]', stringScalar('c')))
    assert.is(error.code, 'BAD_PATH')
    assert.is(error.hint, '[2] appends to it')
    assert.is(errorOf(() => set(yaml, YAML, 'fresh[1]', stringScalar('c'))).code, 'BAD_PATH')
  })

  test('refuses paths through values, and steps of the wrong kind', () => {
    for (const path of ['database.port.x', 'database[0]', 'list.x', 'database.port[0]']) {
      assert.is(errorOf(() => set(yaml, YAML, path, stringScalar('c'))).code, 'BAD_PATH', path)
    }
    assert.is(errorOf(() => set(yaml, YAML, '', stringScalar('c'))).code, 'BAD_PATH')
  })

  test('changes a copy of what an alias stands for, not its anchor', () => {
    const text = set(yaml, YAML, 'copy.y.z', stringScalar('other'))
    assert.is(nativeValue(valueAt(yaml, text, 'base.y.z')), 2)
    assert.is(nativeValue(valueAt(yaml, text, 'copy.y.z')), 'other')
    assert.is(nativeValue(valueAt(yaml, text, 'copy.x')), 1)
    const removed = set(yaml, YAML, 'copy.x', undefined)
    assert.is(nodeAt(rootOf(yaml, removed), ['copy', 'x']), undefined)
    assert.is(nativeValue(valueAt(yaml, removed, 'base.x')), 1)
  })

  test('leaves the text as it is when the value is there already', () => {
    assert.is(set(yaml, YAML, 'database.password', stringScalar('old')), YAML)
    assert.is(set(yaml, YAML, 'base', plainValueFrom({ x: 1, y: { z: 2 } })), YAML)
  })

  test('removes an entry with its line', () => {
    assert.is(set(yaml, YAML, 'database.port', undefined), YAML.replace('  port: 5432\n', ''))
    assert.equal(nativeValue(valueAt(yaml, set(yaml, YAML, 'list[0]', undefined), 'list')), ['b'])
    const error = errorOf(() => set(yaml, YAML, 'database.prt', undefined))
    assert.is(error.code, 'BAD_PATH')
    assert.is(error.hint, 'did you mean database.port?')
  })

  test('property: the entry has the value, and everything else the one it had', () => {
    for (const format of [json, yaml]) fc.assert(property(format), { numRuns: 200 })
  })
})

/** Setting and removing at any path of any document. */
function property(format: Format): fc.IProperty<unknown> {
  const key = fc.constantFrom('a', 'b', 'c', 'd.e', 'f g')
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec<{ tree: NativeValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }))
  const document = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 })
  return fc.property(document, fc.nat(), tree, fc.boolean(), (root, at, value, removes) => {
    const text = format.render([plainValueFrom(root)])
    const paths = pathsOf(root)
    const path = paths[at % paths.length] ?? ['a']
    const wanted = plainValueFrom(value)
    const changed = changeEntry(format, format.parse(text), { path, document: 0, value: removes ? undefined : wanted })
    const expected = removes ? without(root, path) : withValue(root, path, value)
    assert.ok(samePlainValue(plainMap(rootOf(format, changed)), plainValueFrom(expected)), `${text}\n---\n${changed}`)
  })
}

function pathsOf(value: NativeValue, path: Path = []): readonly Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((child, index) => pathsOf(child, [...path, index]))
    : isMap(value)
      ? Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))
      : []
  return path.length === 0 ? below : [path, ...below]
}

function isMap(value: NativeValue): value is { readonly [key: string]: NativeValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withValue(root: NativeValue, [step, ...rest]: Path, value: NativeValue): NativeValue {
  if (step === undefined) return value
  if (Array.isArray(root)) return root.map((child, index) => (index === step ? withValue(child, rest, value) : child))
  if (!isMap(root)) return root
  return Object.fromEntries(
    Object.entries(root).map(([key, child]) => [key, key === step ? withValue(child, rest, value) : child]),
  )
}

function without(root: NativeValue, [step, ...rest]: Path): NativeValue {
  if (Array.isArray(root)) {
    return rest.length === 0
      ? root.filter((_, index) => index !== step)
      : root.map((child, index) => (index === step ? without(child, rest) : child))
  }
  if (!isMap(root)) return root
  const entries = Object.entries(root)
  return rest.length === 0
    ? Object.fromEntries(entries.filter(([key]) => key !== step))
    : Object.fromEntries(entries.map(([key, child]) => [key, key === step ? without(child, rest) : child]))
}

function rootOf(format: Format, text: string): ReturnType<Format['parse']>['documents'][number] {
  const [root] = format.parse(text).documents
  if (root === undefined) throw new Error('no document')
  return root
}

function valueAt(format: Format, text: string, path: string): PlainValue {
  const node = nodeAt(rootOf(format, text), parsePath(path))
  if (node === undefined) throw new Error(`nothing at ${path} in ${text}`)
  return plainValueOf(node)
}

function asMap(entries: Record<string, NativeValue>): NativeValue {
  return Object.assign(Object.create(null), entries)
}
