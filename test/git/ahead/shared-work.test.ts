import { Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { Claims, MAX_OPEN } from '../../../src/git/ahead/claims.ts'
import { type FilterJob, SharedWork } from '../../../src/git/ahead/shared-work.ts'
import { suite } from '../../support/suite.ts'
import { SlowWorkers } from './slow-workers.ts'

const EMPTY = new Uint8Array(0)
const job = (path: string): Omit<FilterJob, 'id'> => ({
  command: 'clean',
  path,
  content: undefined,
  treeish: undefined,
})
const doubled = ({ path }: FilterJob): { content: Uint8Array; result: Uint8Array } => ({
  content: Buffer.from(path),
  result: Buffer.from(path + path),
})

suite('claims', (test) => {
  test('one piece of work is taken once, until it is opened anew', () => {
    const claims = new Claims()
    const same = new Claims(claims.memory)
    claims.open(7)
    assert.equal([same.take(7), claims.take(7), same.take(7)], [true, false, false])
    assert.ok(claims.take(8))
    claims.open(7 + MAX_OPEN)
    assert.ok(claims.take(7 + MAX_OPEN))
  })

  test('a wait ends with what another thread announces, even before it begins, or after its time', async ({
    onCleanup,
  }) => {
    const claims = new Claims()
    assert.not(claims.waitForMore(0, 10))
    const script = `const { workerData } = require('node:worker_threads')
      const cells = new Int32Array(workerData)
      setTimeout(() => { Atomics.add(cells, 0, 1); Atomics.notify(cells, 0) }, 20)`
    const worker = new Worker(script, { eval: true, workerData: claims.memory })
    onCleanup(() => void worker.terminate())
    assert.ok(claims.waitForMore(0, 60_000))
    assert.is(claims.announced(), 1)
    assert.ok(claims.waitForMore(0, 60_000))
  })
})

suite('shared work', (test) => {
  test('gives what a thread made of a job, and none of what was taken back or forgotten', () => {
    const workers = new SlowWorkers(doubled)
    const work = new SharedWork(workers)
    const [first = -1, second = -1, third = -1] = work.add(['a', 'b', 'c'].map(job))
    assert.ok(work.takeBack(first))
    workers.doAll()
    work.forget(third)
    assert.not(work.takeBack(second))
    assert.equal([...work.done()], [second])
    assert.is(Buffer.from(work.outcome(second)?.result ?? EMPTY).toString(), 'bb')
    assert.equal([...work.done()], [])
  })

  test('gives a thread up that does not answer', () => {
    const workers = new SlowWorkers(doubled)
    const work = new SharedWork(workers)
    const [id = -1] = work.add([job('a')])
    workers.begin()
    assert.is(work.outcome(id), undefined)
    assert.not(work.waitForAny())
    workers.end()
    assert.equal([...work.done()], [], 'what comes later counts no more')
  })

  test('takes no more than there is room for', () => {
    const work = new SharedWork(new SlowWorkers(doubled))
    const many = Array.from({ length: MAX_OPEN }, (_, index) => job(`${index}`))
    assert.is(work.add(many).length, MAX_OPEN)
    assert.is(work.add([job('one more')]).length, 0)
  })
})
