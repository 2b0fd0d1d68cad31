/** A repository with secrets in it, and the check that a refusal changes nothing and tells nothing. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { canonicalText } from '../../src/core/scalar.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { runSecretsHere } from '../support/run-here.ts'
import type { ProgramResult } from '../support/run-program.ts'
import type { TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** In every secret of these tests. */
export const MARKER = 'mArKer7Q'

/** What is expected of a refused command. */
export interface Refusal {
  readonly status: number
  /** Of the line `secrets: error: …`. */
  readonly message: RegExp
  readonly hint?: RegExp
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A folder with a configuration, one identity and files. */
export class Repository {
  readonly folder: string
  readonly identity: string
  readonly recipient: string

  constructor(folder: string, key: { readonly identity: string; readonly recipient: string }) {
    this.folder = folder
    this.identity = key.identity
    this.recipient = key.recipient
  }

  write(path: string, content: string | Uint8Array, mode?: number): void {
    const target = join(this.folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
    if (mode !== undefined) chmodSync(target, mode)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  /** Runs `secrets` with the identity. */
  async run(args: readonly string[], options: Pick<Refusal, 'stdin' | 'env'> = {}): Promise<ProgramResult> {
    const { stdin, env = {} } = options
    const own = isolatedEnvironment(join(this.folder, '.home'), { SECRETS_AGE_KEY: this.identity, ...env })
    return runSecretsHere(args, { cwd: this.folder, env: own, ...(stdin === undefined ? {} : { stdin }) })
  }

  /** The same, which must do what it is told; its output. */
  async must(args: readonly string[], options: Pick<Refusal, 'stdin' | 'env'> = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, options)
    if (status !== 0) throw new Error(`secrets ${args.join(' ')}: status ${status}\n${stderr}`)
    return stdout
  }

  /** The command fails with this status and message, prints nothing else, tells no secret and leaves every file as it was. */
  async refuses(args: readonly string[], refusal: Refusal): Promise<void> {
    const before = this.#fingerprint()
    const result = await this.run(args, refusal)
    const shown = `secrets ${args.join(' ')}\nstatus ${result.status}\n${result.stdout}${result.stderr}`
    assert.is(result.status, refusal.status, shown)
    const [error = '', ...rest] = result.stderr.split('\n').filter((line) => !line.startsWith('secrets: warning:'))
    assert.match(error, /^secrets: error: /, shown)
    assert.match(error, refusal.message, shown)
    if (refusal.hint !== undefined) assert.match(rest.join('\n'), refusal.hint, shown)
    assert.is(result.stdout, '', shown)
    assert.not.match(shown, new RegExp(`${MARKER}|AGE-SECRET-KEY`, 'i'), shown)
    assert.equal(this.#fingerprint(), before, shown)
  }

  /** Every file with its content, mode and target. */
  #fingerprint(): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.parentPath.includes('.home') && entry.name !== '.home')
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        if (entry.isSymbolicLink()) return `${path} -> ${readlinkSync(path)}`
        return entry.isFile() ? `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : path
      })
      .sort()
  }
}

/** One file of each format, whose values hold the marker. */
export const FILES: Readonly<Record<string, string>> = {
  'secrets/app.yaml': `# note\nuser: ${MARKER}-1\npassword: "${MARKER}-2"\nlist:\n  - ${MARKER}-3\n`,
  'secrets/app.json': `{\n  "user": "${MARKER}-1",\n  "password": "${MARKER}-2"\n}\n`,
  'secrets/app.env': `USER=${MARKER}-1\npassword=${MARKER}-2\n`,
  'secrets/app.ini': `[db]\nuser = ${MARKER}-1\npassword = ${MARKER}-2\n`,
  'secrets/app.bin': `${MARKER}-1`,
}

/** A repository with the environment `all` of everything below `secrets`, and these files, not encrypted yet. */
export async function repository(
  context: Pick<TestContext, 'onCleanup'>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Repository> {
  const { identity, recipient } = await generateIdentity({ postQuantum: false })
  const made = new Repository(temporaryFolder(context), { identity: canonicalText(identity), recipient })
  made.write('.secretsrc', configuration(recipient))
  for (const [path, content] of Object.entries(files)) made.write(path, content)
  return made
}

/** A `.secretsrc` with one recipient and one environment; `more` is added to the environment. */
export function configuration(recipient: string, more = ''): string {
  return `version: 1\nrecipients:\n  alice: ${recipient}\nenvironments:\n  all:\n    files: secrets/**\n    recipients: [alice]\n${more}`
}

/** The files of every format, encrypted. */
export async function encryptedRepository(context: Pick<TestContext, 'onCleanup'>): Promise<Repository> {
  const made = await repository(context, FILES)
  await made.must(['encrypt'])
  return made
}
