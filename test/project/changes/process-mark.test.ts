import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { ownMark, readMark, stillRuns, writeMark } from '../../../src/project/changes/process-mark.ts'
import { suite } from '../../support/suite.ts'

const LONG_AGO = 0

suite('the mark of a process', (test) => {
  test('is read as it was written, and anything else says nothing', async () => {
    const mark = await ownMark()
    assert.equal(readMark(writeMark(mark)), mark)
    const nothing = { pid: undefined, started: undefined, machine: undefined }
    for (const text of ['', '{', 'null', '[]', '{"pid":"1"}', '{"pid":-1}', '{"pid":1.5}'])
      assert.equal(readMark(text), nothing)
  })

  test('this process runs, however long it gave no sign; one of its number that began at another time does not', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells when a process started without asking a program')
    const own = await ownMark()
    assert.is(own.pid, process.pid)
    assert.is(await stillRuns(own, LONG_AGO), true)
    assert.is(await stillRuns({ ...own, started: '1' }, Date.now()), false)
  })

  test('a process that has ended is gone at once, one that is stopped is not', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells when a process started without asking a program')
    const script =
      "process.stdout.write(require('fs').readFileSync('/proc/self/stat', 'utf8')); setInterval(() => {}, 1000)"
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [stat]: unknown[] = await once(child.stdout, 'data')
    const started = String(stat)
      .slice(String(stat).lastIndexOf(')') + 2)
      .split(' ')[19]
    const mark = { ...(await ownMark()), pid: child.pid, started }
    child.kill('SIGSTOP')
    assert.is(await stillRuns(mark, LONG_AGO), true)
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.is(await stillRuns(mark, Date.now()), false)
  })

  test('of another machine, or a system that does not tell, the last sign of life decides', async () => {
    for (const mark of [
      { ...(await ownMark()), machine: 'another' },
      { pid: undefined, started: undefined, machine: undefined },
    ]) {
      assert.is(await stillRuns(mark, 1_000_000, 1_005_000), true)
      assert.is(await stillRuns(mark, 1_000_000, 1_015_000), false)
    }
  })
})
