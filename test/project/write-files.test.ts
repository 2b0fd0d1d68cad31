import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import type { FileChange, WriteFilesOptions } from '../../src/project/file-change.ts'
import { isTemporaryName, LOCK_NAME, temporaryPath } from '../../src/project/temporary-files.ts'
import { writeFiles } from '../../src/project/write-files.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const posix = process.platform !== 'win32'

function change(path: string, content: string, more: Partial<FileChange> = {}): FileChange {
  return { path, content: Buffer.from(content), expects: 'anything', protection: 'private', ...more }
}

async function errorOf(changes: readonly FileChange[], options: WriteFilesOptions = {}): Promise<SecretsError> {
  const error: unknown = await writeFiles(changes, options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

/** What a folder holds, so that a test can say that nothing changed and nothing was left behind. */
function snapshot(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

suite('write files', (test) => {
  test('writes new files and changes old ones, and leaves nothing else', async (context) => {
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'old'), 'before')
    await writeFiles([
      change(join(folder, 'old'), 'after', { expects: Buffer.from('before') }),
      change(join(folder, 'new ü "x"'), 'fresh', { expects: 'nothing' }),
      change(join(folder, 'n'.repeat(240)), 'long'),
    ])
    assert.equal(snapshot(folder), { ['n'.repeat(240)]: 'long', 'new ü "x"': 'fresh', old: 'after' })
  })

  test('keeps the permissions of a file, gives new ones theirs, and widens none for private content', async (context) => {
    if (!posix) context.skip('no permission bits on Windows')
    const folder = temporaryFolder(context)
    const paths = ['kept', 'private', 'shared', 'narrowed'].map((name) => join(folder, name))
    for (const path of [paths[0] ?? '', paths[3] ?? '']) {
      writeFileSync(path, 'x')
      chmodSync(path, 0o640)
    }
    await writeFiles([
      change(paths[0] ?? '', 'y', { protection: 'shared' }),
      change(paths[1] ?? '', 'y'),
      change(paths[2] ?? '', 'y', { protection: 'shared' }),
      change(paths[3] ?? '', 'y'),
    ])
    const modes = paths.map((path) => statSync(path).mode & 0o777)
    assert.equal(modes, [0o640, 0o600, 0o644 & ~process.umask(), 0o600])
  })

  test('refuses what changed in the meantime, and touches no file', async (context) => {
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'a'), '1')
    writeFileSync(join(folder, 'b'), 'changed')
    const before = snapshot(folder)
    const error = await errorOf([
      change(join(folder, 'a'), '2', { expects: Buffer.from('1') }),
      change(join(folder, 'b'), '2', { expects: Buffer.from('1') }),
    ])
    assert.is(error.code, 'FILE_CHANGED')
    assert.is(error.place.file, join(folder, 'b'))
    assert.equal(snapshot(folder), before)
    const removed = await errorOf([change(join(folder, 'gone'), '2', { expects: Buffer.from('1') })])
    assert.match(removed.message, /was removed/)
    const exists = await errorOf([change(join(folder, 'a'), '2', { expects: 'nothing' })])
    assert.is(exists.code, 'ALREADY_EXISTS')
    assert.equal(snapshot(folder), before)
  })

  for (const code of ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT']) {
    test(`${code} while a content is written leaves all files as they were`, async (context) => {
      const folder = temporaryFolder(context)
      for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), 'before')
      const before = snapshot(folder)
      const error = await errorOf(
        ['a', 'b', 'c', 'd'].map((name) => change(join(folder, name), 'after')),
        {
          disk: {
            write: async (path, content, mode) => {
              await writeFile(path, content.subarray(0, 2), { mode })
              if (path.includes('.b.')) throw failure(code)
            },
          },
        },
      )
      assert.is(error.code, 'WRITE_FAILED')
      assert.match(error.message, /nothing was changed$/)
      assert.ok((error.hint ?? '').length > 0)
      assert.equal(snapshot(folder), before)
    })
  }

  test('a failure in the middle of exchanging undoes what was exchanged', async (context) => {
    const folder = temporaryFolder(context)
    for (const name of ['a', 'c']) writeFileSync(join(folder, name), `old ${name}`)
    const before = snapshot(folder)
    const changes = ['a', 'b', 'c'].map((name) => change(join(folder, name), 'new'))
    const error = await errorOf(changes, {
      disk: {
        rename: async (from, to) => {
          if (to.endsWith('c')) throw failure('EACCES')
          await rename(from, to)
        },
      },
    })
    assert.is(error.code, 'WRITE_FAILED')
    assert.equal(snapshot(folder), before)
  })

  test('says where the old content is when undoing fails too', async (context) => {
    if (!posix) context.skip('folders cannot be swapped like this on Windows')
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'a'), 'old a')
    const error = await errorOf([change(join(folder, 'a'), 'new'), change(join(folder, 'b'), 'new')], {
      disk: {
        rename: async (from, to) => {
          await rename(from, to)
          if (!to.endsWith('b')) return
          // A folder in the place of the first file: nothing can be renamed over it.
          await rename(join(folder, 'a'), join(folder, 'moved'))
          mkdirSync(join(folder, 'a', 'x'), { recursive: true })
          throw failure('EIO')
        },
      },
    })
    assert.match(error.message, /could not be put back/)
    const kept = readdirSync(folder).find(isTemporaryName) ?? ''
    assert.is(readFileSync(join(folder, kept), 'utf8'), 'old a')
    assert.ok(error.details[0]?.includes(kept))
  })

  test('a full disk leaves all files as they were', async (context) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      context.skip('mounting a small disk needs Linux and root')
    const disk = temporaryFolder(context)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      context.skip('mounting is not allowed here')
    }
    context.onCleanup(() => {
      execFileSync('umount', [disk])
    })
    for (const name of ['a', 'b']) writeFileSync(join(disk, name), 'x'.repeat(40_000))
    const before = snapshot(disk)
    const changes = ['a', 'b'].map((name) => change(join(disk, name), 'y'.repeat(120_000)))
    const error = await errorOf(changes)
    assert.is(error.code, 'WRITE_FAILED')
    assert.match(error.message, /no space is left/)
    assert.equal(snapshot(disk), before)
  })

  test('refuses a file or folder that may not be written', async (context) => {
    if (!posix) context.skip('no permission bits on Windows')
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'a'), 'x')
    chmodSync(join(folder, 'a'), 0o444)
    const error = await errorOf([change(join(folder, 'b'), 'y'), change(join(folder, 'a'), 'y')])
    assert.is(error.code, 'WRITE_FAILED')
    assert.match(error.message, /read-only/)
    assert.equal(snapshot(folder), { a: 'x' })
    if (process.getuid?.() === 0) context.skip('root may write in any folder')
    chmodSync(folder, 0o555)
    context.onCleanup(() => chmodSync(folder, 0o755))
    assert.match((await errorOf([change(join(folder, 'b'), 'y')])).message, /no permission/)
  })

  test('refuses folders, missing folders and doubles', async (context) => {
    const folder = temporaryFolder(context)
    mkdirSync(join(folder, 'sub'))
    assert.match((await errorOf([change(join(folder, 'sub'), 'y')])).message, /no file/)
    assert.is((await errorOf([change(join(folder, 'none', 'a'), 'y')])).code, 'FILE_NOT_FOUND')
    const twice = [change(join(folder, 'a'), 'y'), change(join(folder, 'sub', '..', 'a'), 'z')]
    assert.match((await errorOf(twice)).message, /written twice/)
    assert.equal(snapshot(folder), {})
  })

  test('makes folders where it is asked to', async (context) => {
    const folder = temporaryFolder(context)
    await writeFiles([change(join(folder, 'x', 'y', 'a'), '1')], { makeFolders: true })
    assert.is(readFileSync(join(folder, 'x', 'y', 'a'), 'utf8'), '1')
    if (posix) assert.is(statSync(join(folder, 'x')).mode & 0o777, 0o700)
  })

  test('writes through a link inside the project and refuses one that leads out', async (context) => {
    if (!posix) context.skip('making links needs a right on Windows')
    const parent = temporaryFolder(context)
    const root = join(parent, 'root')
    mkdirSync(join(root, 'sub'), { recursive: true })
    writeFileSync(join(parent, 'outside'), 'x')
    writeFileSync(join(root, 'sub', 'real'), 'x')
    symlinkSync(join('sub', 'real'), join(root, 'link'))
    symlinkSync(join('..', 'outside'), join(root, 'out'))
    symlinkSync('nowhere', join(root, 'dangling'))
    symlinkSync('..', join(root, 'up'))
    await writeFiles([change(join(root, 'link'), 'y')], { root })
    assert.is(readFileSync(join(root, 'sub', 'real'), 'utf8'), 'y')
    for (const name of ['out', 'dangling', 'up/outside', 'up/new']) {
      const error = await errorOf([change(join(root, name), 'y')], { root, makeFolders: true })
      assert.is(error.code, 'UNSAFE_PATH', name)
    }
    assert.equal(snapshot(parent), { outside: 'x' })
  })

  test('a second name of a file keeps the old content', async (context) => {
    const folder = temporaryFolder(context)
    writeFileSync(join(folder, 'a'), 'old')
    linkSync(join(folder, 'a'), join(folder, 'b'))
    await writeFiles([change(join(folder, 'a'), 'new')])
    assert.equal(snapshot(folder), { a: 'new', b: 'old' })
  })

  test('removes what interrupted writes left, but not what may be in use', async (context) => {
    const folder = temporaryFolder(context)
    const [stale, fresh] = [temporaryPath(join(folder, 'x')), temporaryPath(join(folder, 'x'))]
    for (const path of [stale, fresh]) writeFileSync(path, '')
    utimesSync(stale, new Date(0), new Date(0))
    writeFileSync(join(folder, LOCK_NAME), '')
    utimesSync(join(folder, LOCK_NAME), new Date(0), new Date(0))
    await writeFiles([change(join(folder, 'a'), '1')])
    assert.is(existsSync(stale), false)
    assert.is(existsSync(fresh), true)
    assert.is(existsSync(join(folder, LOCK_NAME)), false)
  })

  test('writes nothing once it is interrupted', async (context) => {
    const folder = temporaryFolder(context)
    const error = await errorOf([change(join(folder, 'a'), '1')], { signal: AbortSignal.abort() })
    assert.is(error.code, 'INTERRUPTED')
    assert.equal(snapshot(folder), {})
  })
})
