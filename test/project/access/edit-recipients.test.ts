import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  addToEnvironment,
  removeFromEnvironment,
  removeRecipient,
  renameRecipient,
} from '../../../src/project/access/edit-recipients.ts'
import type { Project } from '../../../src/project/model.ts'
import { readSecretsrc } from '../../../src/project/read-secretsrc.ts'
import { spell } from '../../../src/project/secretsrc-text.ts'
import { addRecipient } from '../../../src/project/write-secretsrc.ts'
import { errorOf } from '../../keys/support/keyring-parts.ts'
import { projectRoot } from '../../support/imports.ts'
import { suite } from '../../support/suite.ts'
import { validConfigs } from '../secretsrc-cases.ts'

const runs = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

const read = (text: string): Promise<Project> => readSecretsrc(Buffer.from(text), '/.secretsrc')

/** A configuration with two recipients, around the lines of one environment. */
function config(environment: string): string {
  return `version: 1\nrecipients: # who\n  # the boss\n  alice: age1x # a\n  bob: age1y # b\n\nenvironments:\n${environment}`
}

const NOTATIONS: Readonly<Record<string, readonly [string, string]>> = {
  'a flow list, first': ['  e: { files: a, recipients: [bob, alice] }\n', '  e: { files: a, recipients: [alice] }\n'],
  'a flow list, last': [
    '  e: { files: a, recipients: [alice, bob] } # x\n',
    '  e: { files: a, recipients: [alice] } # x\n',
  ],
  'a block list, first': [
    '  e:\n    recipients:\n      - bob # b\n      # then\n      - alice\n    files: a\n',
    '  e:\n    recipients:\n      # then\n      - alice\n    files: a\n',
  ],
  'a block list, last, without a final newline': [
    '  e:\n    files: a\n    recipients:\n    - alice\n    - "bob"',
    '  e:\n    files: a\n    recipients:\n    - alice',
  ],
  'a group in a block': [
    '  e:\n    files: a\n    groups:\n      - - bob\n        - alice\n      - [alice, bob]\n',
    '  e:\n    files: a\n    groups:\n      - - alice\n      - [alice]\n',
  ],
}

