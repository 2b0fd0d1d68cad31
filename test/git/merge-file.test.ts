import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { markedVersions } from '../../src/core/merge/conflict-markers.ts'
import { suite } from '../support/suite.ts'
import { lineOf, SealedVersions } from './sealed-versions.ts'

const BASE = '# head\ndb:\n  user: u\n  password: p\nlist:\n  - a\n  - b\nport: 5432\n'

suite('merging secret files', (test) => {
  test('changes of different entries merge, each with the ciphertext of its side', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('user: u', 'user: u2'))
    const theirs = await files.next(base, BASE.replace('password: p', '# new\n  password: p2\n  more: x'))
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'merged')
    assert.is(
      await files.plain(merge.content),
      BASE.replace('user: u', 'user: u2').replace('password: p', '# new\n  password: p2\n  more: x'),
    )
    assert.is(lineOf(merge.content, 'user:'), lineOf(ours, 'user:'))
    assert.is(lineOf(merge.content, 'password:'), lineOf(theirs, 'password:'))
    assert.is(lineOf(merge.content, 'port:'), lineOf(base, 'port:'))
    assert.is(lineOf(merge.content, 'lastmodified:'), '    lastmodified: "2025-05-06T07:08:09Z"')
  })

  test('equal edits merge to one of the sides, to the byte', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\nB=2\n')
    const ours = await files.next(base, 'A=1\nB=3\n')
    const theirs = await files.next(base, 'A=1\nB=3\n', { now: new Date('2024-02-02T00:00:00Z') })
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'merged')
    assert.equal(merge.content, ours)
  })

  test('one entry changed by both is a conflict of its line alone, with both ciphertexts', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('password: p', 'password: ours').replace('5432', '1'))
    const theirs = await files.next(base, BASE.replace('password: p', 'password: theirs'))
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'conflict')
    assert.equal(merge.conflicts, ['db.password: changed by both'])
    const text = Buffer.from(merge.content).toString('utf8')
    assert.not.match(text, /theirs\n  password|: ours\n/)
    const marked = /<<<<<<< ours\n(.*)\n=======\n(.*)\n>>>>>>> theirs\n/.exec(text)
    assert.is(marked?.[1], lineOf(ours, 'password:'))
    assert.is(marked?.[2], lineOf(theirs, 'password:'))
    assert.is(text.match(/<{7}/g)?.length, 1)
    const sides = markedVersions(text)
    assert.is(
      await files.plain(Buffer.from(sides?.ours ?? '')),
      BASE.replace('password: p', 'password: ours').replace('5432', '1'),
    )
    const solved = await merge.solvable?.seal(merge.solvable.theirs)
    assert.is(
      await files.plain(solved ?? Buffer.alloc(0)),
      BASE.replace('password: p', 'password: theirs').replace('5432', '1'),
    )
    assert.is(lineOf(solved ?? Buffer.alloc(0), 'password:'), lineOf(theirs, 'password:'))
  })

  test('removed by one and changed by the other is a conflict', async () => {
    const files = await SealedVersions.of('a.json')
    const base = await files.first('{\n  "a": "1",\n  "b": "2"\n}\n')
    const ours = await files.next(base, '{\n  "a": "1"\n}\n')
    const theirs = await files.next(base, '{\n  "a": "1",\n  "b": "3"\n}\n')
    assert.equal((await files.merge({ base, ours, theirs })).conflicts, ['b: removed by us, changed by them'])
    const other = await files.merge({ base, ours: theirs, theirs: ours })
    assert.equal(other.conflicts, ['b: changed by us, removed by them'])
  })

  test('a new data key of one side is taken, and recipients are merged', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE, [files.alice])
    const ours = await files.reach(base, [files.alice, files.bob], 'same key', BASE.replace('user: u', 'user: u2'))
    const theirs = await files.reach(base, [files.alice], 'rotated', BASE.replace('5432', '1'))
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'merged')
    assert.is(await files.plain(merge.content), BASE.replace('user: u', 'user: u2').replace('5432', '1'))
    assert.equal((await files.open(merge.content)).dataKey, (await files.open(theirs)).dataKey)
    assert.equal(await files.recipients(merge.content), [files.alice.recipient, files.bob.recipient])
    assert.is(lineOf(merge.content, 'port:'), lineOf(theirs, 'port:'))
    const swapped = await files.merge({ base, ours: theirs, theirs: ours })
    assert.equal(swapped.recipients, { added: [files.bob.recipient], removed: [] })
  })

  test('a removed recipient stays removed, and gets no data key that it knows', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\nB=2\n', [files.alice, files.bob])
    const ours = await files.reach(base, [files.alice, files.bob], 'rotated', 'A=2\nB=2\n')
    const theirs = await files.reach(base, [files.alice], 'rotated', 'A=1\nB=3\n')
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'merged')
    assert.is(await files.plain(merge.content), 'A=2\nB=3\n')
    assert.equal(await files.recipients(merge.content), [files.alice.recipient])
    assert.not.equal((await files.open(merge.content)).dataKey, (await files.open(ours)).dataKey)
    assert.equal(merge.recipients, { added: [], removed: [files.bob.recipient] })
  })

  test('a base that only former recipients open is read with the key that stayed', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\nB=2\n', [files.alice, files.bob])
    const dataKey = (await files.open(base)).dataKey
    const groups = await files.keyring.wrap(dataKey, [[files.bob.recipient]], 0)
    const locked = await files.next(base, undefined, { metadata: { groups } })
    const ours = await files.next(base, 'A=2\nB=2\n')
    const theirs = await files.next(base, 'A=1\nB=3\n')
    const merge = await files.merge({ base: locked, ours, theirs })
    assert.is(await files.plain(merge.content), 'A=2\nB=3\n')
  })

  test('both added the file: what only one has is kept, what differs conflicts', async () => {
    const files = await SealedVersions.of('a.yaml')
    const ours = await files.first('a: 1\nb: 2\n')
    const theirs = await files.first('a: 1\nc: 3\n')
    const merge = await files.merge({ base: undefined, ours, theirs })
    assert.is(await files.plain(merge.content), 'a: 1\nb: 2\nc: 3\n')
    const conflict = await files.merge({ base: undefined, ours, theirs: await files.first('a: 9\n') })
    assert.equal(conflict.conflicts, ['a: added by both'])
  })

  test('line endings, a missing last line break and CRLF markers', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\r\nB=2')
    const ours = await files.next(base, 'A=1\r\nB=2\r\nC=3')
    const theirs = await files.next(base, 'A=1\r\nB=2\r\nD=4')
    assert.is(await files.plain((await files.merge({ base, ours, theirs })).content), 'A=1\r\nB=2\r\nC=3\r\nD=4')
  })

  test('a new selection of one side is taken', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first('name: n\npassword: p\n')
    const ours = await files.next(base, 'name: n2\npassword: p\n')
    const selection = { by: 'encrypted_regex', pattern: '^password$' } as const
    const theirs = await files.next(base, undefined, { metadata: { selection } })
    const merge = await files.merge({ base, ours, theirs })
    assert.is(lineOf(merge.content, 'name:'), 'name: n2')
    assert.match(lineOf(merge.content, 'password:'), /ENC/)
  })

  test('a binary file is merged by lines where it is text', async () => {
    const files = await SealedVersions.of('a.pem')
    const base = await files.first('1\n2\n3\n4\n5\n')
    const ours = await files.next(base, 'one\n2\n3\n4\n5\n')
    const theirs = await files.next(base, '1\n2\n3\n4\nfive\n')
    assert.is(await files.plain((await files.merge({ base, ours, theirs })).content), 'one\n2\n3\n4\nfive\n')
    const neighbour = await files.next(base, '1\ntwo\n3\n4\n5\n')
    assert.is((await files.merge({ base, ours, theirs: neighbour })).outcome, 'conflict')
  })
})

