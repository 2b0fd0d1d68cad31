import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { exposureToGit, type GitExposure } from '../../src/git/exposure-to-git.ts'
import { runGit } from '../../src/git/run-git.ts'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Sandbox {
  readonly folder: string
  readonly ask: (path: string) => Promise<GitExposure | undefined>
}

/** A repository with `.gitignore`, a file that is tracked although it is ignored, and one that is tracked. */
async function repository(context: TestContext): Promise<Sandbox> {
  const folder = temporaryFolder(context)
  const env = isolatedEnvironment(temporaryFolder(context))
  writeFileSync(join(folder, '.gitignore'), '*.env\nout/\n')
  for (const name of ['tracked.txt', 'forced.env']) writeFileSync(join(folder, name), '')
  await runGit(['init', '-q'], { cwd: folder, env })
  await runGit(['add', '-f', 'tracked.txt', 'forced.env'], { cwd: folder, env })
  return { folder, ask: async (path) => exposureToGit(join(folder, path), { env }) }
}

suite('exposure to git', (test) => {
  test('files that git has, that it would add, and that it ignores', async (context) => {
    const { ask } = await repository(context)
    assert.is(await ask('tracked.txt'), 'tracked')
    assert.is(await ask('forced.env'), 'tracked')
    assert.is(await ask('new.txt'), 'addable')
    assert.is(await ask('new.env'), undefined)
    assert.is(await ask('*.txt'), 'addable', 'a name is no pattern')
  })

  test('folders that do not exist yet', async (context) => {
    const { ask } = await repository(context)
    assert.is(await ask('a/b/c.txt'), 'addable')
    assert.is(await ask('a/b/c.env'), undefined)
    assert.is(await ask('out/values'), undefined)
  })

  test('outside of work trees git takes nothing', async (context) => {
    const { folder, ask } = await repository(context)
    assert.is(await ask('.git/values'), undefined)
    const env = isolatedEnvironment(folder)
    assert.is(await exposureToGit(join(temporaryFolder(context), 'x'), { env }), undefined)
    assert.is(await exposureToGit(join(folder, 'x'), { env: { ...env, PATH: folder } }), undefined, 'without git')
  })

  test('a folder that leads into a repository through a link', async (context) => {
    if (process.platform === 'win32') context.skip('links take rights')
    const { folder, ask } = await repository(context)
    mkdirSync(join(folder, 'real'))
    const link = join(temporaryFolder(context), 'link')
    symlinkSync(join(folder, 'real'), link)
    symlinkSync('real', join(folder, 'inner'))
    const env = isolatedEnvironment(folder)
    assert.is(await exposureToGit(join(link, 'x.txt'), { env }), 'addable')
    assert.is(await exposureToGit(join(link, 'x.env'), { env }), undefined)
    assert.is(await ask('inner/x.txt'), 'addable')
  })
})
