/** A project with one key, in a temporary folder, for tests of what reads and writes whole files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canonicalText } from '../../src/core/scalar.ts'
import { type OpenSecretsOptions, openSecrets, type SecretsSession } from '../../src/index.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ProjectSandbox {
  readonly folder: string
  /** Variables with the identity that opens everything. */
  readonly env: Readonly<Record<string, string>>
  readonly recipient: string
  /** A new session, with the identity unless `env` is given. */
  readonly open: (options?: Partial<OpenSecretsOptions>) => SecretsSession
  readonly read: (path: string) => string
  readonly write: (path: string, content: string | Uint8Array) => void
}

/**
 * Makes `.secretsrc` with the environments `staging` (files below `staging/`) and `production` (below `production/`), and `files`,
 * encrypted.
 */
export async function projectSandbox(
  context: Pick<TestContext, 'onCleanup'>,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<ProjectSandbox> {
  const folder = temporaryFolder(context)
  const { identity, recipient } = await generateIdentity({ postQuantum: false })
  const env = { SECRETS_AGE_KEY: canonicalText(identity) }
  const open: ProjectSandbox['open'] = (options = {}) => openSecrets({ env, cwd: folder, home: folder, ...options })
  const write: ProjectSandbox['write'] = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  write('.secretsrc', configuration(recipient))
  for (const [path, content] of Object.entries(files)) write(path, content)
  await open().encryptFiles()
  return { folder, env, recipient, open, write, read: (path) => readFileSync(join(folder, path), 'utf8') }
}

function configuration(recipient: string): string {
  const environments = ['staging', 'production'].map(
    (name) => `  ${name}:\n    files: ${name}/**\n    recipients: [alice]\n`,
  )
  return `version: 1\nrecipients:\n  alice: ${recipient}\nenvironments:\n${environments.join('')}`
}
