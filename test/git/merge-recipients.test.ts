/** Who can open a merged file: never more than the two sides and a configuration say. */
import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { markedVersions } from '../../src/core/merge/conflict-markers.ts'
import type { FindUnexpected } from '../../src/git/expected-in-merge.ts'
import type { Versions } from '../../src/git/merge-versions.ts'
import { sealSolution } from '../../src/git/seal-solution.ts'
import { type Person, person } from '../keys/support/keyring-parts.ts'
import { suite } from '../support/suite.ts'
import { MERGE_TIME, SealedVersions } from './sealed-versions.ts'

const BASE = 'a: 1\nb: 2\n'
const [OURS, THEIRS] = [BASE.replace('1', 'ours'), BASE.replace('2', 'theirs')]
const BOTH = 'a: ours\nb: theirs\n'

suite('recipients of merged files', (test) => {
  test('what each side adds is in, what each side removes is out', async () => {
    const files = await SealedVersions.of('a.yaml')
    const { alice, bob } = files
    const [carol, dave] = [await person(), await person()]
    const cases: readonly (readonly [name: string, base: People, ours: People, theirs: People, merged: People])[] = [
      ['one adds', [alice], [alice, bob], [alice], [alice, bob]],
      ['both add', [alice], [alice, bob], [alice, carol], [alice, bob, carol]],
      ['both add the same', [alice], [alice, bob], [alice, bob], [alice, bob]],
      ['one adds, one removes', [alice, bob], [alice, bob, carol], [alice], [alice, carol]],
      ['both remove', [alice, bob, carol], [alice, bob], [alice, carol], [alice]],
      ['one exchanges', [alice, bob], [alice, carol], [alice, bob, dave], [alice, carol, dave]],
    ]
    for (const [name, inBase, inOurs, inTheirs, merged] of cases) {
      const base = await files.first(BASE, inBase)
      for (const how of ['same key', 'rotated'] as const) {
        const ours = await files.reach(base, inOurs, how, OURS)
        const theirs = await files.reach(base, inTheirs, 'same key', THEIRS)
        for (const versions of [
          { base, ours, theirs },
          { base, ours: theirs, theirs: ours },
        ]) {
          const merge = await files.merge(versions)
          assert.is(merge.outcome, 'merged', name)
          assert.is(await files.plain(merge.content), BOTH)
          assert.equal(new Set(await files.recipients(merge.content)), new Set(merged.map(recipientOf)), name)
          const before = new Set(await files.recipients(versions.ours))
          assert.equal(
            merge.recipients.added,
            (await files.recipients(merge.content)).filter((one) => !before.has(one)),
          )
        }
      }
    }
  })

  test('whoever was removed does not know the data key that the other side made', async () => {
    const files = await SealedVersions.of('a.yaml')
    const { alice, bob } = files
    const base = await files.first(BASE, [alice, bob])
    for (const { removing, keeping } of [
      { removing: 'same key', keeping: 'rotated' },
      { removing: 'rotated', keeping: 'same key' },
      { removing: 'rotated', keeping: 'rotated' },
    ] as const) {
      const ours = await files.reach(base, [alice], removing, OURS)
      const theirs = await files.reach(base, [alice, bob], keeping, THEIRS)
      for (const versions of [
        { base, ours, theirs },
        { base, ours: theirs, theirs: ours },
      ]) {
        const { content } = await files.merge(versions)
        assert.equal(await files.recipients(content), [alice.recipient])
        const known = [await files.open(base), await files.open(theirs)].map(({ dataKey }) => keyText(dataKey))
        assert.not.ok(known.includes(keyText((await files.open(content)).dataKey)), `${removing}, ${keeping}`)
      }
    }
  })

  test('a recipient whom no configuration names gets nothing, with a key or without', async () => {
    const files = await SealedVersions.of('a.yaml')
    const { alice } = files
    const mallory = await person()
    const unexpected = allBut([alice])
    const base = await files.first(BASE)
    const [[own] = []] = (await files.open(base)).sealed.metadata.groups
    for (const how of ['same key', 'rotated'] as const) {
      const ours = how === 'rotated' ? await files.reach(base, [alice], how, OURS) : await files.next(base, OURS)
      // An entry that does not hold the data key: whoever can push can write one.
      const [[entry] = []] = await files.keyring.wrap(randomBytes(32), [[mallory.recipient]], 0)
      assert.ok(entry !== undefined && own !== undefined)
      const theirs = await files.next(base, THEIRS, { metadata: { groups: [[own, entry]] } })
      for (const keyring of [files.keyring, files.nobody]) {
        for (const versions of [
          { base, ours, theirs },
          { base, ours: theirs, theirs: ours },
          { base: undefined, ours, theirs },
        ]) {
          const merge = await files.merge(versions, keyring, unexpected)
          assert.is(merge.outcome, 'conflict')
          // Without a key, ciphertext under two data keys is nothing to compare.
          const isBlind = keyring === files.nobody && how === 'rotated'
          assert.is(merge.problem?.code, isBlind ? 'CANNOT_OPEN' : 'UNEXPECTED_RECIPIENT')
          assert.is(merge.problem?.details.join() === mallory.recipient, !isBlind)
          assert.is(merge.solvable, undefined)
          const sides = markedVersions(Buffer.from(merge.content).toString('utf8'))
          assert.equal([sides?.ours, sides?.theirs], [versions.ours, versions.theirs].map(String))
        }
      }
    }
  })

  test('one whom the merge removes anyway is no hindrance', async () => {
    const files = await SealedVersions.of('a.yaml')
    const { alice, bob } = files
    const base = await files.first(BASE, [alice, bob])
    const ours = await files.reach(base, [alice], 'rotated', OURS)
    const theirs = await files.next(base, THEIRS)
    const merge = await files.merge({ base, ours, theirs }, files.keyring, allBut([alice]))
    assert.is(merge.outcome, 'merged')
    assert.equal(await files.recipients(merge.content), [alice.recipient])
  })

  test('without a key, recipients that come with a merge are told too', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const { dataKey, sealed } = await files.open(base)
    const [added = []] = await files.keyring.wrap(dataKey, [[files.bob.recipient]], 0)
    const groups = [[...sealed.metadata.groups.flat(), ...added]]
    const theirs = await files.next(base, undefined, { metadata: { groups } })
    const merge = await files.merge({ base, ours: await files.next(base, OURS), theirs }, files.nobody)
    assert.is(merge.outcome, 'merged')
    assert.equal(merge.recipients, { added: [files.bob.recipient], removed: [] })
  })

  test('a key group that both sides empty together is not simply left out', async () => {
    const [alice, bob, carol] = [await person(), await person(), await person()]
    const everybody = [alice, bob, carol].map(({ identity }) => identity).join('\n')
    const files = new SealedVersions('a.yaml', { ...alice, identity: everybody }, bob)
    const first = await files.first(BASE)
    const base = await grouped(files, first, [[alice], [bob, carol]])
    const ours = await grouped(files, base, [[alice], [bob]], OURS)
    const theirs = await grouped(files, base, [[alice], [carol]], THEIRS)
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'conflict')
    assert.is(merge.problem?.code, 'NO_RECIPIENTS')
    const kept = await files.merge({ base, ours, theirs: await grouped(files, base, [[alice], [bob, carol]], THEIRS) })
    assert.is(kept.outcome, 'merged')
    assert.is((await files.open(kept.content)).sealed.metadata.groups.length, 2)
  })

  test('where both sides changed how many groups are needed, the greater number counts', async () => {
    const people = await Promise.all([person(), person(), person(), person()])
    const [alice, bob, carol] = people
    const everybody = people.map(({ identity }) => identity).join('\n')
    const files = new SealedVersions('a.yaml', { ...alice, identity: everybody }, bob)
    const groups = people.map((one) => [one])
    const base = await grouped(files, await files.first(BASE), groups)
    const [two, three] = [await grouped(files, base, groups, OURS, 2), await grouped(files, base, groups, THEIRS, 3)]
    const few = new SealedVersions('a.yaml', { ...alice, identity: `${alice.identity}\n${carol.identity}` }, bob)
    assert.is(await few.plain(two), OURS)
    for (const [ours, theirs] of [
      [two, three],
      [three, two],
    ] as const) {
      const { content } = await files.merge({ base, ours, theirs })
      assert.is(await files.plain(content), BOTH)
      assert.is((await files.open(content)).sealed.metadata.shamirThreshold, 3)
      const lowered = Buffer.from(content).toString('utf8').replace('shamir_threshold: 3', 'shamir_threshold: 2')
      await few.open(Buffer.from(lowered)).then(
        () => assert.unreachable('two shares are enough'),
        (error) => assert.is(error.code, 'VALUE_DAMAGED'),
      )
    }
  })

  test('a solution is encrypted to whom the merge would be, whatever values it takes', async () => {
    const files = await SealedVersions.of('a.yaml')
    const { alice, bob, keyring } = files
    const base = await files.first(BASE, [alice, bob])
    const ours = await files.reach(base, [alice], 'rotated', OURS)
    const theirs = await files.next(base, THEIRS)
    const options = { path: 'a.yaml', keyring, now: MERGE_TIME }
    for (const plain of [THEIRS, OURS, 'c: 3\n']) {
      const sealed = await sealSolution(Buffer.from(plain), { base, ours, theirs }, options)
      assert.ok(sealed)
      assert.is(await files.plain(sealed), plain)
      assert.equal(await files.recipients(sealed), [alice.recipient])
    }
    assert.equal(await sealSolution(Buffer.from(OURS), { base, ours, theirs }, options), ours)
    const plain: Versions<Uint8Array> = { base: undefined, ours: Buffer.from(OURS), theirs: Buffer.from(THEIRS) }
    assert.is(await sealSolution(Buffer.from(BOTH), plain, options), undefined)
  })
})

type People = readonly Person[]

function recipientOf({ recipient }: Person): string {
  return recipient
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString('hex')
}

/** The next version, under the same data key, for groups of people. */
async function grouped(
  files: SealedVersions,
  version: Uint8Array,
  groups: readonly People[],
  ...[plain, shamirThreshold = 0]: readonly [plain?: string, shamirThreshold?: number]
): Promise<Uint8Array> {
  const { dataKey } = await files.open(version)
  const references = groups.map((people) => people.map(recipientOf))
  const wrapped = await files.keyring.wrap(dataKey, references, shamirThreshold)
  return files.next(version, plain, { metadata: { groups: wrapped, shamirThreshold } })
}

/** As a configuration that names these people. */
function allBut(people: People): FindUnexpected {
  const named = people.map(recipientOf)
  return async (references) => references.filter((one) => !named.includes(one))
}
