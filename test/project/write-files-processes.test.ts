import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { isTemporaryName, LOCK_NAME } from '../../src/project/temporary-files.ts'
import { writeFiles } from '../../src/project/write-files.ts'
import { bundledScript } from '../support/bundled-script.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOOP = new URL('write-loop.ts', import.meta.url)

function startLoop(script: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

suite('write files, several processes', (test) => {
  test('two processes that change one file lose no update', async (context) => {
    const file = join(temporaryFolder(context), 'counter')
    writeFileSync(file, '0')
    const script = bundledScript(LOOP, context)
    const children = [startLoop(script, 'add', file, '60'), startLoop(script, 'add', file, '60')]
    const ends = await Promise.all(children.map((child) => once(child, 'close')))
    assert.equal(
      ends.map(([status]: unknown[]) => status),
      [0, 0],
    )
    assert.is(readFileSync(file, 'utf8'), '120')
  }, 120)

  test('kill -9 at any moment leaves an old or a new content', async (context) => {
    const folder = temporaryFolder(context)
    const file = join(folder, 'a')
    const script = bundledScript(LOOP, context)
    for (let round = 0; round < 50; round += 1) {
      const child = startLoop(script, 'overwrite', file)
      if (child.stdout === null) throw new Error('the child has no output')
      await once(child.stdout, 'data')
      await delay(Math.random() * 30)
      child.kill('SIGKILL')
      await once(child, 'close')
      for (const name of [file, `${file}.second`]) {
        const content = readFileSync(name, 'utf8')
        assert.is(content.length, 200_000)
        assert.is(content, (content[0] ?? '').repeat(200_000))
      }
      for (const name of readdirSync(folder).filter((left) => left !== 'a' && left !== 'a.second')) {
        assert.ok(isTemporaryName(name) || name === LOCK_NAME, name)
        utimesSync(join(folder, name), new Date(0), new Date(0))
      }
    }
    const last = Buffer.from('last')
    await writeFiles([{ path: file, content: last, expects: 'anything', protection: 'private' }])
    assert.equal(readdirSync(folder).sort(), ['a', 'a.second'])
  }, 240)
})
