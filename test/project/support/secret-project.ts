import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Keyring } from '../../../src/keys/keyring.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { type EncryptedFile, type EncryptOptions, encryptFiles } from '../../../src/project/encrypt-files.ts'
import type { Project } from '../../../src/project/model.ts'
import { readSecretsrc } from '../../../src/project/read-secretsrc.ts'
import { resolveTargets, type TargetFile } from '../../../src/project/targets.ts'
import { writeFiles } from '../../../src/project/write-files.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { type Person, person } from '../../keys/support/keyring-parts.ts'
import { writeBelow } from '../../support/git-sandbox.ts'
import { TEST_TIME } from '../../support/sealing.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A project on the disk: `alice` has a key and is named, `mallory` has a key and is not. */
export interface SecretProject {
  readonly root: string
  readonly project: Project
  readonly alice: Person
  readonly mallory: Person
  /** What alice opens, and what nobody opens anything with. */
  readonly keyring: Keyring
  readonly emptyKeyring: Keyring
  readonly options: EncryptOptions
  write(path: string, content: string | Uint8Array): void
  read(path: string): string
  targets(...names: string[]): Promise<readonly TargetFile[]>
  target(name: string): Promise<TargetFile>
  /** Encrypts files where they lie. */
  encrypt(...names: string[]): Promise<readonly EncryptedFile[]>
}

/** One environment, `env`, of all files in `secrets`; `more` is added to it. */
export async function secretProject(
  context: Pick<TestContext, 'onCleanup'>,
  files: Readonly<Record<string, string | Uint8Array>>,
  more: string = '',
): Promise<SecretProject> {
  const root = temporaryFolder(context)
  const [alice, mallory] = await Promise.all([person(), person()])
  const config = `version: 1\nrecipients: { alice: ${alice.recipient} }\nenvironments:\n  env: { files: 'secrets/**', recipients: [alice]${more} }\n`
  const project = await readSecretsrc(Buffer.from(config), join(root, '.secretsrc'))
  for (const [path, content] of Object.entries(files)) writeBelow(root, path, content)
  const keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: alice.identity } }))
  const emptyKeyring = createKeyring(keyContext({ env: {} }))
  const options: EncryptOptions = { project, keyring: () => Promise.resolve(keyring), now: () => TEST_TIME }
  const targets = (...names: string[]): Promise<readonly TargetFile[]> => resolveTargets(names, { project, cwd: root })
  return {
    root,
    project,
    alice,
    mallory,
    keyring,
    emptyKeyring,
    options,
    write: (path, content) => writeBelow(root, path, content),
    read: (path) => readFileSync(join(root, path), 'utf8'),
    targets,
    target: async (name) => (await targets(name))[0] ?? fail(name),
    encrypt: async (...names) => {
      const encrypted = await encryptFiles(await targets(...names), options)
      await writeFiles(encrypted.flatMap(({ change }) => change ?? []))
      return encrypted
    },
  }
}

function fail(name: string): never {
  throw new Error(`no target ${name}`)
}
