import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intScalar, type Scalar, stringScalar } from '../../src/core/scalar.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { compareEntries } from '../../src/project/compare-entries.ts'
import { allEntries, diffEntries } from '../../src/project/diff-entries.ts'
import type { FileVersion, VersionEntry } from '../../src/project/file-version.ts'
import { readVersion } from '../../src/project/file-version.ts'
import { secretFileOf } from '../../src/project/secret-file.ts'
import { suite } from '../support/suite.ts'

const noKeys: Keyring = {
  open: () => Promise.reject(new Error('a plain file needs no key')),
  wrap: () => Promise.resolve([]),
  references: () => Promise.resolve([]),
  canonical: (reference) => Promise.resolve(reference),
  known: (references) => Promise.resolve(references),
}

/** A version made of a plain dotenv text. */
async function version(values: Readonly<Record<string, string>>): Promise<FileVersion> {
  const text = Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
  const target = { path: '/x/.env', shown: '.env', relative: '.env', environment: undefined }
  const file = await secretFileOf(target, Buffer.from(text))
  return readVersion(file, noKeys)
}

async function yamlVersion(text: string): Promise<FileVersion> {
  const target = { path: '/x/a.yaml', shown: 'a.yaml', relative: 'a.yaml', environment: undefined }
  return readVersion(await secretFileOf(target, Buffer.from(`${text}\n`)), noKeys)
}

function listText(values: readonly string[]): string {
  return `l: [${values.join(', ')}]`
}

function withEntries(base: FileVersion, entries: readonly VersionEntry[]): FileVersion {
  return { ...base, entries, sealedEntries: entries }
}

function entry(path: string, scalar: Scalar | undefined, document = 0): VersionEntry {
  return { path, document, scalar, secret: true }
}

async function changes(before: Record<string, string>, after: Record<string, string>): Promise<readonly string[]> {
  return diffEntries(await version(before), await version(after)).map(({ path, change }) => `${change} ${path}`)
}

/** Fixes the order of the keys. */
const EMPTY = { A: '', B: '', C: '', D: '', E: '' }

suite('differences of entries', (test) => {
  test('are what was added, removed and changed, removed ones where they stood', async () => {
    assert.equal(await changes({ A: '1', B: '2', C: '3' }, { A: '1', C: '4', D: '5' }), [
      'removed B',
      'changed C',
      'added D',
    ])
    assert.equal(await changes({ A: '1', B: '2' }, { B: '2' }), ['removed A'])
    assert.equal(await changes({ A: '1', B: '2' }, { B: '2', A: '1' }), [])
  })

  test('tell types and documents apart', async () => {
    const base = await version({})
    const before = withEntries(base, [entry('a', stringScalar('1')), entry('b', stringScalar('x'), 0)])
    const after = withEntries(base, [entry('a', intScalar(1n)), entry('b', stringScalar('x'), 1)])
    assert.equal(
      diffEntries(before, after).map(({ path, document, change }) => `${change} ${path} ${document}`),
      ['changed a 0', 'removed b 0', 'added b 1'],
    )
  })

  test('applied to the old version give the new one', async () => {
    const values = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.constantFrom('1', '2', '3'), {
      noNullPrototype: true,
    })
    await fc.assert(
      fc.asyncProperty(values, values, async (before, after) => {
        const result = new Map<string, string>(Object.entries(before))
        for (const found of diffEntries(await version(before), await version(after))) {
          if (found.change === 'removed') result.delete(found.path)
          else result.set(found.path, String(found.after?.canonical))
        }
        assert.equal({ ...EMPTY, ...Object.fromEntries(result) }, { ...EMPTY, ...after })
      }),
      { numRuns: 200 },
    )
  })

  for (const [what, before, after, expected] of [
    ['an element in front', 'l: [b, c]', 'l: [a, b, c]', ['added l[0]']],
    ['the first element gone', 'l: [a, b, c]', 'l: [b, c]', ['removed l[0]']],
    ['one in the middle changed', 'l: [a, b, c]', 'l: [a, x, c]', ['changed l[1]']],
    ['one in front and another changed', 'l: [b, c]', 'l: [a, b, x]', ['added l[0]', 'changed l[2]']],
    [
      'a map that is known by its name',
      'l: [{ n: web, p: 1 }, { n: db, p: 2 }]',
      'l: [{ n: new, p: 0 }, { n: web, p: 9 }, { n: db, p: 2 }]',
      ['added l[0].n', 'added l[0].p', 'changed l[1].p'],
    ],
    ['a list in a list', 'l: [[a, b], [c]]', 'l: [[x], [a, b], [y, c]]', ['added l[0][0]', 'added l[2][0]']],
    ['another order of keys', 'l: [{ a: 1, b: 2 }]', 'l: [{ b: 2, a: 1 }]', []],
    ['a list in the place of a value', 'l: a', 'l: [a]', ['removed l', 'added l[0]']],
    ['another document', 'l: [a]\n---\nl: [b]', 'l: [a]\n---\nl: [a, b]', ['added l[0]']],
    ['keys with dots', '"a.b": ["x[0]", y]', '"a.b": [y]', ['removed "a.b"[0]']],
  ] as const) {
    test(`of lists: ${what}`, async () => {
      const found = diffEntries(await yamlVersion(before), await yamlVersion(after))
      assert.equal(
        found.map(({ change, path }) => `${change} ${path}`),
        expected,
      )
    })
  }

  test('of lists, applied to the old one, give the new one', async () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(list, list, async (before, after) => {
        const found = diffEntries(await yamlVersion(listText(before)), await yamlVersion(listText(after)))
        const of = (change: string): readonly number[] =>
          found.filter((one) => one.change === change).map(({ path }) => Number(/\d+/.exec(path)?.[0]))
        const [added, removed, changed] = [of('added'), of('removed'), of('changed')]
        const kept = before.filter((_, index) => !removed.includes(index))
        const result = after.map((value, index) => {
          if (added.includes(index)) return value
          const old = kept.shift()
          return changed.includes(index) ? value : old
        })
        assert.equal([result, kept], [after, []])
      }),
      { numRuns: 200 },
    )
  })

  test('of a file that came or went are all its entries', async () => {
    const whole = await version({ A: '1', B: '2' })
    assert.equal(
      allEntries(whole, 'removed').map(({ path, before, after }) => [path, before?.canonical, after]),
      [
        ['A', '1', undefined],
        ['B', '2', undefined],
      ],
    )
  })
})

suite('comparison of entries', (test) => {
  test('says where an entry is, and whether it is the same', async () => {
    const base = await version({})
    const left = withEntries(base, [
      entry('same', stringScalar('a long secret')),
      entry('short', stringScalar('admin')),
      entry('other', stringScalar('x')),
      entry('hidden', undefined),
      entry('left', stringScalar('x')),
    ])
    const right = withEntries(base, [
      entry('right', stringScalar('x')),
      entry('hidden', stringScalar('x')),
      entry('other', stringScalar('y')),
      entry('short', stringScalar('admin')),
      entry('same', stringScalar('a long secret')),
    ])
    assert.equal(
      compareEntries(left, right).map(({ path, comparison, shared }) => [path, comparison, shared]),
      [
        ['same', 'equal', true],
        ['short', 'equal', false],
        ['other', 'different', false],
        ['hidden', 'unknown', false],
        ['left', 'left only', false],
        ['right', 'right only', false],
      ],
    )
    assert.equal(
      compareEntries(left, undefined).map(({ comparison }) => comparison),
      Array.from({ length: 5 }, () => 'left only'),
    )
  })
})
