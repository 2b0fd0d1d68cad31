import * as assert from 'uvu/assert'
import { StoredVersionReader } from '../../src/git/stored-versions.ts'
import { suite } from '../support/suite.ts'

/** Git with these blobs; `asked` are the questions that it got. */
function gitWith(blobs: Readonly<Record<string, string>>): { reader: StoredVersionReader; asked: string[][] } {
  const asked: string[][] = []
  const readAll = async (names: readonly string[]): Promise<readonly (Buffer | undefined)[]> => {
    asked.push([...names])
    return names.map((name) => (blobs[name] === undefined ? undefined : Buffer.from(blobs[name])))
  }
  return { reader: new StoredVersionReader({ readAll }), asked }
}

const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString()

suite('stored versions', (test) => {
  test('are those of the index, else of the last commit, else of a conflict', async () => {
    const { reader } = gitWith({
      ':0:a': 'index',
      'HEAD:a': 'head',
      'HEAD:b': 'head',
      ':2:c': 'ours',
      ':3:c': 'theirs',
    })
    const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((path) => reader.versions(path)))
    assert.equal(
      [a, b, c, d].map((found) => textOf(found?.latest)),
      ['index', 'head', 'ours', undefined],
    )
    assert.equal(
      [a, b, c].map((found) => textOf(found?.committed)),
      ['head', 'head', undefined],
    )
    assert.is(a?.unmerged, undefined)
    assert.equal([c?.unmerged?.base, c?.unmerged?.ours, c?.unmerged?.theirs].map(textOf), [undefined, 'ours', 'theirs'])
  })

  test('that were prepared are asked for once, and used once', async () => {
    const blobs: Record<string, string> = { ':0:a': 'before' }
    const { reader, asked } = gitWith(blobs)
    reader.prepare(['a', 'b'])
    reader.prepare(['b', 'a'])
    assert.is(asked.length, 2)
    blobs[':0:a'] = 'after'
    assert.is(textOf((await reader.versions('a')).latest), 'before')
    assert.is(asked.length, 2)
    assert.is(textOf((await reader.versions('a')).latest), 'after')
  })

  test('that were given up are asked for anew', async () => {
    const blobs: Record<string, string> = { ':0:a': 'before' }
    const { reader } = gitWith(blobs)
    reader.prepare(['a'])
    blobs[':0:a'] = 'after'
    reader.giveUp('a')
    assert.is(textOf((await reader.versions('a')).latest), 'after')
  })

  test('that git could not give are an error for whoever asks, and for nobody else', async () => {
    const reader = new StoredVersionReader({ readAll: () => Promise.reject(new Error('git ended')) })
    reader.prepare(['a', 'b'])
    await new Promise((resolve) => setImmediate(resolve))
    const error = await reader.versions('a').catch((caught: unknown) => caught)
    assert.instance(error, Error)
  })
})
