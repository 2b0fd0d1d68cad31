import * as assert from 'uvu/assert'
import { GitObjects } from '../../src/git/git-objects.ts'
import { gitSandbox } from '../support/git-sandbox.ts'
import { suite } from '../support/suite.ts'

suite('git-objects', (test) => {
  test('reads the first name that is a blob, many at a time, whatever the content', async (context) => {
    const large = Buffer.alloc(300_000, 'a\nmissing\n')
    const files = { 'a b': 'x', empty: '', large, 'line\nbreak': 'y', 'folder/z': 'z' }
    const sandbox = await gitSandbox(context, files)
    sandbox.write('a b', 'changed')
    await sandbox.git('add', '--all')
    const objects = new GitObjects({ cwd: sandbox.folder, env: sandbox.env })
    context.onCleanup(() => objects.close())
    const read = async (...names: string[]) => (await objects.readFirst(names))?.toString()
    assert.equal(
      await Promise.all([
        read(':0:a b', 'HEAD:a b'),
        read('HEAD:a b'),
        read('HEAD:nothing', ':0:nothing here', 'HEAD:empty'),
        read('HEAD:nothing'),
        read('HEAD:folder', ':0:folder/z'),
        read(':0:line\nbreak'),
        read(':0:no\nthing'),
        read('HEAD:large'),
      ]),
      ['changed', 'x', '', undefined, 'z', 'y', undefined, large.toString()],
    )
    const last = read('HEAD:folder/z')
    objects.close()
    assert.is(await last, 'z', 'what was asked before it was closed')
    assert.is(await read('HEAD:a b'), 'x', 'it starts again')
  })

  test('a git that ends is an error, not silence', async (context) => {
    const sandbox = await gitSandbox(context)
    const objects = new GitObjects({ cwd: sandbox.folder, env: { ...sandbox.env, GIT_DIR: '/nowhere' } })
    const error = await objects.readFirst(['HEAD:x']).then(
      () => undefined,
      (caught: unknown) => caught,
    )
    assert.match(JSON.stringify(error), '"code":"GIT_FAILED"')
  })
})
