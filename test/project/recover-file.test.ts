import * as assert from 'uvu/assert'
import { formatPath } from '../../src/core/path-syntax.ts'
import { recoverFile } from '../../src/project/recover-file.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { suite } from '../support/suite.ts'
import { type SecretProject, secretProject } from './support/secret-project.ts'

interface Outcome {
  readonly intact: boolean
  readonly lostFrom: number | undefined
  readonly entries: readonly (readonly [string, string, unknown])[]
}

async function recovered(made: SecretProject, name: string, metadataFrom?: string): Promise<Outcome> {
  const { project, keyring } = made
  const from = metadataFrom === undefined ? undefined : await made.target(metadataFrom)
  const { intact, lostFrom, entries } = await recoverFile(await made.target(name), {
    project,
    keyring,
    metadataFrom: from,
  })
  return {
    intact,
    lostFrom,
    entries: entries.map(({ path, state, scalar }) => [formatPath(path), state, scalar?.canonical]),
  }
}

const TEXTS = {
  'secrets/a.env': 'A=one\nB=two\nC=three\n',
  'secrets/a.json': '{\n"A": "one",\n"l": ["x"],\n"B": {"b": "two"}\n}\n',
  'secrets/a.yaml': 'A: one\nl:\n- x\nB:\n  b: two\n',
  'secrets/a.ini': '[s]\nA = one\nB = two\n',
  'secrets/a.bin': 'bytes',
}

suite('recover-file', (test) => {
  test('says that a whole file is whole', async (context) => {
    const made = await secretProject(context, TEXTS)
    await made.encrypt('env')
    for (const name of Object.keys(TEXTS)) {
      const { intact, lostFrom } = await recovered(made, name)
      assert.equal([name, intact, lostFrom], [name, true, undefined])
    }
  })

  test('tells entries apart by what they are worth', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\nB=two\nC_unencrypted=three\n' })
    await made.encrypt('env')
    const moved = made.read('secrets/a.env').replace(/^B=/m, 'X=')
    made.write('secrets/a.env', `D=four\n${moved}`)
    assert.equal(await recovered(made, 'secrets/a.env'), {
      intact: false,
      lostFrom: undefined,
      entries: [
        ['D', 'unprotected', 'four'],
        ['A', 'authentic', 'one'],
        ['X', 'damaged', undefined],
        ['C_unencrypted', 'clear', 'three'],
      ],
    })
  })

  test('notices what is missing by the MAC', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\nB=two\n' })
    await made.encrypt('env')
    made.write('secrets/a.env', made.read('secrets/a.env').replace(/^A=.*\n/, ''))
    const { intact, entries } = await recovered(made, 'secrets/a.env')
    assert.equal([intact, entries], [false, [['B', 'authentic', 'two']]])
  })

  test('reads a text that was cut off at any place, with the metadata of an older copy', async (context) => {
    const made = await secretProject(context, TEXTS)
    await made.encrypt('env')
    for (const [name, copy] of [
      ['secrets/a.env', 'env.copy.env'],
      ['secrets/a.json', 'json.copy.json'],
      ['secrets/a.yaml', 'yaml.copy.yaml'],
      ['secrets/a.ini', 'ini.copy.ini'],
    ] as const) {
      const sealed = made.read(name)
      made.write(copy, sealed)
      const second = sealed.indexOf('ENC[', sealed.indexOf('ENC[') + 1)
      made.write(name, sealed.slice(0, second + 20))
      const { intact, lostFrom, entries } = await recovered(made, name, copy)
      assert.equal([name, entries[0]?.slice(1)], [name, ['authentic', 'one']])
      assert.equal([name, intact, (lostFrom ?? 2) >= 2], [name, false, true])
      assert.ok(
        entries.slice(1).every(([, state]) => state !== 'authentic'),
        name,
      )
    }
  })

  test('goes on behind a byte that is no UTF-8', async (context) => {
    const made = await secretProject(context, TEXTS)
    await made.encrypt('env')
    const sealed = Buffer.from(made.read('secrets/a.env'))
    sealed[10] = 0xff
    made.write('secrets/a.env', sealed)
    const { entries } = await recovered(made, 'secrets/a.env')
    assert.equal(entries.at(-1), ['C', 'authentic', 'three'])
    assert.is(entries.length, 3)
  })

  test('says where metadata that are gone can be had', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\n' })
    await made.encrypt('env')
    made.write('secrets/a.env', made.read('secrets/a.env').split('\n').slice(0, 1).join('\n'))
    const { project, keyring } = made
    const error = await errorOf(recoverFile(await made.target('secrets/a.env'), { project, keyring }))
    assert.is(error.code, 'NOT_ENCRYPTED')
    assert.match(error.hint ?? '', 'git show HEAD:secrets/a.env > older')
  })

  test('gives up on a text that is nothing of its format', async (context) => {
    const made = await secretProject(context, { 'secrets/a.json': 'no json at all' })
    const { project, keyring } = made
    const error = await errorOf(recoverFile(await made.target('secrets/a.json'), { project, keyring }))
    assert.equal([error.code, error.place.file], ['FORMAT_INVALID', 'secrets/a.json'])
  })
})
