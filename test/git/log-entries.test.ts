/** Which commits changed which entries, out of real histories. */
import * as assert from 'uvu/assert'
import { logEntries } from '../../src/git/log-entries.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { suite } from '../support/suite.ts'
import { CommittedHistory } from './committed-history.ts'

suite('log-entries', (test) => {
  test('newest first, with what each commit added, changed and removed', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\n')
    await history.save('a: 10\nb: 2\nc: 3\n', 'change')
    await history.save('a: 10\nc: 3\n', 'remove')
    await history.git.git('rm', '--quiet', 'app.yaml')
    await history.git.commit('delete')
    const expected = [
      ['delete', 'removed a', 'removed c'],
      ['remove', 'removed b'],
      ['change', 'changed a', 'added c'],
      ['first', 'added a', 'added b'],
    ]
    assert.equal(await log(history), expected)
    assert.equal(await log(history, history.sealed.nobody), expected)
  })

  test('a commit that changes no entry is left out: a comment, a recipient, a new data key', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\n')
    const { sealed } = history
    await history.save('# why\na: 1\n', 'comment')
    await history.commit(await sealed.reach(history.current(), [sealed.alice, sealed.bob], 'same key'), 'grant')
    await history.commit(await sealed.reach(history.current(), [sealed.alice], 'rotated'), 'rotate')
    assert.equal(await log(history), [['first', 'added a']])
    assert.equal(await log(history, sealed.nobody), [
      ['rotate', 'rewritten a'],
      ['first', 'added a'],
    ])
  })

  test('of a merge, what is in neither of its parents', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\nb: 2\nc: 3\n')
    await history.git.git('checkout', '--quiet', '-b', 'topic')
    await history.save('a: topic\nb: 2\nc: 3\n', 'on topic')
    await history.git.git('checkout', '--quiet', 'main')
    await history.save('a: 1\nb: main\nc: 3\n', 'on main')
    await history.merge('topic', 'a: topic\nb: main\nc: merged\n', 'the merge')
    const found = await log(history)
    assert.equal(found[0], ['the merge', 'changed c'])
    assert.equal(found.slice(1).map(String).sort(), [
      'first,added a,added b,added c',
      'on main,changed b',
      'on topic,changed a',
    ])
  })

  test('values are there for who has a key, and for nobody else', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\n')
    await history.save('a: marker\n', 'change')
    const values = async (keyring: Keyring): Promise<unknown> => {
      for await (const { entries } of logEntries(await history.commits(), history.versions(keyring))) {
        return entries.map(({ before, after }) => [before?.canonical, after?.canonical])
      }
      return undefined
    }
    assert.equal(await values(history.sealed.keyring), [['1', 'marker']])
    assert.equal(await values(history.sealed.nobody), [[undefined, undefined]])
  })

  test('reading ends as soon as enough were found', async (context) => {
    const history = await CommittedHistory.of(context, 'a: 1\n')
    for (const value of [2, 3, 4]) await history.save(`a: ${value}\n`, `change ${value}`)
    const versions = history.versions()
    const asked: string[] = []
    const of = versions.of.bind(versions)
    versions.of = async (commit) => {
      asked.push(commit.id)
      return of(commit)
    }
    for await (const { commit } of logEntries(await history.commits(), versions)) {
      assert.is(commit.subject, 'change 4')
      break
    }
    assert.is(asked.length, 2)
  })
})

async function log(history: CommittedHistory, keyring?: Keyring): Promise<readonly (readonly string[])[]> {
  const found: string[][] = []
  for await (const { commit, entries } of logEntries(await history.commits(), history.versions(keyring))) {
    found.push([commit.subject, ...entries.map(({ change, path }) => `${change} ${path}`)])
  }
  return found
}
