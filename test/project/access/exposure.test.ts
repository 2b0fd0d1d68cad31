import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { DEFAULT_SELECTION } from '../../../src/core/metadata-model.ts'
import { findFormat } from '../../../src/formats/find-format.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { type ExposureOptions, exposures } from '../../../src/project/access/exposure.ts'
import { pastAccess } from '../../../src/project/access/past-access.ts'
import type { PastVersion } from '../../../src/project/access/past-version.ts'
import { sealNewFile } from '../../../src/project/seal-new-file.ts'
import { type SecretFile, secretFileOf } from '../../../src/project/secret-file.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { type Person, person } from '../../keys/support/keyring-parts.ts'
import { projectRoot } from '../../support/imports.ts'
import { TEST_TIME } from '../../support/sealing.ts'
import { suite } from '../../support/suite.ts'

const [alice, bob, carol]: readonly Person[] = await Promise.all([person(), person(), person()])
const SSH = readFileSync(join(projectRoot, 'test/fixtures/ssh/ed25519.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
const keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: alice?.identity } }))

async function sealed(name: string, text: string, readers: readonly (Person | undefined)[]): Promise<SecretFile> {
  const groups = [readers.map((reader) => reader?.recipient ?? '')]
  const rule = { groups, threshold: 0, selection: DEFAULT_SELECTION, macOnlyEncrypted: false }
  const options = { rule, keyring, now: TEST_TIME, shown: name }
  const { content } = await sealNewFile(await findFormat(name), Buffer.from(text), options)
  return secretFileOf({ path: join('/', name), shown: name, relative: name, environment: undefined }, content)
}

let commits = 0
function version(file: SecretFile): PastVersion {
  commits += 1
  return { commit: `c${commits}`, date: `2024-01-0${commits % 9}T00:00:00Z`, file }
}

/** `path state` of every value of the recipient. */
async function states(options: Omit<ExposureOptions, 'keyring' | 'references'>): Promise<readonly string[]> {
  const [found] = await exposures({ ...options, keyring, references: [bob?.recipient ?? ''] })
  return (found?.values ?? []).map(({ file, path, state }) => `${file} ${path} ${state}`).toSorted()
}

