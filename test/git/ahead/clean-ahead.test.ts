import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { CleanAhead } from '../../../src/git/ahead/clean-ahead.ts'
import { NextFiles } from '../../../src/git/ahead/next-files.ts'
import { SharedWork } from '../../../src/git/ahead/shared-work.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { SlowWorkers, type Work } from './slow-workers.ts'

const NAMES = Array.from({ length: 100 }, (_, index) => `f${String(index).padStart(3, '0')}`)
const contentOf = (path: string): Buffer => Buffer.from(`content of ${path}`)
const sealedOf: Work = ({ path }) => ({ content: contentOf(path), result: Buffer.from(`sealed ${path}`) })

suite('next files', (test) => {
  test('are the next of the folder in the order of bytes, once git has gone through some', (context) => {
    const top = folderOf(context, ['b', 'a', 'é', 'z', 'Z', 'c', '😀', '\uff5e', 'd'])
    mkdirSync(join(top, 'sub', 'folder'))
    const files = new NextFiles(top)
    assert.equal([...files.after('sub/Z', 3)], [])
    assert.equal([...files.after('sub/a', 3)], [])
    assert.equal([...files.after('sub/b', 3)], [])
    assert.equal([...files.after('sub/c', 2)], ['sub/d', 'sub/z'])
    assert.equal([...files.after('sub/d', 9)], ['sub/z', 'sub/é', 'sub/\uff5e', 'sub/😀'])
  })

  test('are unknown again in another folder, after a step back, and for what is not there', (context) => {
    const files = new NextFiles(folderOf(context, NAMES))
    for (const name of NAMES.slice(0, 10)) files.after(`sub/${name}`, 1)
    assert.is(files.after('sub/f010', 1).length, 1)
    assert.is(files.after('other/f011', 1).length, 0)
    for (const name of ['f1', 'f2', 'f3', 'f4', 'f5']) assert.is(files.after(`other/${name}`, 1).length, 0)
    for (const name of NAMES.slice(0, 10)) files.after(`sub/${name}`, 1)
    assert.is(files.after('sub/f004', 1).length, 0)
  })
})

suite('clean ahead', (test) => {
  test('gives what a thread made of the very content that git brings', async (context) => {
    const { ahead, workers } = start(context)
    const results = []
    for (const name of NAMES) {
      const content = name === 'f050' ? Buffer.from('changed meanwhile') : contentOf(`sub/${name}`)
      results.push(text(await ahead.take(`sub/${name}`, content)))
      workers.doAll()
    }
    assert.is(results[50], undefined)
    assert.equal(
      results.slice(4, 50),
      NAMES.slice(4, 50).map((name) => `sealed sub/${name}`),
    )
    assert.equal(
      results.slice(51),
      NAMES.slice(51).map((name) => `sealed sub/${name}`),
    )
    const asked = workers.jobs.map(({ path }) => path)
    assert.is(new Set(asked).size, asked.length, 'nothing is guessed twice')
  })

  test('does another file while a thread is at the one that git wants, and takes back what none has begun', async (context) => {
    const { ahead, workers, guessed } = start(context)
    for (const name of NAMES.slice(0, 4)) await ahead.take(`sub/${name}`, contentOf(`sub/${name}`))
    assert.is(workers.begin()?.path, 'sub/f004')
    setTimeout(() => workers.end())
    const waiting = ahead.take('sub/f004', contentOf('sub/f004'))
    assert.is(text(await waiting), 'sealed sub/f004')
    assert.equal(guessed, ['sub/f006'])
    assert.is(await ahead.take('sub/f005', contentOf('sub/f005')), undefined)
    assert.is(text(await ahead.take('sub/f006', contentOf('sub/f006'))), 'own sub/f006')
  })

  test('goes on with other files as long as a thread is at the one that git wants', async (context) => {
    const { ahead, workers, guessed } = start(context, sealedOf, 3)
    for (const name of NAMES.slice(0, 4)) await ahead.take(`sub/${name}`, contentOf(`sub/${name}`))
    assert.is(workers.begin()?.path, 'sub/f004')
    assert.is(text(await ahead.take('sub/f004', contentOf('sub/f004'))), 'sealed sub/f004')
    assert.equal(guessed, ['sub/f006', 'sub/f007', 'sub/f008'])
  })

  test('gives no guess that is uncertain, nor one that was given up', async (context) => {
    const { ahead, workers } = start(context, ({ path }) => ({ content: contentOf(path), result: undefined }))
    for (const name of NAMES.slice(0, 20)) {
      assert.is(await ahead.take(`sub/${name}`, contentOf(`sub/${name}`)), undefined)
      workers.doAll()
    }
    const other = start(context)
    for (const name of NAMES.slice(0, 8)) {
      await other.ahead.take(`sub/${name}`, contentOf(`sub/${name}`))
      other.workers.doAll()
    }
    other.ahead.forget()
    assert.is(await other.ahead.take('sub/f008', contentOf('sub/f008')), undefined)
  })

  test('ends where git leaves most files out', async (context) => {
    const { ahead, workers } = start(context)
    for (const name of NAMES.filter((_, index) => index % 8 === 0)) {
      await ahead.take(`sub/${name}`, contentOf(`sub/${name}`))
      workers.doAll()
    }
    assert.ok(workers.jobs.length < 90, `${workers.jobs.length}`)
  })

  test('starts no thread for a few files', async (context) => {
    const ahead = new CleanAhead({
      top: folderOf(context, NAMES),
      work: () => {
        throw new Error('a thread')
      },
      guess: () => Promise.reject(new Error('a guess')),
    })
    for (const name of NAMES.slice(0, 3)) assert.is(await ahead.take(`sub/${name}`, contentOf(name)), undefined)
    for (const name of NAMES.slice(0, 3).toReversed())
      assert.is(await ahead.take(`sub/${name}`, contentOf(name)), undefined)
  })
})

function start(
  context: TestContext,
  work: Work = sealedOf,
  endsAfter = 1,
): { ahead: CleanAhead; workers: SlowWorkers; guessed: string[] } {
  const workers = new SlowWorkers(work, 10_000)
  const shared = new SharedWork(workers)
  const guessed: string[] = []
  const guess = async (path: string): Promise<{ content: Uint8Array; result: Uint8Array }> => {
    guessed.push(path)
    if (guessed.length >= endsAfter) workers.end()
    return { content: contentOf(path), result: Buffer.from(`own ${path}`) }
  }
  return { ahead: new CleanAhead({ top: folderOf(context, NAMES), work: () => shared, guess }), workers, guessed }
}

function folderOf({ onCleanup }: Pick<TestContext, 'onCleanup'>, names: readonly string[]): string {
  const top = mkdtempSync(join(tmpdir(), 'secretsrc-ahead-'))
  onCleanup(() => rmSync(top, { recursive: true, force: true }))
  mkdirSync(join(top, 'sub'))
  for (const name of names) writeFileSync(join(top, 'sub', name), '')
  return top
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}
