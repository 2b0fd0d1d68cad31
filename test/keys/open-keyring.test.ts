import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type SecretsError } from '../../src/core/errors.ts'
import { encodeBech32 } from '../../src/keys/age/bech32.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { suite } from '../support/suite.ts'
import { keyContext } from './support/key-context.ts'
import { errorOf, metadata, opening, person, wrapped } from './support/keyring-parts.ts'
import { fixtureDataKey, fixtureEntries, fixtureIdentities } from './support/sops-fixtures.ts'

const runs = 100 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

suite('keyring: files of sops', (test) => {
  test('opens a single recipient and Shamir groups, with every pair of keys', async () => {
    assert.is(
      await opening([fixtureEntries('types.enc.yaml')], { SOPS_AGE_KEY: fixtureIdentities[0] }),
      fixtureDataKey('types.enc.yaml'),
    )
    const groups = fixtureEntries('shamir.enc.yaml').map((entry) => [entry])
    for (const missing of [0, 1, 2, 3]) {
      const keys = fixtureIdentities.filter((_, index) => index !== missing).join(' ')
      const key = await createKeyring(keyContext({ env: { SECRETS_AGE_KEY: keys } })).open(metadata(groups, 2))
      assert.is(Buffer.from(key).toString('hex'), fixtureDataKey('shamir.enc.yaml'))
    }
  })

  test('says which groups stay shut', async () => {
    const groups = fixtureEntries('shamir.enc.yaml').map((entry) => [entry])
    const error = await errorOf(
      createKeyring(keyContext({ env: { SECRETS_AGE_KEY: fixtureIdentities[1] } })).open(metadata(groups, 2)),
    )
    assert.is(error.code, 'CANNOT_OPEN')
    assert.match(error.message, '1 of the 3 key groups of this file could be opened, and 2 are needed')
    assert.match(error.details.join('\n'), 'group 1 (not opened) recipient age1lzd99')
    assert.match(error.details.join('\n'), 'group 2 (opened) recipient age197z7')
  })
})

suite('keyring: wrap and open', (test) => {
  test('random keys come back, for several recipients, in sops’s field order', async () => {
    const people = await Promise.all([person(), person(), person()])
    const keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: people[2].identity } }))
    const references = people.map(({ recipient }) => recipient)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (key) => {
        const groups = await keyring.wrap(key, [references], 0)
        assert.equal(
          groups[0]?.map((entry) => Object.keys(entry.fields).join()),
          ['enc,recipient', 'enc,recipient', 'enc,recipient'],
        )
        assert.equal(Buffer.from(await keyring.open(metadata(groups))), Buffer.from(key))
        assert.equal(await keyring.references(groups), [references])
      }),
      { numRuns: runs },
    )
  })

  test('post-quantum recipients stand beside others', async () => {
    const people = await Promise.all([person(true), person(), person(true)])
    const { key, groups } = await wrapped(people)
    for (const { identity } of people) assert.is(await opening(groups, { SECRETS_AGE_KEY: identity }), key)
    const other = await person(true)
    const error = await errorOf(opening(groups, { SECRETS_AGE_KEY: other.identity }))
    assert.match(error.details.join('\n'), /SECRETS_AGE_KEY: age1pq1\S+…\S+ is not a recipient of this file/)
  })

  test('groups share the key: the threshold is enough, one less is not', async () => {
    const people = await Promise.all([person(), person(), person()])
    const key = randomBytes(32)
    const groups = await createKeyring(keyContext()).wrap(
      key,
      people.map(({ recipient }) => [recipient]),
      2,
    )
    const open = (...who: number[]): Promise<Uint8Array> => {
      const keys = who.map((index) => people[index]?.identity).join('\n')
      return createKeyring(keyContext({ env: { SECRETS_AGE_KEY: keys } })).open(metadata(groups, 2))
    }
    for (const who of [
      [0, 1],
      [1, 2],
      [0, 2],
      [0, 1, 2],
    ])
      assert.equal(Buffer.from(await open(...who)), key)
    for (const who of [[0], [1], [2]]) assert.is((await errorOf(open(...who))).code, 'CANNOT_OPEN')
    const all = await createKeyring(keyContext()).wrap(
      key,
      people.map(({ recipient }) => [recipient]),
      0,
    )
    const env = { SECRETS_AGE_KEY: `${people[0].identity} ${people[1].identity}` }
    assert.match((await errorOf(createKeyring(keyContext({ env })).open(metadata(all, 0)))).message, '3 are needed')
  })

  test('refuses nobody, a mistyped recipient, an unknown one and a secret key, without quoting it', async () => {
    const keyring = createKeyring(keyContext())
    const { identity, recipient } = await person()
    const wrap = (groups: string[][]): Promise<SecretsError> => errorOf(keyring.wrap(randomBytes(32), groups, 0))
    assert.is((await wrap([])).code, 'NO_RECIPIENTS')
    assert.match((await wrap([[recipient], []])).message, 'key group 2')
    for (const bad of [
      `${recipient.slice(0, -1)}b`,
      recipient.toUpperCase(),
      'age1',
      'age1demo1abc',
      'nobody',
      identity,
    ]) {
      const error = await wrap([[bad]])
      assert.is(error.code, 'BAD_RECIPIENT', bad)
      const told = `${error.message} ${error.hint}`
      assert.not(bad.length > 20 && told.includes(bad.slice(5, 20)))
    }
    assert.match((await wrap([[identity]])).message, 'secret key where a recipient belongs')
    assert.is(await keyring.canonical(` ${recipient}\n`), recipient)
    assert.is((await keyring.wrap(randomBytes(32), [[recipient, ` ${recipient}`]], 0))[0]?.length, 1)
  })

  test('a recipient whose point is of low order is refused', async () => {
    const text = encodeBech32('age', new Uint8Array(32))
    assert.is((await errorOf(createKeyring(keyContext()).wrap(randomBytes(32), [[text]], 0))).code, 'BAD_RECIPIENT')
  })
})
