/** sops and this project side by side on the same files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Format } from '../../../src/core/format.ts'
import type { KeyGroup } from '../../../src/core/metadata-model.ts'
import { type OpenText, openSealed } from '../../../src/core/open-text.ts'
import { canonicalText } from '../../../src/core/scalar.ts'
import { type SealOptions, sealText } from '../../../src/core/seal-text.ts'
import { readPlain, readSealed } from '../../../src/core/sealed-text.ts'
import { SELECT_ALL } from '../../../src/core/selection.ts'
import { pathOf, walk } from '../../../src/core/walk.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import { generateIdentity } from '../../../src/keys/age/generate.ts'
import type { Keyring } from '../../../src/keys/keyring.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { sealOptions, TEST_DATA_KEY } from '../../support/sealing.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** The suffix that sops knows a format by. */
export const SUFFIXES: Readonly<Record<string, string>> = {
  yaml: 'yaml',
  json: 'json',
  dotenv: 'env',
  ini: 'ini',
  binary: 'bin',
}

/** A key pair. */
export interface Identity {
  readonly identity: string
  readonly recipient: string
}

/** Both tools in one folder with one set of identities. */
export class BothTools {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly keyring: Keyring
  readonly #sops: string

  constructor(context: TestContext, identities: readonly Identity[], env: Readonly<Record<string, string>> = {}) {
    this.#sops = needPeer('sops', context)
    this.folder = temporaryFolder(context)
    const key = identities.map(({ identity }) => identity).join('\n')
    const keys = { SOPS_AGE_KEY: key, SOPS_DISABLE_VERSION_CHECK: '1', ...env }
    this.env = isolatedEnvironment(this.folder, keys)
    this.keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: key }, home: this.folder }))
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), content)
  }

  read(name: string): Buffer {
    return readFileSync(join(this.folder, name))
  }

  /** Runs sops to its end, whatever that is. */
  async sops(...args: readonly string[]): Promise<ProgramResult> {
    return runProgram(this.#sops, args, { cwd: this.folder, env: this.env })
  }

  /** Runs sops; its output. Throws what it says when it fails. */
  async mustSops(...args: readonly string[]): Promise<Buffer> {
    const { status, stderr, stdoutBytes } = await this.sops(...args)
    if (status !== 0) throw new Error(`sops ${args.join(' ')}: status ${status}\n${stderr}`)
    return stdoutBytes
  }

  /** Writes what we encrypt. */
  async seal(name: string, format: string, plain: Uint8Array, options: SealOptions): Promise<void> {
    this.write(name, (await sealText(await formatByName(format), plain, options)).content)
  }

  /** Opens a file as we do: its data key by its recipients. */
  async open(name: string, format: string): Promise<OpenText> {
    const sealed = readSealed(await formatByName(format), this.read(name))
    return openSealed(sealed, await this.keyring.open(sealed.metadata))
  }

  /** Options with the data key of the tests, wrapped for these recipients. */
  async options(recipients: readonly Identity[], more: Partial<SealOptions> = {}): Promise<SealOptions> {
    return sealOptions(undefined, { groups: await this.wrapped(recipients), ...more })
  }

  /** The data key of the tests, wrapped. */
  async wrapped(...groups: readonly (readonly Identity[])[]): Promise<readonly KeyGroup[]> {
    const references = groups.map((group) => group.map(({ recipient }) => recipient))
    return this.keyring.wrap(TEST_DATA_KEY, references, groups.length > 1 ? 2 : 0)
  }
}

/** A new key pair. */
export async function newIdentity(postQuantum = false): Promise<Identity> {
  const { identity, recipient } = await generateIdentity({ postQuantum })
  return { identity: canonicalText(identity), recipient }
}

/** The number of what is compared where sops writes a type that its own reader takes for another. */
const TYPES: Readonly<Record<string, string>> = { float: 'number', int: 'number', time: 'str' }

/**
 * Paths and values of the first documents, as they are after sops wrote them once: it prints 1.0 as 1, -0 as 0 and times
 * as text. (JSON, which sops converts to without touching a value, has one document.)
 */
export function valuesOf(format: Format, plain: Uint8Array, documents = 1): string[] {
  const values: string[] = []
  walk(readPlain(format, plain).parsed.documents, SELECT_ALL, {
    value: ({ document, node: { scalar }, trail }) => {
      if (document >= documents) return
      const content = Buffer.from(scalar.canonical).toString('latin1')
      values.push(JSON.stringify([pathOf(trail), TYPES[scalar.type] ?? scalar.type, content === '-0' ? '0' : content]))
    },
  })
  return values
}
