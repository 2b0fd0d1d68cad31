import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openAppend } from '../../../src/cli/ci/append-once.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Adds `text` to the file that `GITHUB_ENV` names. */
async function append(path: string | undefined, text: string, mayBeNew = false): Promise<void> {
  const file = await openAppend({ variable: 'GITHUB_ENV', text, mayBeNew }, { env: { GITHUB_ENV: path }, cwd: '/' })
  try {
    await file.write()
  } finally {
    await file.close()
  }
}

async function codeOf(action: Promise<void>): Promise<unknown> {
  return action.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? Reflect.get(error, 'code') : error),
  )
}

suite('files of a system', (test) => {
  test('text is added behind what is there, on a line of its own', async (context) => {
    const path = join(temporaryFolder(context), 'env')
    writeFileSync(path, '')
    await append(path, 'A=1\n')
    await append(path, 'B=2\n')
    assert.is(readFileSync(path, 'utf8'), 'A=1\nB=2\n')
    writeFileSync(path, 'A=1')
    await append(path, 'B=2\n')
    assert.is(readFileSync(path, 'utf8'), 'A=1\nB=2\n')
  })

  test('it has to be there, unless the system leaves it to the first who writes', async (context) => {
    const folder = temporaryFolder(context)
    assert.is(await codeOf(append(join(folder, 'env'), 'A=1\n')), 'WRITE_FAILED')
    assert.not.ok(existsSync(join(folder, 'env')))
    await append(join(folder, 'env'), 'A=1\n', true)
    assert.is(readFileSync(join(folder, 'env'), 'utf8'), 'A=1\n')
    if (process.platform !== 'win32') assert.is(statSync(join(folder, 'env')).mode & 0o777, 0o600)
  })

  test('a variable that is not set is said', async () => {
    assert.is(await codeOf(append(undefined, 'x')), 'USAGE')
    assert.is(await codeOf(append('', 'x')), 'USAGE')
  })

  test('links, further names of a file, folders and devices are refused, and stay as they are', async (context) => {
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'target'), 'before\n')
    mkdirSync(join(folder, 'folder'))
    assert.is(await codeOf(append(join(folder, 'folder'), 'x')), 'UNSAFE_PATH')
    linkSync(join(folder, 'target'), join(folder, 'hard'))
    assert.is(await codeOf(append(join(folder, 'hard'), 'x')), 'UNSAFE_PATH')
    if (process.platform !== 'win32') {
      symlinkSync('target', join(folder, 'soft'))
      assert.is(await codeOf(append(join(folder, 'soft'), 'x', true)), 'UNSAFE_PATH')
      symlinkSync('nowhere', join(folder, 'dangling'))
      assert.is(await codeOf(append(join(folder, 'dangling'), 'x', true)), 'UNSAFE_PATH')
      assert.is(await codeOf(append('/dev/null', 'x')), 'UNSAFE_PATH')
    }
    assert.is(readFileSync(join(folder, 'target'), 'utf8'), 'before\n')
    assert.not.ok(existsSync(join(folder, 'nowhere')))
  })

  test('a file that cannot take all of it is as it was', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no limit for the size of files')
    const { spawnSync } = await import('node:child_process')
    const path = join(temporaryFolder(context), 'env')
    writeFileSync(path, 'A=1\n')
    const script = `import { openAppend } from ${JSON.stringify(new URL('../../../src/cli/ci/append-once.ts', import.meta.url).href)}
      const file = await openAppend({ variable: 'X', text: 'y'.repeat(100_000) }, { env: { X: process.argv[1] }, cwd: '/' })
      await file.write().then(() => console.log('done'), (error) => console.log(error.code))`
    const limited = 'trap "" XFSZ; ulimit -f 8; exec "$@"'
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script, path]
    const { stdout, stderr } = spawnSync('sh', ['-c', limited, 'sh', ...node], { encoding: 'utf8' })
    assert.is(stdout.trim(), 'WRITE_FAILED', stderr)
    assert.is(readFileSync(path, 'utf8'), 'A=1\n')
  })
})
