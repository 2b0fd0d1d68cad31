/** Repositories of tests in which `secrets install` has set git up with the built command line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GitSandbox, gitSandbox, sandboxAt } from '../support/git-sandbox.ts'
import { type ProgramResult, runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import type { TestContext } from '../support/suite.ts'

/** A key pair that opens nothing but tests. */
export interface TestKey {
  readonly recipient: string
  readonly file: string
}

/** A repository with a `.secretsrc`. */
export interface SecretRepository extends GitSandbox {
  readonly key: TestKey
  /** Runs `secrets` at its root. */
  secrets(...args: readonly string[]): Promise<ProgramResult>
  /** Takes the only key away, or gives it back. */
  loseKey(): void
  findKey(): void
  /** Everything that any object of the repository holds, reachable or not. */
  allObjects(): Promise<string>
}

/** `{ALICE}` in the configuration is the recipient of the key. */
export const CONFIG = `version: 1
recipients:
  alice: {ALICE}
environments:
  development:
    files: ['dev/**']
    recipients: [alice]
    checkout: decrypted
  production:
    files: ['prod/**']
    recipients: [alice]
`

/** A new repository with a key and a configuration, in which `secrets install` has run. */
export async function secretRepository(
  context: Pick<TestContext, 'onCleanup'>,
  config: string = CONFIG,
): Promise<SecretRepository> {
  const base = await gitSandbox(context)
  const home = base.env['HOME'] ?? ''
  const file = join(home, '.config', 'sops', 'age', 'keys.txt')
  const secrets = (...args: readonly string[]): Promise<ProgramResult> => runIn(base, base.folder, args)
  mkdirSync(join(file, '..'), { recursive: true })
  const recipient = (await secrets('keygen', '--output', file)).stdout.trim()
  const secret = readFileSync(file)
  base.write('.secretsrc', config.replaceAll('{ALICE}', recipient))
  const installed = await secrets('install')
  if (installed.status !== 0) throw new Error(installed.stderr)
  const findKey = (): void => writeFileSync(file, secret)
  const loseKey = (): void => writeFileSync(file, '# no key\n')
  return movedTo({ ...base, key: { recipient, file }, loseKey, findKey }, base.folder)
}

/** The same repository, with the same key, where its work tree lies now. */
export function movedTo(
  { env, key, loseKey, findKey }: Pick<SecretRepository, 'env' | 'key' | 'loseKey' | 'findKey'>,
  folder: string,
): SecretRepository {
  const base = sandboxAt(folder, env)
  return {
    ...base,
    key,
    loseKey,
    findKey,
    secrets: (...args) => runIn(base, folder, args),
    allObjects: async () => {
      const { stdout } = await base.git('cat-file', '--batch-all-objects', '--batch')
      return stdout
    },
  }
}

/** Runs `secrets` in a folder of a repository. */
export function runIn({ env }: Pick<GitSandbox, 'env'>, cwd: string, args: readonly string[]): Promise<ProgramResult> {
  return runProgram(process.execPath, [secretsProgram(), ...args], { cwd, env })
}
