import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { placesForChange } from '../../../src/project/changes/change-place.ts'
import { type Journal, newPath, readJournal, writeJournal } from '../../../src/project/changes/journal.ts'
import { temporaryPath } from '../../../src/project/temporary-files.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ID = '0123456789ab'

function mark(content: string): { readonly sha256: string } {
  return { sha256: createHash('sha256').update(content).digest('hex') }
}

suite('the journal', (test) => {
  test('is read as it was written', () => {
    const place = { folder: join('/work', '.git', 'secretsrc-changes', ID), base: '/work' }
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/^\.{0,2}$|^\.git|^git~|[/\\:\0]/i.test(text))
    const sealed = fc.string().map(mark)
    const clear = fc.tuple(fc.nat(), fc.nat()).map(([size, written]) => ({ size, written }))
    const file = fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 3 }).map((steps) => join('/work', ...steps)),
      before: fc.option(fc.oneof(sealed, clear), { nil: undefined }),
      after: fc.oneof(sealed, clear),
      beside: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(file, { maxLength: 5 }), (files) => {
        const journal: Journal = {
          files: files.map(({ path, before, after, beside }, index) => ({
            path,
            before,
            after,
            staged: beside ? temporaryPath(path) : newPath(place, index),
          })),
        }
        assert.equal(readJournal(writeJournal(journal, place), place), journal)
      }),
      { numRuns: 200 },
    )
  })

  test('stands in the folder of git of the work tree, linked ones too, else in the folder of the user', async (context) => {
    const parent = temporaryFolder(context)
    const state = join(parent, 'state')
    const [main, linked, none] = ['main', 'linked', 'none'].map((name) => join(parent, name))
    if (main === undefined || linked === undefined || none === undefined) throw new Error('three folders')
    for (const folder of [join(main, '.git', 'worktrees', 'linked'), join(main, 'sub'), linked, none])
      mkdirSync(folder, { recursive: true })
    for (const folder of [join(main, '.git'), join(main, '.git', 'worktrees', 'linked')])
      writeFileSync(join(folder, 'HEAD'), '')
    writeFileSync(join(linked, '.git'), `gitdir: ${join(main, '.git', 'worktrees', 'linked')}\n`)
    const first = async (...paths: readonly string[]): Promise<string | undefined> => {
      const place = (await placesForChange(paths, state))[0]?.folder
      return place === undefined ? undefined : dirname(place)
    }
    assert.is(await first(join(main, 'a'), join(main, 'sub', 'b')), join(main, '.git'))
    assert.is(await first(join(linked, 'a')), join(main, '.git', 'worktrees', 'linked'))
    assert.is(await first(join(none, 'a')), state)
    assert.is(await first(join(main, 'a'), join(none, 'b')), state, 'one journal for both')
    writeFileSync(join(linked, '.git'), 'gitdir: ../none\n')
    assert.is(await first(join(linked, 'a')), state, 'no folder of git')
    assert.equal(await placesForChange([join(none, 'a')], undefined), [])
  })
})
