import * as assert from 'uvu/assert'
import { DEFAULT_SELECTION } from '../../src/core/metadata-model.ts'
import { encryptFiles } from '../../src/project/encrypt-files.ts'
import { type FileStatus, fileStatuses, isInOrder } from '../../src/project/file-status.ts'
import { missingFiles } from '../../src/project/missing-files.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { suite } from '../support/suite.ts'
import { type SecretProject, secretProject } from './support/secret-project.ts'

async function statusOf(made: SecretProject, checkMac = true): Promise<FileStatus> {
  const { project, keyring } = made
  const [only] = await fileStatuses(await made.targets('env'), { project, keyring, checkMac })
  if (only === undefined) throw new Error('no file')
  return only
}

function change(made: SecretProject, path: string, from: string | RegExp, to: string): void {
  const before = made.read(path)
  made.write(path, before.replace(from, to))
  assert.is.not(made.read(path), before)
}

suite('file-status', (test) => {
  test('finds nothing wrong with a file that was just encrypted', async (context) => {
    const made = await secretProject(context, {
      'secrets/a.json': '{"a": "b", "n": null, "e": "", "c_unencrypted": 1}',
    })
    await made.encrypt('env')
    const status = await statusOf(made)
    assert.equal(
      [status.state, status.mac, status.values.encrypted, isInOrder(status)],
      ['encrypted', 'right', 1, true],
    )
  })

  test('does not check a MAC without being asked to, or without a key', async (context) => {
    const made = await secretProject(context, { 'secrets/a.json': '{"a": "b"}' })
    await made.encrypt('env')
    assert.is((await statusOf(made, false)).mac, 'not checked')
    const without = await statusOf({ ...made, keyring: made.emptyKeyring })
    assert.equal([without.mac, isInOrder(without), without.problems], ['not checked', true, []])
  })

  test('lists the values of a plain file that should be encrypted', async (context) => {
    const made = await secretProject(context, { 'secrets/a.yaml': 'a: 1\nb_unencrypted: 2\nc:\n  - x\n' })
    const status = await statusOf(made)
    assert.equal([status.state, isInOrder(status)], ['plain', false])
    assert.equal(status.values.plainValues, [
      { path: 'a', line: 1, column: 4 },
      { path: 'c[0]', line: 4, column: 5 },
    ])
  })

  test('lists values and comments in clear, and ciphertext where none belongs', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=1\nB=2\n' })
    await made.encrypt('env')
    const token = /^A=(.*)$/m.exec(made.read('secrets/a.env'))?.[1] ?? ''
    made.write('secrets/a.env', `# note\nNEW=1\nX_unencrypted=${token}\n${made.read('secrets/a.env')}`)
    const { values, mac } = await statusOf(made)
    assert.equal(values.plainComments, [{ path: '', line: 1, column: 1 }])
    assert.equal(values.plainValues, [{ path: 'NEW', line: 2, column: 5 }])
    assert.equal(
      values.strayCiphertext.map(({ path }) => path),
      ['X_unencrypted'],
    )
    assert.is(mac, 'replaced')
  })

  test('tells a wrong MAC, a damaged value and a file that cannot be read apart', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=1\nB=2\n' })
    await made.encrypt('env')
    const sealed = made.read('secrets/a.env')
    change(made, 'secrets/a.env', /^A=.*\n/, '')
    assert.equal([(await statusOf(made)).mac, isInOrder(await statusOf(made))], ['wrong', false])
    made.write('secrets/a.env', sealed)
    change(made, 'secrets/a.env', /^A=(ENC.*)$/m, 'Z=$1')
    const damaged = await statusOf(made)
    assert.equal([damaged.mac, damaged.problems.map(({ code }) => code)], ['not checked', ['VALUE_DAMAGED']])
    made.write('secrets/a.env', 'no equals sign\n')
    const unusable = await statusOf(made)
    assert.equal([unusable.state, unusable.problems.map(({ code }) => code)], ['unusable', ['FORMAT_INVALID']])
    assert.not.ok(isInOrder(unusable))
  })

  test('says how a file differs from its environment', async (context) => {
    const made = await secretProject(context, { 'a.json': '{"a": "b"}' }, ', encrypt: { only: ^a$ }, mac: encrypted')
    const rule = {
      groups: [[made.mallory.recipient]],
      threshold: 0,
      selection: DEFAULT_SELECTION,
      macOnlyEncrypted: false,
    }
    const [outside] = await encryptFiles(await made.targets('a.json'), { ...made.options, rule })
    made.write('secrets/a.json', outside?.content ?? '')
    const { differences } = await statusOf(made)
    assert.equal(differences?.missing, ['alice'])
    assert.equal(differences?.extra, [{ reference: made.mallory.recipient, name: undefined }])
    assert.equal(differences?.selection?.wanted, { by: 'encrypted_regex', pattern: '^a$' })
    assert.equal(differences?.macOnlyEncrypted, { file: false, wanted: true })
  })
})

suite('missing-files', (test) => {
  test('names the patterns that nothing matches, and knows files from globs', async () => {
    const text = `version: 1
recipients: { a: age17ge80gzk99l92gwc9eapep0pl645fnrezkcvf073tzt7cm0ztajqj2xhlf }
environments:
  one: { files: [there.env, gone.env, 'none/*', { regex: never }], recipients: [a] }
`
    const { environments } = await readSecretsrc(Buffer.from(text), '/p/.secretsrc')
    const files = [{ path: '/p/there.env', shown: 'there.env', relative: 'there.env', environment: environments[0] }]
    assert.equal(
      missingFiles(environments, files).map(({ pattern, isFile }) => [pattern.text, isFile]),
      [
        ['gone.env', true],
        ['none/*', false],
      ],
    )
  })
})
