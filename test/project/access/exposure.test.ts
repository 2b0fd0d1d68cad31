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
import { TEST_TIME } from '../../support/sealing.ts'
import { suite } from '../../support/suite.ts'

const [alice, bob]: readonly Person[] = await Promise.all([person(), person()])
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
  return (found?.values ?? []).map(({ file, path, state }) => `${file} ${path} ${state}`)
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
    assert.equal(await states({ versions, present }), ['a.yaml a changed', 'a.yaml a (document 2) exposed'])
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

  test('the past of a file names values without a key', async () => {
    const versions = [
      version(await sealed('a.env', 'A=1\n', [bob])),
      version(await sealed('a.env', 'B=1\n', [alice, bob])),
    ]
    const found = await pastAccess(versions, createKeyring(keyContext({ env: {} })))
    assert.equal(
      found.map(({ reference, versions: count, values }) => [reference === bob?.recipient, count, values]),
      [
        [true, 2, ['A', 'B']],
        [false, 1, ['B']],
      ],
    )
  })
})