suite('edit recipients', (test) => {
  for (const [name, [before, after]] of Object.entries(NOTATIONS)) {
    for (const [ending, change] of [
      ['LF', (text: string) => text],
      ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ] as const) {
      test(`removes a name from ${name}, ${ending}, and keeps the rest to the byte`, async () => {
        assert.is(await removeFromEnvironment(change(config(before)), 'e', 'bob'), change(config(after)))
        const again = await removeFromEnvironment(change(config(after)), 'e', 'bob')
        assert.is(again, change(config(after)))
      })
    }
  }

  test('keeps the comment on the item before the one that goes', async () => {
    const text = config('  e:\n    files: a\n    recipients: [\n      alice, # a\n      bob\n    ]\n')
    const edited = await removeFromEnvironment(text, 'e', 'bob')
    assert.match(edited, 'alice, # a\n')
    assert.equal((await read(edited)).environments[0]?.groups, [['alice']])
  })

  test('refuses to leave an environment, or a group of it, without anybody', async () => {
    const alone = config('  e: { files: a, recipients: bob }\n')
    assert.is((await errorOf(removeFromEnvironment(alone, 'e', 'bob'))).code, 'NO_RECIPIENTS')
    const group = config('  e: { files: a, groups: [[alice], [bob]] }\n')
    const error = await errorOf(removeFromEnvironment(group, 'e', 'bob'))
    assert.is(error.code, 'NO_RECIPIENTS')
    assert.match(error.hint ?? '', 'secrets grant NAME e')
  })

  test('says which names there are', async () => {
    const text = config('  e: { files: a, recipients: [bob] }\n')
    assert.is((await errorOf(removeFromEnvironment(text, 'x', 'bob'))).code, 'UNKNOWN_TARGET')
    const error = await errorOf(renameRecipient(text, 'carol', 'dora'))
    assert.is(error.code, 'UNKNOWN_TARGET')
    assert.match(error.hint ?? '', 'alice, bob')
    assert.is((await errorOf(removeRecipient(text, 'carol'))).code, 'UNKNOWN_TARGET')
    assert.is((await errorOf(renameRecipient(text, 'bob', 'alice'))).code, 'ALREADY_EXISTS')
  })

  test('removes a recipient with its line, and none that an environment names', async () => {
    const text = config('  e: { files: a, recipients: [alice] }\n')
    assert.is(await removeRecipient(text, 'bob'), text.replace('  bob: age1y # b\n', ''))
    const error = await errorOf(removeRecipient(text, 'alice'))
    assert.match(error.message, 'alice can still read e')
    assert.match(error.hint ?? '', 'secrets revoke alice')
  })

  test('leaves keys in parts as they are, and renames and removes them like any other', async () => {
    const text = `${validConfigs['keys in parts'] ?? ''}environments:\n  e: { files: a, recipients: [aws, vault] }\n`
    const added = await addRecipient(text, { name: 'zoe', reference: 'age1z' })
    assert.is(added.replace('  zoe: age1z\n', ''), text)
    assert.ok((await read(added)).recipients.has('zoe'))
    const renamed = await renameRecipient(text, 'aws', 'amazon')
    assert.is(renamed, text.replace('  aws:\n', '  amazon:\n').replace('[aws,', '[amazon,'))
    const without = await removeRecipient(await removeFromEnvironment(text, 'e', 'vault'), 'vault')
    const lines = '  vault:\n    address: https://vault.example.org:8200\n    path: team/transit\n    key: secrets\n'
    assert.is(without, text.replace(lines, '').replace('[aws, vault]', '[aws]'))
    const flow = await removeRecipient(text, 'gcp')
    assert.is(flow, text.replace(/ {2}gcp: .*\n/, ''))
    const first = await removeRecipient(await removeFromEnvironment(text, 'e', 'aws'), 'aws')
    assert.equal([...(await read(first)).recipients.keys()], ['gcp', 'azure', 'newest', 'vault'])
    assert.match(first, /^version: 1\nrecipients:\n {2}gcp:/)
  })

  test('renames wherever the name stands, and nowhere else', async () => {
    const text = config(
      '  bob: { files: bob, recipients: [alice, bob] } # bob\n  e:\n    files: b\n    groups: [[bob], ["bob", alice]]\n',
    )
    const edited = await renameRecipient(text, 'bob', 'bob, laptop'.replace(',', ''))
    assert.match(edited, '  bob laptop: age1y # b\n')
    assert.match(edited, '  bob: { files: bob, recipients: [alice, bob laptop] } # bob\n')
    assert.match(edited, 'groups: [[bob laptop], [bob laptop, alice]]')
  })

  test('adds to the group that is named', async () => {
    const text = config('  e: { files: a, groups: [[alice], [bob]] }\n')
    assert.is((await errorOf(addToEnvironment(text, 'e', 'carol'))).code, 'USAGE')
    const withCarol = await addRecipient(text, { name: 'carol', reference: 'age1z' })
    const error = await errorOf(addToEnvironment(withCarol, 'e', 'carol'))
    assert.match(error.hint ?? '', '--group 1 to --group 2')
    assert.is((await errorOf(addToEnvironment(withCarol, 'e', 'carol', 3))).code, 'USAGE')
    const edited = await addToEnvironment(withCarol, 'e', 'carol', 2)
    assert.match(edited, 'groups: [[alice], [bob, carol]]')
    assert.is(await addToEnvironment(edited, 'e', 'carol', 2), edited)
  })

  const texts = { ...validConfigs, example: readFileSync(join(projectRoot, '.secretsrc.example'), 'utf8') }
  for (const [name, text] of Object.entries(texts)) {
    test(`${name}: a recipient that comes and goes leaves no trace`, async () => {
      const { environments } = await read(text)
      const withCarol = await addRecipient(text, { name: 'zoe', reference: 'age1zoe' })
      let edited = withCarol
      for (const each of environments) {
        edited = await addToEnvironment(edited, each.name, 'zoe', each.groups.length > 1 ? 1 : undefined)
      }
      const everywhere = await read(edited)
      assert.ok(everywhere.environments.every(({ groups }) => groups.flat().includes('zoe')))
      for (const each of environments) edited = await removeFromEnvironment(edited, each.name, 'zoe')
      const after = await read(await removeRecipient(edited, 'zoe'))
      assert.equal(
        after.environments.map(({ groups }) => groups),
        environments.map(({ groups }) => groups),
      )
    })
  }

  test('any name can be given and taken back', async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9 ._@+-]{0,12}[a-zA-Z0-9]$/)
    await fc.assert(
      fc.asyncProperty(name, async (to) => {
        if (['alice', 'bob'].includes(to) || /\.(?:ya?ml|json|env|ini)$/.test(to)) return
        const text = config('  e:\n    files: a\n    recipients:\n      - alice # x\n      - bob\n')
        const renamed = await renameRecipient(text, 'bob', to)
        assert.match(renamed, `${spell(to)}: age1y # b`)
        assert.is(await renameRecipient(renamed, to, 'bob'), text)
      }),
      { numRuns: runs },
    )
  })
})
