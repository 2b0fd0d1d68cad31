import * as assert from 'uvu/assert'
import { SharedWork } from '../../../src/git/ahead/shared-work.ts'
import { SmudgeLater, type SmudgeRequest } from '../../../src/git/ahead/smudge-later.ts'
import { suite } from '../../support/suite.ts'
import { SlowWorkers, type Work } from './slow-workers.ts'

const plainOf: Work = ({ path, content }) => ({
  content: content ?? Buffer.alloc(0),
  result: Buffer.from(`plain ${path}`),
})

suite('smudge later', (test) => {
  test('puts files off once there are many, and gives each of them back once', async () => {
    const { later, workers, remembered } = start(plainOf)
    const off = await putOffMany(later, workers)
    assert.is(off[0], 'f24')
    assert.ok(off.length > 20 && off.length < 76, 'the rest is done at once')
    workers.doAll()
    const collected = await collectAll(later, workers)
    assert.equal([...collected.keys()].sort(), off.toSorted())
    for (const [path, plain] of collected) assert.is(plain, `plain ${path}`)
    assert.equal(remembered.toSorted(), off.toSorted())
    assert.equal([...(await later.available())], [])
    assert.is(later.collect('f24'), undefined)
  })

  test('does itself what a thread is not certain of, has not begun, or died of', async () => {
    const uncertain = start(({ content }) => ({ content: content ?? Buffer.alloc(0), result: undefined }))
    const off = await putOffMany(uncertain.later, uncertain.workers)
    const collected = await collectAll(uncertain.later, uncertain.workers)
    assert.equal([...collected.keys()].sort(), off.toSorted())
    for (const [path, plain] of collected) assert.is(plain, `here ${path}`)

    const dead = start(plainOf)
    const lost = await putOffMany(dead.later, undefined)
    dead.workers.begin()
    assert.ok(lost.length > 1)
    const rescued = await collectAll(dead.later, undefined)
    assert.equal([...rescued.keys()].sort(), lost.toSorted())
    for (const [path, plain] of rescued) assert.is(plain, `here ${path}`)
  })

  test('keeps no more in memory than it may', async () => {
    const { later, workers } = start(plainOf)
    await putOffMany(later, workers)
    const path = 'large'
    assert.not(await later.putOff({ path, content: Buffer.alloc(65 * 1024 * 1024), treeish: undefined }))
  })

  test('puts nothing off without threads', async () => {
    const later = new SmudgeLater({ work: () => undefined, smudge: hereOf, onSmudged: async () => {} })
    for (let index = 0; index < 50; index += 1) assert.not(await later.putOff(requestOf(index)))
    assert.equal([...(await later.available())], [])
  })
})

function start(work: Work): { later: SmudgeLater; workers: SlowWorkers; remembered: string[] } {
  const workers = new SlowWorkers(work)
  const shared = new SharedWork(workers)
  const remembered: string[] = []
  const onSmudged = async ({ path }: SmudgeRequest): Promise<void> => void remembered.push(path)
  return { later: new SmudgeLater({ work: () => shared, smudge: hereOf, onSmudged }), workers, remembered }
}

async function putOffMany(later: SmudgeLater, workers: SlowWorkers | undefined): Promise<string[]> {
  const off: string[] = []
  for (let index = 0; index < 100; index += 1) {
    if (await later.putOff(requestOf(index))) off.push(`f${index}`)
    if (index % 2 === 0) workers?.begin()
    else workers?.end()
  }
  return off
}

async function collectAll(later: SmudgeLater, workers: SlowWorkers | undefined): Promise<Map<string, string>> {
  const collected = new Map<string, string>()
  for (let paths = await later.available(); paths.length > 0; paths = await later.available()) {
    for (const path of paths) collected.set(path, Buffer.from(later.collect(path) ?? '').toString())
    workers?.doAll()
  }
  return collected
}

function requestOf(index: number): SmudgeRequest {
  return { path: `f${index}`, content: Buffer.from(`sealed f${index}`), treeish: undefined }
}

async function hereOf({ path }: SmudgeRequest): Promise<Uint8Array> {
  return Buffer.from(`here ${path}`)
}
