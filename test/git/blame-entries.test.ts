/** Who changed each entry last: followed through real histories, with a key and without. */
import * as assert from 'uvu/assert'
import { blameEntries } from '../../src/git/blame-entries.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { readVersion } from '../../src/project/file-version.ts'
import { secretFileOf } from '../../src/project/secret-file.ts'
import { suite } from '../support/suite.ts'
import { CommittedHistory } from './committed-history.ts'

suite('blame-entries', (test) => {
  test('each entry has the commit that gave it its value, with a key and without', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\nc: 3\n')
    await history.save('a: 1\nb: 20\nc: 3\n', 'change b')
    await history.save('c: 3\nb: 20\na: 1\nd: 4\n', 'reorder, add d')
    await history.save('c: 3\nb: 20\nd: 4\n', 'remove a')
    const expected = { c: 'first', b: 'change b', d: 'reorder, add d' }
    assert.equal(await blame(history), expected)
    assert.equal(await blame(history, history.sealed.nobody), expected)
  })

  test('a value that went back to an earlier one belongs to who put it back', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\n')
    await history.save('a: 2\n', 'away')
    await history.save('a: 1\n', 'and back')
    assert.equal(await blame(history), { a: 'and back' })
    assert.equal(await blame(history, history.sealed.nobody), { a: 'and back' })
  })

  test('an element that others are put before keeps its commit', async (context) => {
    const history = await CommittedHistory.of(context, 'list:\n  - a\n  - b\n')
    await history.save('list:\n  - new\n  - a\n  - b\n', 'insert')
    assert.equal(await blame(history), { 'list[0]': 'insert', 'list[1]': 'first', 'list[2]': 'first' })
  })

  test('an element of a list is blamed as a whole, though others hold the same values', async (context) => {
    const history = await CommittedHistory.of(context, `servers:\n${server('a')}${server('b')}`)
    await history.save(`servers:\n${server('new')}${server('a')}${server('b')}`, 'insert')
    await history.save(`servers:\n${server('b')}${server('new')}${server('a')}`, 'move b')
    const expected = {
      'servers[0].name': 'first',
      'servers[0].port': 'first',
      'servers[1].name': 'insert',
      'servers[1].port': 'insert',
      'servers[2].name': 'first',
      'servers[2].port': 'first',
    }
    assert.equal(await blame(history), expected)
    assert.equal(await blame(history, history.sealed.nobody), expected)
  })

  test('a merge passes each value to the side that it came from, and keeps what is in neither', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\nc: 3\nd: 4\n')
    await history.git.git('checkout', '--quiet', '-b', 'topic')
    await history.save('a: topic\nb: 2\nc: 3\nd: 4\n', 'on topic')
    await history.git.git('checkout', '--quiet', 'main')
    await history.save('a: 1\nb: main\nc: 3\nd: 4\n', 'on main')
    await history.merge('topic', 'a: topic\nb: main\nc: merged\nd: 4\n', 'the merge')
    assert.equal(await blame(history), { a: 'on topic', b: 'on main', c: 'the merge', d: 'first' })
  })

  test('a new data key hides from who has no key what did not change, and from nobody else', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\n')
    const { sealed } = history
    await history.commit(await sealed.reach(history.current(), [sealed.alice], 'rotated'), 'rotate')
    assert.equal(await blame(history), { a: 'first', b: 'first' })
    assert.equal(await blame(history, sealed.nobody), { a: 'rotate', b: 'rotate' })
  })

  test('a rename is followed', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\n')
    await history.git.git('mv', 'app.yaml', 'renamed.yaml')
    await history.git.commit('rename')
    history.path = 'renamed.yaml'
    await history.save('a: 1\nb: 20\n', 'change b')
    assert.equal(await blame(history), { a: 'first', b: 'change b' })
    const commits = await history.commits()
    assert.equal(
      commits.map(({ path, subject }) => `${subject}: ${path}`),
      ['change b: renamed.yaml', 'rename: renamed.yaml', 'first: app.yaml'],
    )
  })

  test('what is not committed yet has no commit, and an empty history none at all', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\n')
    const changed = await history.sealed.next(history.current(), 'a: 1\nb: new\n')
    assert.equal(await blame(history, history.sealed.keyring, changed), { a: 'first', b: undefined })
    const none = await blameEntries({ history: [], versions: history.versions(), worktree: undefined })
    assert.equal(none, [])
  })

  test('a version that cannot be read ends what is known', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\n')
    const before = history.current()
    await history.commit(Buffer.from('<<<<<<< not: [yaml\n'), 'break it')
    await history.commit(before, 'mend it')
    assert.equal(await blame(history), { a: 'mend it' })
  })
})

async function blame(
  history: CommittedHistory,
  keyring: Keyring = history.sealed.keyring,
  worktree?: Uint8Array,
): Promise<Record<string, string | undefined>> {
  const target = { path: '/app.yaml', shown: 'app.yaml', relative: 'app.yaml', environment: undefined }
  const entries = await blameEntries({
    history: await history.commits(),
    versions: history.versions(keyring),
    worktree: worktree && (await readVersion(await secretFileOf(target, worktree), keyring)),
  })
  return Object.fromEntries(entries.map(({ path, commit }) => [path, commit?.subject]))
}

function server(name: string): string {
  return `  - name: ${name}\n    port: 80\n`
}
