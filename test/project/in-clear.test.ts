/** Files that lie in clear in the work tree because their environment is checked out decrypted. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { canonicalText, Scalar } from '../../src/core/scalar.ts'
import { isScalar } from '../../src/core/tree.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { decryptFiles } from '../../src/project/decrypt-files.ts'
import { findProject } from '../../src/project/find-project.ts'
import type { Project } from '../../src/project/model.ts'
import { openPlainFile, sealPlainFile } from '../../src/project/plain-file.ts'
import { planEntry } from '../../src/project/plan-entry.ts'
import { readEntry, readTargets } from '../../src/project/read-entry.ts'
import { changeOf, readSecretFile, type StoredForm } from '../../src/project/secret-file.ts'
import { resolveTargets, type TargetFile } from '../../src/project/targets.ts'
import { writeFiles } from '../../src/project/write-files.ts'
import { keyContext } from '../keys/support/key-context.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ALICE } from './secretsrc-cases.ts'

const CONTENT = '# why\ndb: "marker"\nport: 5432\nlist: [a, b]\n'

suite('files in clear', (test) => {
  test('are read as they lie, without any key', async (context) => {
    const { project, target, noKeyring } = await inClear(context, 'dev/app.yaml', CONTENT)
    const value = await readEntry(await readTargets([target], { project }), ['db'], { project, keyring: noKeyring })
    assert.is(isScalar(value) ? canonicalText(value) : '', 'marker')
    const [decrypted] = await decryptFiles([target], { project, keyring: createKeyring(keyContext()) })
    assert.is(Buffer.from(decrypted?.content ?? []).toString(), CONTENT)
    assert.equal(
      decrypted?.open.entries.map(({ path, encrypted }) => [path.join('.'), encrypted]),
      [
        ['db', true],
        ['port', true],
        ['list.0', true],
        ['list.1', true],
      ],
    )
  })

  test('of an environment that is checked out encrypted are refused as before', async (context) => {
    const { project, target } = await inClear(context, 'prod/app.yaml', CONTENT)
    const files = await readTargets([target], { project })
    const error = await errorOf(readEntry(files, ['db'], { project, keyring: withoutKeys }))
    assert.is(error.code, 'NOT_ENCRYPTED')
    assert.is(
      (await errorOf(openPlainFile(target, { project, keyring: withoutKeys, now: () => new Date() }))).code,
      'NOT_ENCRYPTED',
    )
  })

  test('are changed in clear, with all around the entry kept', async (context) => {
    const { project, target, noKeyring } = await inClear(context, 'dev/app.yaml', CONTENT)
    const options = { project, keyring: noKeyring, now: () => new Date() }
    const plan = { path: ['db'], allowPlaintext: false, value: async () => new Scalar('str', 'other') }
    const { change, outcome } = await planEntry(target, plan, options)
    assert.is(outcome, 'changed')
    assert.is(Buffer.from(change?.content ?? []).toString(), CONTENT.replace('marker', 'other'))
    const same = await planEntry(target, { ...plan, value: async () => new Scalar('str', 'marker') }, options)
    assert.equal([same.change, same.outcome], [undefined, 'unchanged'])
  })

  test('keep a byte order mark, and refuse what could not be encrypted later', async (context) => {
    const { project, target, noKeyring } = await inClear(context, 'dev/app.json', '\ufeff{"a": "x"}\n')
    const options = { project, keyring: noKeyring, now: () => new Date() }
    const { change } = await planEntry(
      target,
      { path: ['a'], allowPlaintext: false, value: async () => new Scalar('str', 'y') },
      options,
    )
    assert.is(Buffer.from(change?.content ?? []).toString(), '\ufeff{"a": "y"}\n')
    const plain = await openPlainFile(target, options)
    assert.is((await errorOf(sealPlainFile(plain, Buffer.from('{"a": '), options))).code, 'FORMAT_INVALID')
    assert.is(
      (await errorOf(sealPlainFile(plain, Buffer.from('{"sops": {"mac": "x"}}'), options))).code,
      'RESERVED_KEY',
    )
  })

  test('are read from git by who asks about metadata, and what is made of them is for git', async (context) => {
    const { project, target } = await inClear(context, 'dev/app.yaml', CONTENT)
    const bytes = Buffer.from(
      'db: ENC[AES256_GCM,data:,iv:,tag:,type:str]\nsops:\n    version: 3.13.0\n    age:\n        - recipient: x\n          enc: x\n    mac: x\n    lastmodified: "2024-01-01T00:00:00Z"\n',
    )
    const stored = async (): Promise<StoredForm> => ({ bytes, isFiltered: true })
    const file = await readSecretFile(target, { project, stored })
    assert.is(file.fromIndex, true)
    assert.ok(file.sealed !== undefined)
    const change = changeOf(file, Buffer.from('new'))
    assert.is(change.store, 'index')
    await writeFiles([change]).then(
      () => assert.unreachable(),
      (error: unknown) => assert.match(String(error), 'a change of the index is not for the disk'),
    )
    const missing = await readSecretFile(target, {
      project,
      stored: async () => ({ bytes: undefined, isFiltered: true }),
    })
    assert.equal([missing.fromIndex, missing.sealed], [undefined, undefined])
    assert.is(changeOf(missing, Buffer.from('new')).store, undefined)
  })
})

async function withoutKeys(): Promise<Keyring> {
  return createKeyring(keyContext())
}

interface InClear {
  readonly project: Project
  readonly target: TargetFile
  readonly noKeyring: () => Promise<never>
}

async function inClear(context: Pick<TestContext, 'onCleanup'>, path: string, content: string): Promise<InClear> {
  const cwd = temporaryFolder(context)
  writeFileSync(
    join(cwd, '.secretsrc'),
    `version: 1\nrecipients: {alice: ${ALICE}}\nenvironments:\n  dev: {files: dev/**, recipients: [alice], checkout: decrypted}\n  prod: {files: prod/**, recipients: [alice]}\n`,
  )
  writeBelow(cwd, path, content)
  const project = await findProject({ cwd, config: undefined, env: {} })
  const [target] = await resolveTargets([path], { project, cwd })
  if (target === undefined) throw new Error('no target')
  return { project, target, noKeyring: () => Promise.reject(new Error('a key was asked for')) }
}
