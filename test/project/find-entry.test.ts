import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { parsePath } from '../../src/core/path-syntax.ts'
import { plainValueOf } from '../../src/core/plain-value.ts'
import type { MapNode } from '../../src/core/tree.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { entriesAt, findEntry, nodeAt } from '../../src/project/find-entry.ts'
import { nativeValue } from '../../src/project/native-value.ts'
import { suite } from '../support/suite.ts'

const yaml = await formatByName('yaml')
const TEXT = `database: {password: marker, port: 1}
services:
  # in front
  - name: a
  # between
  - name: b
"with.dot": x
base: &base {deep: {value: 5}}
copy: *base
`

function documents(text: string): readonly MapNode[] {
  return yaml.parse(text).documents
}

function refusal(text: string, path: string, number?: number): SecretsError {
  try {
    findEntry(documents(text), parsePath(path), number)
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error(`${path} was found`)
}

function valueAt(path: string): unknown {
  return nativeValue(plainValueOf(findEntry(documents(TEXT), parsePath(path)).node))
}

suite('finding an entry', (test) => {
  test('by keys and indices, comments not counted, through aliases', () => {
    assert.is(valueAt('database.port'), 1)
    assert.is(valueAt('services[1].name'), 'b')
    assert.is(valueAt('"with.dot"'), 'x')
    assert.is(valueAt('copy.deep.value'), 5)
    const [root] = documents(TEXT)
    assert.ok(root)
    assert.is(nodeAt(root, []), root)
    assert.is(nodeAt(root, ['database', 0]), undefined)
    assert.is(nodeAt(root, ['services', 'name']), undefined)
    assert.is(nodeAt(root, ['services', 2]), undefined)
    assert.is(nodeAt(root, ['database', 'port', 'x']), undefined)
  })

  test('a path that leads nowhere is answered with one that was meant', () => {
    const hints: readonly (readonly [string, string])[] = [
      ['databse.password', 'did you mean database.password?'],
      ['database.pasword', 'did you mean database.password?'],
      ['databse.unknown', 'did you mean database?'],
      ['password', 'did you mean database.password?'],
      ['deep.value', 'did you mean base.deep.value?'],
      ['services[7]', 'services is a list of 2, counted from [0]'],
      ['database.port.x', 'database.port is a value, nothing is below it'],
      ['zzz', 'the file has database, services, "with.dot", base, copy'],
    ]
    for (const [path, hint] of hints) {
      const error = refusal(TEXT, path)
      assert.is(error.code, 'BAD_PATH')
      assert.is(error.hint, hint, path)
      assert.not.match(JSON.stringify([error.message, error.hint, error.details]), /marker/)
    }
  })

  test('does not guess where two could be meant', () => {
    assert.not.match(refusal('a: {name: 1}\nb: {name: 2}\n', 'name').hint ?? '', /did you mean/)
  })

  test('lists no more keys than can be read', () => {
    const text = Array.from({ length: 50 }, (_, index) => `key${index}: 1\n`).join('')
    assert.is(refusal(text, 'zzz').hint, 'the file has key0, key1, key2, key3, key4, key5, key6, key7, …')
  })

  test('in one of several documents, which is named where several have it', () => {
    const text = 'a: 1\n---\na: 2\nb: 3\n'
    assert.is(findEntry(documents(text), ['b']).document, 1)
    assert.is(findEntry(documents(text), ['a'], 2).document, 1)
    assert.is(entriesAt(documents(text), ['a']).length, 2)
    assert.match(refusal(text, 'a').message, /1, 2/)
    assert.is(refusal(text, 'b', 1).code, 'BAD_PATH')
    assert.match(refusal(text, 'a', 0).message, /there is no document 0/)
    assert.match(refusal(text, 'a', 3).message, /the file has 2 documents/)
  })
})
