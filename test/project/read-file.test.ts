import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { type ReadFileOptions, readFileContent } from '../../src/project/read-file.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function errorOf(path: string, options?: ReadFileOptions): Promise<SecretsError> {
  const error: unknown = await readFileContent(path, options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

suite('read file', (test) => {
  test('gives the bytes and the permissions', async (context) => {
    const path = join(temporaryFolder(context), 'ü "x".bin')
    writeFileSync(path, Buffer.from([0, 255, 13, 10]))
    if (process.platform !== 'win32') chmodSync(path, 0o640)
    const { bytes, mode } = await readFileContent(path)
    assert.equal([...bytes], [0, 255, 13, 10])
    if (process.platform !== 'win32') assert.is(mode, 0o640)
  })

  test('says what is wrong with a file, and which', async (context) => {
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'a'), 'x'.repeat(100))
    const missing = await errorOf(join(folder, 'none'))
    assert.is(missing.code, 'FILE_NOT_FOUND')
    assert.is(missing.place.file, join(folder, 'none'))
    const large = await errorOf(join(folder, 'a'), { limit: 99 })
    assert.is(large.code, 'LIMIT_EXCEEDED')
    assert.match(large.message, /99 bytes/)
    const directory = await errorOf(folder)
    assert.is(directory.code, 'READ_FAILED')
    if (process.platform !== 'win32') assert.match(directory.message, /a folder, not a file/)
  })

  test('is not held up by a pipe, nor endless by a device', async (context) => {
    if (process.platform === 'win32') context.skip('no named pipes in folders on Windows')
    const pipe = join(temporaryFolder(context), 'pipe')
    execFileSync('mkfifo', [pipe])
    assert.match((await errorOf(pipe)).message, /a pipe/)
    assert.match((await errorOf('/dev/zero')).message, /a device/)
  })

  test('refuses a file that may not be read', async (context) => {
    if (process.platform === 'win32') context.skip('no permission bits on Windows')
    if (process.getuid?.() === 0) context.skip('root may read every file')
    const path = join(temporaryFolder(context), 'a')
    writeFileSync(path, 'x')
    chmodSync(path, 0)
    const error = await errorOf(path)
    assert.is(error.code, 'READ_FAILED')
    assert.match(error.message, /no permission/)
  })

  test('follows links inside the project and refuses those that lead out', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const parent = temporaryFolder(context)
    const root = join(parent, 'root')
    mkdirSync(join(root, 'sub'), { recursive: true })
    writeFileSync(join(parent, 'outside'), 'x')
    writeFileSync(join(root, 'sub', 'a'), 'y')
    symlinkSync(join('sub', 'a'), join(root, 'link'))
    symlinkSync(join('..', 'outside'), join(root, 'out'))
    symlinkSync('..', join(root, 'up'))
    assert.is(Buffer.from((await readFileContent(join(root, 'link'), { root })).bytes).toString(), 'y')
    assert.is((await errorOf(join(root, 'out'), { root })).code, 'UNSAFE_PATH')
    assert.is((await errorOf(join(root, 'up', 'outside'), { root })).code, 'UNSAFE_PATH')
    // What the user names outside the project is the user's own affair.
    assert.is(Buffer.from((await readFileContent(join(parent, 'outside'), { root })).bytes).toString(), 'x')
  })

  test('reads a file that is replaced all the time, whole, and takes none for a link', async (context) => {
    const folder = temporaryFolder(context)
    const path = join(folder, 'a')
    writeFileSync(path, 'old')
    const readings = Array.from({ length: 60 }, () => readFileContent(path, { root: folder }))
    for (let round = 0; round < 60; round += 1) {
      await writeFile(join(folder, 'next'), `new ${round}`)
      await rename(join(folder, 'next'), path)
    }
    const outcomes = await Promise.allSettled(readings)
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') assert.match(Buffer.from(outcome.value.bytes).toString(), /^(?:old|new \d+)$/)
      else assert.is(isSecretsError(outcome.reason) && outcome.reason.code, 'FILE_CHANGED')
    }
  })
})
