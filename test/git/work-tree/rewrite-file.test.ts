import { chmodSync, linkSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { rewriteFile } from '../../../src/git/work-tree/rewrite-file.ts'
import type { StoredFile } from '../../../src/git/work-tree/stored-files.ts'
import { blobId, StoredFiles } from '../../../src/git/work-tree/stored-files.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const BEFORE = Buffer.from('what was there before')
const AFTER = Buffer.from('after')

suite('rewriting a file', (test) => {
  for (const content of [AFTER, Buffer.alloc(100_000, 'longer')]) {
    test(`gives it ${content.length} bytes in its place`, ({ onCleanup }) => {
      const { path, found } = file(temporaryFolder({ onCleanup }))
      const stamp = rewriteFile(path, found, content)
      const stats = lstatSync(path, { bigint: true })
      assert.equal(readFileSync(path), content)
      assert.is(stats.ino, found.stats.ino)
      assert.equal([stamp?.size, stamp?.mtimeNs, stamp?.ctimeNs], [stats.size, stats.mtimeNs, stats.ctimeNs])
    })
  }

  test('leaves its other names with what they had', ({ onCleanup }) => {
    const folder = temporaryFolder({ onCleanup })
    const path = join(folder, 'one')
    writeFileSync(path, BEFORE)
    linkSync(path, join(folder, 'other'))
    const found = foundAt(folder, 'one')
    const stamp = rewriteFile(path, found, AFTER)
    assert.equal(readFileSync(path), AFTER)
    assert.equal(readFileSync(join(folder, 'other')), BEFORE)
    assert.is(stamp?.ino, lstatSync(path, { bigint: true }).ino)
  })

  test('makes one anew that may not be written, with its permission to be run', ({ onCleanup, skip }) => {
    const folder = temporaryFolder({ onCleanup })
    writeFileSync(join(folder, 'one'), BEFORE)
    chmodSync(join(folder, 'one'), 0o555)
    rewriteFile(join(folder, 'one'), foundAt(folder, 'one'), AFTER)
    assert.equal(readFileSync(join(folder, 'one')), AFTER)
    if (process.platform === 'win32') skip('Windows has no such permission')
    else assert.is(statSync(join(folder, 'one')).mode & 0o111, 0o111 & ~process.umask())
  })

  test('leaves what somebody changed or replaced meanwhile', ({ onCleanup }) => {
    const changed = file(temporaryFolder({ onCleanup }))
    writeFileSync(changed.path, 'somebody else was here')
    assert.is(rewriteFile(changed.path, changed.found, AFTER), undefined)
    assert.is(readFileSync(changed.path, 'utf8'), 'somebody else was here')
    const gone = file(temporaryFolder({ onCleanup }))
    rmSync(gone.path)
    assert.is(rewriteFile(gone.path, gone.found, AFTER), undefined)
    const linked = file(temporaryFolder({ onCleanup }))
    rmSync(linked.path)
    symlinkSync(changed.path, linked.path)
    assert.is(rewriteFile(linked.path, linked.found, AFTER), undefined)
    assert.is(readFileSync(changed.path, 'utf8'), 'somebody else was here')
  })

  test('nothing behind a link is a file of the work tree', ({ onCleanup }) => {
    const [outside, top] = [temporaryFolder({ onCleanup }), temporaryFolder({ onCleanup })]
    writeFileSync(join(outside, 'one'), BEFORE)
    symlinkSync(outside, join(top, 'linked'), 'junction')
    symlinkSync(join(outside, 'one'), join(top, 'link'))
    const oid = blobId(BEFORE, 40)
    const tree = new StoredFiles(top)
    assert.is(tree.find({ path: 'linked/one', oid }), 'different')
    assert.is(tree.find({ path: 'link', oid }), 'different')
    assert.is(tree.find({ path: 'nowhere/at/all', oid }), 'missing')
    assert.is(tree.find({ path: 'nowhere', oid }), 'missing')
  })
})

function file(folder: string): { readonly path: string; readonly found: StoredFile } {
  writeFileSync(join(folder, 'one'), BEFORE)
  return { path: join(folder, 'one'), found: foundAt(folder, 'one') }
}

function foundAt(folder: string, path: string): StoredFile {
  const found = new StoredFiles(folder).find({ path, oid: blobId(BEFORE, 40) })
  if (typeof found === 'string') throw new Error(`it is ${found}`)
  return found
}