suite('merging without a key', (test) => {
  test('equal values are merged by ciphertext: new recipients on one side, new values on the other', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const dataKey = (await files.open(base)).dataKey
    const [added = []] = await files.keyring.wrap(dataKey, [[files.bob.recipient]], 0)
    const [groups = []] = (await files.open(base)).sealed.metadata.groups
    const ours = await files.next(base, undefined, { metadata: { groups: [[...groups, ...added]] } })
    const theirs = await files.next(base, BASE.replace('5432', '1'))
    const merge = await files.merge({ base, ours, theirs }, files.nobody)
    assert.is(merge.outcome, 'merged')
    assert.is(await files.plain(merge.content), BASE.replace('5432', '1'))
    assert.equal(await files.recipients(merge.content), [files.alice.recipient, files.bob.recipient])
  })

  test('values of both sides would need a new MAC: a conflict that says so', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('user: u', 'user: u2'))
    const theirs = await files.next(base, BASE.replace('5432', '1'))
    const merge = await files.merge({ base, ours, theirs }, files.nobody)
    assert.is(merge.outcome, 'conflict')
    assert.equal(merge.conflicts, ['merged by ciphertext, but only somebody with a key can make the MAC'])
    const text = Buffer.from(merge.content).toString('utf8')
    assert.match(text, /<<<<<<< ours\n    mac: /)
    assert.is(lineOf(merge.content, 'user:'), lineOf(ours, 'user:'))
    assert.is(lineOf(merge.content, 'port:'), lineOf(theirs, 'port:'))
    assert.is(merge.solvable, undefined)
  })

  test('other data keys, damage and text that is none end in a conflict of the whole', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\nB=2\n')
    const ours = await files.next(base, 'A=2\nB=2\n')
    const theirs = await files.reach(base, [files.alice], 'rotated', 'A=1\nB=3\n')
    const merge = await files.merge({ base, ours, theirs }, files.nobody)
    assert.is(merge.outcome, 'conflict')
    const sides = markedVersions(Buffer.from(merge.content).toString('utf8'))
    assert.is(sides?.ours, ours.toString('utf8'))
    assert.is(sides?.theirs, theirs.toString('utf8'))
    const cut = Buffer.from(ours.toString('utf8').replace(/^A=.*\n/, ''))
    const damaged = await files.merge({ base, ours: cut, theirs: await files.next(base, 'A=1\nB=9\n') })
    assert.is(damaged.outcome, 'conflict')
    assert.is(damaged.problem?.code, 'MAC_MISMATCH')
    const noise = await files.merge({ base, ours: randomBytes(40), theirs })
    assert.is(noise.outcome, 'conflict')
  })

  test('one side alone needs no key', async () => {
    const files = await SealedVersions.of('a.env')
    const base = await files.first('A=1\n')
    const ours = await files.next(base, 'A=2\n')
    assert.equal((await files.merge({ base, ours, theirs: base }, files.nobody)).content, ours)
    assert.equal((await files.merge({ base, ours: base, theirs: ours }, files.nobody)).content, ours)
  })
})
