import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createPrivateFile, type PrivateFile } from '../../../src/cli/edit/private-file.ts'
import { suite, type TestContext } from '../../support/suite.ts'

async function make({ onCleanup }: TestContext, platform: NodeJS.Platform = process.platform): Promise<PrivateFile> {
  const file = await createPrivateFile('app.yaml', Buffer.from('marker'), { env: {}, platform })
  onCleanup(file.remove)
  return file
}

const mode = (path: string): number => statSync(path).mode & 0o777

suite('the file for the editor', (test) => {
  test('is its owner’s alone and keeps its name', async (context) => {
    const { path } = await make(context)
    assert.is(readFileSync(path, 'utf8'), 'marker')
    assert.ok(path.endsWith('app.yaml'))
    if (process.platform === 'win32') return
    assert.is(mode(path), 0o600)
    assert.is(mode(dirname(path)), 0o700)
  })

  test('lies in memory where the system has a file system there', async (context) => {
    if (process.platform !== 'linux' || !existsSync('/dev/shm')) context.skip('no /dev/shm here')
    assert.match((await make(context)).path, /^\/dev\/shm\//)
    assert.ok((await make(context, 'darwin')).path.startsWith(tmpdir()))
  })

  test('is removed with all that an editor put beside it', async (context) => {
    const file = await make(context)
    writeFileSync(`${file.path}~`, 'marker')
    mkdirSync(join(dirname(file.path), 'more'))
    assert.is(Buffer.from(await file.read()).toString(), 'marker')
    await file.remove()
    assert.not.ok(existsSync(dirname(file.path)))
  })

  test('goes with its process, whatever ends that', async (context) => {
    const before = process.listenerCount('exit')
    const file = await make(context)
    assert.is(process.listenerCount('exit'), before + 1)
    const [remove] = process.listeners('exit').slice(-1)
    remove?.call(process, 0)
    assert.not.ok(existsSync(dirname(file.path)))
    await file.remove()
    assert.is(process.listenerCount('exit'), before)
  })

  test('what a killed process left is removed, nothing else', async (context) => {
    const parent = dirname(dirname((await make(context)).path))
    const host = hostname().replace(/[^\w.]/g, '_')
    // No process has this number: it is above the largest that systems give.
    const [left, living] = [`secretsrc-edit-${host}-99999999-abcdef`, `secretsrc-edit-${host}-${process.pid}-abcdef`]
    const others = [
      living,
      'secretsrc-edit-another.host-99999999-abcdef',
      `secretsrc-edit-${host}-99999999-abcdef-mine`,
    ]
    for (const name of [left, ...others]) {
      mkdirSync(join(parent, name))
      context.onCleanup(() => rmSync(join(parent, name), { recursive: true, force: true }))
    }
    await make(context)
    const names = readdirSync(parent)
    assert.not.ok(names.includes(left))
    for (const name of others) assert.ok(names.includes(name), name)
  })
})
