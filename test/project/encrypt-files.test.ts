import * as assert from 'uvu/assert'
import { DEFAULT_SELECTION } from '../../src/core/metadata-model.ts'
import { decryptFiles } from '../../src/project/decrypt-files.ts'
import { encryptFile, encryptFiles } from '../../src/project/encrypt-files.ts'
import type { SealingRule } from '../../src/project/seal-new-file.ts'
import { secretFileOf } from '../../src/project/secret-file.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { suite } from '../support/suite.ts'
import { secretProject } from './support/secret-project.ts'

const JSON_TEXT = '{\n\t"a": { "pw": "x y z" },\n  "n": 1.0\n}'
const FILES = {
  'secrets/a.json': JSON_TEXT,
  'secrets/b.env': '# note\r\nA=1\r\n',
  'secrets/c.yaml': 'a: "q"   # note\nb: >\n  folded\n  text\n',
  'secrets/d.ini': '[s]\nk = v\n',
  'secrets/e.bin': Buffer.from([0, 255, 10]),
}

function rule(recipient: string): SealingRule {
  return { groups: [[recipient]], threshold: 0, selection: DEFAULT_SELECTION, macOnlyEncrypted: false }
}

suite('encrypt-files', (test) => {
  test('encrypts files of every format so that they decrypt to the same bytes', async (context) => {
    const made = await secretProject(context, FILES)
    const results = await made.encrypt('env')
    assert.equal(
      results.map(({ outcome, normalized }) => [outcome, normalized]),
      Object.keys(FILES).map(() => ['encrypted', []]),
    )
    const decrypted = await decryptFiles(await made.targets('env'), { project: made.project, keyring: made.keyring })
    assert.equal(
      decrypted.map(({ content }) => Buffer.from(content).toString('hex')),
      Object.values(FILES).map((content) => Buffer.from(content).toString('hex')),
    )
  })

  test('leaves what is encrypted alone, without asking for a key', async (context) => {
    const made = await secretProject(context, FILES)
    await made.encrypt('env')
    const again = await encryptFiles(await made.targets('env'), {
      ...made.options,
      keyring: () => Promise.reject(new Error('no key is needed')),
    })
    assert.ok(again.every(({ outcome, change }) => outcome === 'unchanged' && change === undefined))
  })

  test('encrypts what was added in clear, and keeps the rest to the byte', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\nB=two\n' })
    await made.encrypt('env')
    const [first, second] = made.read('secrets/a.env').split('\n')
    made.write('secrets/a.env', `NEW=three\n${made.read('secrets/a.env')}`)
    const [result] = await made.encrypt('env')
    assert.is(result?.outcome, 'completed')
    assert.is(result?.encrypted, 1)
    assert.equal(result?.replaced, [])
    const lines = made.read('secrets/a.env').split('\n')
    assert.equal(lines.slice(1, 3), [first, second])
    assert.match(lines[0] ?? '', /^NEW=ENC\[/)
  })

  test('says which values took the place of encrypted ones', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\nB=two\n' })
    await made.encrypt('env')
    made.write('secrets/a.env', made.read('secrets/a.env').replace(/^B=.*$/m, 'B=by hand'))
    const [result] = await made.encrypt('env')
    assert.equal(result?.replaced, ['B'])
    const [plain] = await decryptFiles(await made.targets('env'), { project: made.project, keyring: made.keyring })
    assert.is(Buffer.from(plain?.content ?? '').toString(), 'A=one\nB=by hand\n')
  })

  test('encrypts a comment that was added in clear', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\n' })
    await made.encrypt('env')
    made.write('secrets/a.env', `# the old one was hunter2\n${made.read('secrets/a.env')}`)
    const [result] = await made.encrypt('env')
    assert.is(result?.outcome, 'completed')
    assert.not.match(made.read('secrets/a.env'), 'hunter2')
    assert.is((await made.encrypt('env'))[0]?.outcome, 'unchanged')
  })

  test('says that adding takes a key, and where', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\n' })
    await made.encrypt('env')
    made.write('secrets/a.env', `NEW=marker\n${made.read('secrets/a.env')}`)
    const keyring = () => Promise.resolve(made.emptyKeyring)
    const error = await errorOf(encryptFiles(await made.targets('env'), { ...made.options, keyring }))
    assert.is(error.code, 'CANNOT_OPEN')
    assert.match(error.message, 'only be added with the file')
    assert.equal({ ...error.place }, { file: 'secrets/a.env', line: 1, column: 5, path: 'NEW' })
  })

  test('refuses to add for a recipient that the environment does not name', async (context) => {
    const made = await secretProject(context, { 'a.json': '{"a": "b"}' })
    const both = { ...rule(made.alice.recipient), groups: [[made.alice.recipient, made.mallory.recipient]] }
    const [outside] = await encryptFiles(await made.targets('a.json'), { ...made.options, rule: both })
    made.write(
      'secrets/a.json',
      Buffer.from(outside?.content ?? '')
        .toString()
        .replace('{', '{"new": "v", '),
    )
    const error = await errorOf(encryptFiles(await made.targets('env'), made.options))
    assert.is(error.code, 'UNEXPECTED_RECIPIENT')
    assert.equal(error.details, [made.mallory.recipient])
    assert.match(error.hint ?? '', 'secrets sync secrets/a.json')
  })

  test('takes rules for files of no environment, and only for those', async (context) => {
    const made = await secretProject(context, { 'a.json': '{"a": "b"}', 'secrets/b.json': '{"a": "b"}' })
    const options = { ...made.options, rule: rule(made.alice.recipient) }
    const [outside] = await encryptFiles(await made.targets('a.json'), options)
    assert.is(outside?.outcome, 'encrypted')
    assert.is((await errorOf(encryptFiles(await made.targets('a.json'), made.options))).code, 'NO_RECIPIENTS')
    assert.is((await errorOf(encryptFiles(await made.targets('env'), options))).code, 'USAGE')
    await made.encrypt('env')
    assert.is((await errorOf(encryptFiles(await made.targets('env'), options))).code, 'ALREADY_ENCRYPTED')
  })

  test('counts nothing where the selection selects nothing', async (context) => {
    const made = await secretProject(context, { 'secrets/a.json': '{"a": "b"}' }, ', encrypt: { only: ^never$ }')
    assert.is((await made.encrypt('env'))[0]?.encrypted, 0)
  })

  test('gives no result at all when one file fails', async (context) => {
    const made = await secretProject(context, { 'secrets/a.json': '{"a": "b"}', 'secrets/b.json': '{"a": ' })
    const error = await errorOf(encryptFiles(await made.targets('env'), made.options))
    assert.is(error.code, 'FORMAT_INVALID')
    assert.is(error.place.file, 'secrets/b.json')
  })

  test('encrypts content that is on no disk', async (context) => {
    const made = await secretProject(context, {})
    const target = {
      path: 'secrets/x.json',
      shown: 'x.json',
      relative: 'x.json',
      environment: made.project.environments[0],
    }
    const result = await encryptFile(await secretFileOf(target, Buffer.from('{"a": "b"}')), made.options)
    assert.is(result.encrypted, 1)
  })
})
