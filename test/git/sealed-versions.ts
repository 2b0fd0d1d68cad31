/** Encrypted versions of one file, as people with keys make them. */
import { randomBytes } from 'node:crypto'
import type { Selection } from '../../src/core/metadata-model.ts'
import { type OpenText, openSealed } from '../../src/core/open-text.ts'
import { type ResealOptions, reseal } from '../../src/core/reseal.ts'
import { sealText } from '../../src/core/seal-text.ts'
import { readSealed } from '../../src/core/sealed-text.ts'
import { formatByName, formatNameOf } from '../../src/formats/find-format.ts'
import type { FindUnexpected } from '../../src/git/expected-in-merge.ts'
import { type FileMerge, mergeFile } from '../../src/git/merge-file.ts'
import type { Versions } from '../../src/git/merge-versions.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { keyContext } from '../keys/support/key-context.ts'
import { type Person, person } from '../keys/support/keyring-parts.ts'
import { TEST_TIME } from '../support/sealing.ts'

/** When merges happen in tests. */
export const MERGE_TIME: Date = new Date('2025-05-06T07:08:09Z')

export class SealedVersions {
  readonly path: string
  readonly alice: Person
  readonly bob: Person
  readonly keyring: Keyring
  readonly nobody: Keyring

  constructor(path: string, alice: Person, bob: Person) {
    this.path = path
    this.alice = alice
    this.bob = bob
    this.keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: alice.identity } }))
    this.nobody = createKeyring(keyContext())
  }

  static async of(path: string): Promise<SealedVersions> {
    return new SealedVersions(path, await person(), await person())
  }

  async first(
    plain: string,
    people: readonly Person[] = [this.alice],
    selection: Selection = { by: 'none' },
  ): Promise<Buffer> {
    const dataKey = randomBytes(32)
    const { content } = await sealText(await formatByName(formatNameOf(this.path)), Buffer.from(plain), {
      dataKey,
      groups: await this.keyring.wrap(dataKey, [people.map(({ recipient }) => recipient)], 0),
      shamirThreshold: 0,
      selection,
      macOnlyEncrypted: false,
      now: TEST_TIME,
    })
    return Buffer.from(content)
  }

  /** The next version: other plain content, or the same with other metadata. */
  async next(version: Uint8Array, plain?: string, options: Partial<ResealOptions> = {}): Promise<Buffer> {
    const open = await this.open(version)
    const content = plain === undefined ? open.content : Buffer.from(plain)
    return Buffer.from(await reseal(open, content, { now: TEST_TIME, ...options }))
  }

  /** The same values for these people; `rotated` under a new data key. */
  async reach(
    version: Uint8Array,
    people: readonly Person[],
    how: 'same key' | 'rotated',
    plain?: string,
  ): Promise<Buffer> {
    const dataKey = how === 'rotated' ? randomBytes(32) : (await this.open(version)).dataKey
    const groups = await this.keyring.wrap(dataKey, [people.map(({ recipient }) => recipient)], 0)
    return this.next(version, plain, { metadata: { groups }, ...(how === 'rotated' ? { dataKey } : {}) })
  }

  async open(version: Uint8Array): Promise<OpenText> {
    const sealed = readSealed(await formatByName(formatNameOf(this.path)), version)
    return openSealed(sealed, await this.keyring.open(sealed.metadata))
  }

  async plain(version: Uint8Array): Promise<string> {
    return Buffer.from((await this.open(version)).content).toString('utf8')
  }

  async recipients(version: Uint8Array): Promise<readonly string[]> {
    return (await this.keyring.references((await this.open(version)).sealed.metadata.groups)).flat()
  }

  merge(
    versions: Versions<Uint8Array>,
    keyring: Keyring = this.keyring,
    unexpected: FindUnexpected = async () => [],
  ): Promise<FileMerge> {
    return mergeFile(versions, {
      path: this.path,
      unexpected,
      keyring,
      now: MERGE_TIME,
      markers: { ours: 'ours', theirs: 'theirs' },
    })
  }
}

/** The line of an encrypted text that holds a key. */
export function lineOf(content: Uint8Array, key: string): string {
  const lines = Buffer.from(content).toString('utf8').split('\n')
  return lines.find((line) => line.trimStart().startsWith(key)) ?? ''
}
