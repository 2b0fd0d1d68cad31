import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { formatByName } from '../../src/formats/find-format.ts'
import { type DecryptedFile, decryptFiles } from '../../src/project/decrypt-files.ts'
import { decryptedEntry } from '../../src/project/decrypted-entry.ts'
import { outputPaths, type WrittenOut } from '../../src/project/output-paths.ts'
import type { TargetFile } from '../../src/project/targets.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { secretProject } from './support/secret-project.ts'

async function decrypted(
  context: Pick<TestContext, 'onCleanup'>,
  file: Readonly<Record<string, string | Uint8Array>>,
  format?: string,
): Promise<DecryptedFile> {
  const made = await secretProject(context, file)
  await made.encrypt('env')
  const { project, keyring } = made
  const [only] = await decryptFiles(await made.targets('env'), { project, keyring, format })
  if (only === undefined) throw new Error('nothing was decrypted')
  return only
}

async function converted(
  context: Pick<TestContext, 'onCleanup'>,
  file: Readonly<Record<string, string | Uint8Array>>,
  format: string,
): Promise<string> {
  return Buffer.from((await decrypted(context, file, format)).content).toString()
}

async function entry(file: DecryptedFile, path: string, format?: string): Promise<string> {
  const named = format === undefined ? undefined : await formatByName(format)
  return Buffer.from(await decryptedEntry(file, path, named)).toString()
}

suite('decrypt-files', (test) => {
  test('converts between formats by their values', async (context) => {
    assert.is(await converted(context, { 'secrets/a.env': '# c\nA=1\n' }, 'json'), '{\n\t"A": "1"\n}\n')
    assert.is(await converted(context, { 'secrets/a.json': '{"a": 1, "b": "x"}' }, 'dotenv'), 'a=1\nb=x\n')
    assert.is(
      await converted(context, { 'secrets/a.yaml': 'a: &x {b: 1}\nc: *x\n' }, 'json')
        .then(JSON.parse)
        .then(JSON.stringify),
      '{"a":{"b":1},"c":{"b":1}}',
    )
    assert.match(await converted(context, { 'secrets/a.json': '{"s": {"k": "v"}}' }, 'ini'), /^\[s\]\nk *= *v\n$/)
    assert.is(await converted(context, { 'secrets/a.txt': 'text\n' }, 'json'), '{\n\t"data": "text\\n"\n}\n')
    assert.is(await converted(context, { 'secrets/a.json': '{"data": "text"}' }, 'binary'), 'text')
  })

  test('keeps a file of the wanted format as it is', async (context) => {
    const text = '{"a":   1}'
    const same = await decrypted(context, { 'secrets/a.json': text }, 'json')
    assert.is(Buffer.from(same.content).toString(), text)
  })

  test('counts the comments that a conversion leaves out', async (context) => {
    const file = { 'secrets/a.yaml': '# one\na: 1 # two\nb:\n  - x\n  # three\n  - y\n' }
    assert.is((await decrypted(context, file, 'json')).droppedComments, 3)
  })

  test('names what another format cannot carry', async (context) => {
    const nested = await errorOf(decrypted(context, { 'secrets/a.json': '{"a": {"b": 1}}' }, 'dotenv'))
    assert.equal([nested.code, nested.place.file, nested.place.path], ['FORMAT_INVALID', 'secrets/a.json', 'a'])
    const bytes = await errorOf(decrypted(context, { 'secrets/a.bin': Buffer.from([255, 0]) }, 'json'))
    assert.is(bytes.code, 'FORMAT_INVALID')
    const several = await errorOf(decrypted(context, { 'secrets/a.yaml': 'a: 1\n---\nb: 2\n' }, 'json'))
    assert.is(several.code, 'FORMAT_INVALID')
    assert.is((await errorOf(decrypted(context, { 'secrets/a.json': '{"a": 1}' }, 'binary'))).code, 'FORMAT_INVALID')
  })

  test('refuses a file in clear, and one whose values were exchanged, before anything comes out', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=1\n' })
    const { project, keyring } = made
    const plain = await errorOf(decryptFiles(await made.targets('env'), { project, keyring }))
    assert.is(plain.code, 'NOT_ENCRYPTED')
    await made.encrypt('env')
    made.write('secrets/a.env', made.read('secrets/a.env').replace(/^A=.*\n/, ''))
    assert.is((await errorOf(decryptFiles(await made.targets('env'), { project, keyring }))).code, 'MAC_MISMATCH')
  })

  test('gives one entry raw, a map or a list as YAML or in a format', async (context) => {
    const file = await decrypted(context, { 'secrets/a.json': '{"a": {"b": [1, "x\\ny"], "n": null, "t": true}}' })
    assert.is(await entry(file, 'a.b[1]'), 'x\ny')
    assert.is(await entry(file, '["a"]["n"]'), 'null')
    assert.is(await entry(file, 'a.t', 'json'), 'true')
    assert.is(await entry(file, 'a.b'), '- 1\n- |-\n    x\n    y\n')
    assert.equal(JSON.parse(await entry(file, 'a', 'json')), { b: [1, 'x\ny'], n: null, t: true })
  })

  test('says what is near a path that leads nowhere', async (context) => {
    const file = await decrypted(context, { 'secrets/a.json': '{"database": {"password": "x"}, "l": [1]}' })
    const missing = await errorOf(entry(file, 'database.pasword'))
    assert.equal([missing.code, missing.hint], ['BAD_PATH', 'did you mean database.password?'])
    assert.is((await errorOf(entry(file, 'l', 'json'))).code, 'BAD_PATH')
    const binary = await decrypted(context, { 'secrets/a.bin': 'x' })
    assert.is((await errorOf(entry(binary, 'data'))).code, 'BAD_PATH')
  })
})

function at(relative: string, path: string): TargetFile {
  return { path, relative, shown: relative, environment: undefined }
}

suite('output-paths', (test) => {
  test('keeps the tree of the project, and the name of what lies elsewhere', async () => {
    const [json, dotenv, binary] = await Promise.all(['json', 'dotenv', 'binary'].map(formatByName))
    if (json === undefined || dotenv === undefined || binary === undefined) throw new Error('a format is missing')
    const folder = join('/', 'out')
    const paths = outputPaths(
      [
        { target: at('s/a.json', '/p/s/a.json'), from: json, to: json },
        { target: at('/p/x/b.json', '/p/x/b.json'), from: json, to: dotenv },
        { target: at('/else/.env', '/else/.env'), from: dotenv, to: json },
        { target: at('c.json', '/p/c.json'), from: json, to: binary },
      ],
      folder,
      '/p',
    )
    assert.equal(
      paths,
      ['s/a.json', 'x/b.env', '.env.json', 'c'].map((path) => join(folder, path)),
    )
  })

  test('refuses to write two files to one', async () => {
    const json = await formatByName('json')
    const written = (path: string): WrittenOut => ({ target: at(path, path), from: json, to: json })
    const error = await errorOf(
      Promise.resolve().then(() => outputPaths([written('/a/x.json'), written('/b/x.json')], '/out', '/p')),
    )
    assert.is(error.code, 'NAME_CLASH')
  })
})
