import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { CleanMemory, forgetCleaned } from '../../src/git/clean-memory.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const [PLAIN, ENCRYPTED] = [Buffer.from('a: marker'), Buffer.from('a: ENC')]

suite('clean-memory', (test) => {
  test('remembers pairs from process to process, and nothing else', async (context) => {
    const folder = temporaryFolder(context)
    const first = new CleanMemory(() => Promise.resolve(folder))
    assert.not.ok(await first.knows('x', PLAIN, ENCRYPTED))
    await first.add('x', PLAIN, ENCRYPTED)
    assert.ok(await first.knows('x', PLAIN, ENCRYPTED))
    await first.save()
    const second = new CleanMemory(() => Promise.resolve(folder))
    assert.ok(await second.knows('x', PLAIN, ENCRYPTED))
    for (const [path, plain, encrypted] of [
      ['y', PLAIN, ENCRYPTED],
      ['x', ENCRYPTED, PLAIN],
      ['x', PLAIN, PLAIN],
      ['x', Buffer.from('a: marke'), Buffer.from('ra: ENC')],
    ] as const) {
      assert.not.ok(await second.knows(path, plain, encrypted))
    }
    await second.add('y', PLAIN, ENCRYPTED)
    await second.save()
    const third = new CleanMemory(() => Promise.resolve(folder))
    assert.ok((await third.knows('x', PLAIN, ENCRYPTED)) && (await third.knows('y', PLAIN, ENCRYPTED)))
  })

  test('is for its owner alone, and holds hashes under a key of the clone', async (context) => {
    const files = await Promise.all([1, 2].map(async () => remembering(temporaryFolder(context))))
    const [one, other] = files.map((file) => readFileSync(file))
    assert.is(one?.length, 48)
    assert.is.not(one?.toString('hex', 32), other?.toString('hex', 32))
    assert.not.match(one?.toString('latin1') ?? '', 'marker')
    if (process.platform !== 'win32') assert.is(statSync(files[0] ?? '').mode & 0o777, 0o600)
  })

  test('can be forgotten, damaged, or impossible to write, and nothing fails', async (context) => {
    const folder = temporaryFolder(context)
    const file = await remembering(folder)
    writeFileSync(file, 'x')
    assert.not.ok(await new CleanMemory(() => Promise.resolve(folder)).knows('x', PLAIN, ENCRYPTED))
    await forgetCleaned(folder)
    assert.not.ok(existsSync(file))
    await forgetCleaned(folder)
    const blocked = join(folder, 'a file')
    writeFileSync(blocked, '')
    await remembering(blocked)
  })
})

async function remembering(folder: string): Promise<string> {
  const memory = new CleanMemory(() => Promise.resolve(folder))
  await memory.add('x', PLAIN, ENCRYPTED)
  await memory.save()
  return join(folder, 'secretsrc', 'cleaned')
}
