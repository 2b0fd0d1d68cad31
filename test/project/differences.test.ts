import * as assert from 'uvu/assert'
import { DEFAULT_SELECTION, type KeyEntry, type Metadata } from '../../src/core/metadata-model.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { type Differences, differences, differs } from '../../src/project/differences.ts'
import type { Project } from '../../src/project/model.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { suite } from '../support/suite.ts'

/** References are canonical in upper case; an entry of a file has its own in `recipient`. */
const keyring: Pick<Keyring, 'references' | 'canonical' | 'known'> = {
  known: async (references) => references,
  references: async (groups) => groups.map((group) => group.map(recipientOf)),
  canonical: async (reference) => {
    if (reference === 'unknown') throw new Error('no provider')
    return reference.toUpperCase()
  },
}

function recipientOf({ fields }: KeyEntry): string {
  const { recipient } = fields
  return typeof recipient === 'string' ? recipient : ''
}

function metadata(groups: readonly (readonly string[])[], more: Partial<Metadata> = {}): Metadata {
  return {
    groups: groups.map((group) => group.map((recipient) => ({ kind: 'age', fields: { recipient } }))),
    shamirThreshold: 0,
    lastModified: '',
    mac: '',
    selection: DEFAULT_SELECTION,
    macOnlyEncrypted: false,
    seal: '',
    version: '3.13.2',
    unknown: [],
    ...more,
  }
}

async function project(rule: string): Promise<Project> {
  const text = `version: 1\nrecipients: { alice: a, bob: b, carol: c, other: unknown }\nenvironments: { dev: { files: x, ${rule} } }\n`
  return readSecretsrc(Buffer.from(text), '/.secretsrc')
}

async function compare(rule: string, file: Metadata, selectable = true): Promise<Differences> {
  const read = await project(rule)
  const [environment] = read.environments
  if (environment === undefined) throw new Error('no environment')
  return differences(file, environment, { project: read, keyring, selectable })
}

function threeGroups(threshold: string): string {
  return `groups: [[alice], [bob], [carol]]${threshold}`
}

suite('differences', (test) => {
  test('none, whatever the order', async () => {
    assert.not(differs(await compare('recipients: [alice, bob]', metadata([['B', 'A']]))))
    assert.not(differs(await compare('groups: [[alice], [bob, carol]]', metadata([['C', 'B'], ['A']]))))
  })

  test('who is missing, and who is there without being wanted, by name where it is known', async () => {
    const found = await compare('recipients: [alice, bob]', metadata([['A', 'C', 'X']]))
    assert.equal(found.missing, ['bob'])
    assert.equal(found.extra, [
      { reference: 'C', name: 'carol' },
      { reference: 'X', name: undefined },
    ])
    assert.ok(differs(found))
  })

  test('the same people in other groups', async () => {
    const found = await compare('groups: [[alice], [bob, carol]]', metadata([['A', 'B'], ['C']]))
    assert.equal([found.missing, found.extra, found.regrouped], [[], [], true])
    assert.ok((await compare('recipients: [alice, bob]', metadata([['A'], ['B']]))).regrouped)
  })

  test('the threshold, where "all" is the number of groups', async () => {
    const groups = [['A'], ['B'], ['C']]
    assert.equal((await compare(threeGroups(', threshold: 2'), metadata(groups))).threshold, { file: 3, wanted: 2 })
    assert.is((await compare(threeGroups(''), metadata(groups, { shamirThreshold: 3 }))).threshold, undefined)
    assert.is((await compare('recipients: [alice]', metadata([['A']], { shamirThreshold: 7 }))).threshold, undefined)
  })

  test("the selection, where none is sops's default, and the MAC", async () => {
    const rule = 'recipients: alice, encrypt: { only: x }, mac: encrypted'
    const found = await compare(rule, metadata([['A']]))
    assert.equal(found.selection?.wanted, { by: 'encrypted_regex', pattern: 'x' })
    assert.equal(found.macOnlyEncrypted, { file: false, wanted: true })
    assert.not(differs(await compare('recipients: alice', metadata([['A']], { selection: { by: 'none' } }))))
    assert.not(differs(await compare(rule, metadata([['A']]), false)))
  })
})