suite('exposure', (test) => {
  test('a value that came back to what was seen is exposed; one that was never seen is not listed', async () => {
    const versions = [
      version(await sealed('a.env', 'A=1\nB=1\n', [alice, bob])),
      version(await sealed('a.env', 'A=2\nB=2\n', [alice, bob])),
      version(await sealed('a.env', 'A=3\nB=3\nNEW=1\n', [alice])),
    ]
    const present = [await sealed('a.env', 'A=1\nB=3\nNEW=1\n', [alice])]
    assert.equal(await states({ versions, present }), ['a.env A exposed', 'a.env B changed'])
  })

  test('since is the first commit with the value of now', async () => {
    const [first, second] = [
      version(await sealed('a.env', 'A=1\n', [alice, bob])),
      version(await sealed('a.env', 'A=2\n', [alice, bob])),
    ]
    const present = [await sealed('a.env', 'A=2\n', [alice])]
    const [found] = await exposures({ versions: [first, second], present, keyring, references: undefined })
    assert.is(found?.reference, bob?.recipient)
    assert.is(found?.values[0]?.since?.commit, second.commit)
  })

  test('the same text of another type is another value, and what stands in clear is nobody’s secret', async () => {
    const versions = [version(await sealed('a.yaml', 'a: 1\nb_unencrypted: x\nn: ~\n---\na: 5\n', [alice, bob]))]
    const present = [await sealed('a.yaml', 'a: "1"\nb_unencrypted: x\n---\na: 5\n', [alice])]
    assert.equal(await states({ versions, present }), ['a.yaml a (document 2) exposed', 'a.yaml a changed'])
  })

  test('a version that nobody here opens leaves what is not known to be seen unknown', async () => {
    const versions = [
      version(await sealed('a.env', 'A=1\nB=1\n', [bob])),
      version(await sealed('a.env', 'A=2\nB=2\n', [alice, bob])),
    ]
    const present = [await sealed('a.env', 'A=2\nB=3\n', [alice])]
    assert.equal(await states({ versions, present }), ['a.env A exposed', 'a.env B unknown'])
  })

  test('who can read a file now lost nothing in it, unless about to', async () => {
    const file = await sealed('a.env', 'A=1\n', [alice, bob])
    const versions = [version(file)]
    assert.equal(await states({ versions, present: [file] }), [])
    assert.equal(await states({ versions, present: [file], losing: new Set([file.target.path]) }), ['a.env A exposed'])
    assert.equal(await exposures({ versions, present: [file], keyring, references: undefined }), [])
  })

  test('a file that is gone counts for those alone who read nothing else of its environment', async () => {
    const versions = [version(await sealed('old.env', 'A=1\nB=1\n', [alice, bob]))]
    const present = [await sealed('new.env', 'A=1\n', [alice])]
    const found = await exposures({ versions, present, keyring, references: undefined })
    assert.equal(
      found.map(({ reference }) => reference),
      [bob?.recipient],
    )
    assert.equal(await states({ versions, present }), ['new.env A exposed', 'old.env B removed'])
  })

  const OLD = 'a: same text\nlist: [one, two, three]\ngone: short\nflag: true\npin: 4711\n'

  test('a value that moved within its file is found where it is, and counted once', async () => {
    const versions = [version(await sealed('a.yaml', OLD, [alice, bob]))]
    const moved = 'list: [two]\nother:\n  b: same text\n  gone: short\n  flag: true\n  pin: 4711\n'
    assert.equal(await states({ versions, present: [await sealed('a.yaml', moved, [alice])] }), [
      'a.yaml flag removed',
      'a.yaml list[0] exposed',
      'a.yaml list[2] removed',
      'a.yaml other.b exposed',
      'a.yaml other.gone exposed',
      'a.yaml pin removed',
    ])
  })

  test('a list whose order changed has changed nothing', async () => {
    const versions = [version(await sealed('a.yaml', 'l: [1, 2, 3]\n', [alice, bob]))]
    const present = [await sealed('a.yaml', 'l: [3, 1, 9]\n', [alice])]
    assert.equal(await states({ versions, present }), [
      'a.yaml l[0] exposed',
      'a.yaml l[1] exposed',
      'a.yaml l[2] changed',
    ])
  })

  test('what moved into a file that the recipient never read is known all the same; what they may read is no loss', async () => {
    const versions = [version(await sealed('b.yaml', 'token: a long text\n', [alice, bob]))]
    const never = await sealed('c.yaml', 'other: a long text\nflag: true\n', [alice])
    const open = await sealed('d.yaml', 'token: a long text\n', [alice, bob])
    const changed = await sealed('b.yaml', 'token: another text\n', [alice])
    assert.equal(await states({ versions, present: [changed, never, open] }), [
      'b.yaml token changed',
      'c.yaml other exposed',
    ])
    assert.equal(await states({ versions, present: [changed, open] }), ['b.yaml token changed'])
  })

  test('a renamed file that nobody here opens leaves its values unknown', async () => {
    const versions = [version(await sealed('old.env', 'A=1\nB=1\n', [alice, bob]))]
    const present = [await sealed('new.env', 'A=1\n', [carol])]
    assert.equal(await states({ versions, present }), ['old.env A unknown', 'old.env B removed'])
  })

  test('somebody whose SSH key got another comment lost nothing, and is one and the same in the past', async () => {
    const [first, second] = await Promise.all([
      sealed('a.env', 'A=1\n', [alice, { identity: '', recipient: `${SSH} old@host` }]),
      sealed('a.env', 'A=1\n', [alice, { identity: '', recipient: `${SSH} new@host` }]),
    ])
    const versions = [version(first)]
    assert.equal(await exposures({ versions, present: [second], keyring, references: undefined }), [])
    const present = [await sealed('a.env', 'A=1\n', [alice])]
    const options = { versions: [version(first), version(second)], present, keyring, references: undefined }
    const known = [`${SSH} configured`]
    assert.equal(
      (await exposures({ ...options, known })).map(({ reference, values }) => [reference, values.length]),
      [[`${SSH} configured`, 1]],
    )
    assert.equal((await exposures(options)).length, 1)
    const past = await pastAccess(options.versions, known, keyring)
    assert.equal(
      past.map(({ reference, versions: count }) => [reference === known[0], count]).filter(([isSsh]) => isSsh),
      [[true, 2]],
    )
  })

  test('the past of a file names values without a key', async () => {
    const versions = [
      version(await sealed('a.env', 'A=1\n', [bob])),
      version(await sealed('a.env', 'B=1\n', [alice, bob])),
    ]
    const found = await pastAccess(versions, [], createKeyring(keyContext({ env: {} })))
    assert.equal(
      found.map(({ reference, versions: count, values }) => [
        reference === bob?.recipient,
        count,
        values.map(({ path }) => path),
      ]),
      [
        [true, 2, ['A', 'B']],
        [false, 1, ['B']],
      ],
    )
  })
})
