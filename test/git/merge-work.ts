/** Merges of one secret file by git itself, with the driver that `secrets install` sets, in both ways to check out. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { peer } from '../support/peer.ts'
import { type ProgramResult, runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import type { TestContext } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

/** Where the file lies: how its environment is checked out. A blank in the path is part of every test. */
export const MERGED_FILES = { encrypted: 'prod/my app.yaml', decrypted: 'dev/my app.yaml' } as const

export type Checkout = keyof typeof MERGED_FILES

/** A replacement of one text in the plain content. */
export type Replacement = readonly [from: string, to: string]

export const BASE = '# head\na: 1\nb: 2\nc: 3\nd: 4\n'

/** A repository whose first commit, on `main`, has the file. */
export class MergeWork {
  readonly repository: SecretRepository
  readonly checkout: Checkout
  readonly file: string

  constructor(repository: SecretRepository, checkout: Checkout) {
    this.repository = repository
    this.checkout = checkout
    this.file = MERGED_FILES[checkout]
  }

  static async of(
    context: Pick<TestContext, 'onCleanup'>,
    checkout: Checkout,
    plain: string = BASE,
  ): Promise<MergeWork> {
    const work = new MergeWork(await secretRepository(context), checkout)
    await work.save(plain)
    await work.repository.git('branch', '--move', 'main')
    return work
  }

  /** Commits the file with another plain content: git's filter encrypts it. */
  async save(plain: string): Promise<void> {
    const { repository, file } = this
    repository.write(file, plain)
    await repository.git('add', '--all')
    await repository.commit('a change')
    if (this.checkout === 'decrypted') return
    // Git takes the plain file for the one that it has stored encrypted.
    rmSync(join(repository.folder, file))
    await repository.git('checkout', '--', file)
  }

  async edit(...[from, to]: Replacement): Promise<void> {
    await this.save((await this.plain()).replace(from, to))
  }

  /** The plain content of what is in the work tree. */
  async plain(): Promise<string> {
    const { repository, file } = this
    if (this.checkout === 'decrypted') return repository.read(file)
    return this.#must(await repository.secrets('decrypt', file))
  }

  /** The plain content of a blob, MAC and all; by sops where it is installed. */
  async stored(revision: string = 'HEAD'): Promise<string> {
    const { repository, file } = this
    const { stdoutBytes } = await repository.git('show', `${revision}:${file}`)
    repository.write('../stored.yaml', stdoutBytes)
    const sops = peer('sops')
    if (!('path' in sops)) return this.#must(await repository.secrets('decrypt', '../stored.yaml'))
    const env = { ...repository.env, SOPS_AGE_KEY_FILE: repository.key.file }
    return this.#must(await runProgram(sops.path, ['decrypt', '../stored.yaml'], { cwd: repository.folder, env }))
  }

  /** Both sides of a fork: `topic` with one edit, then `main`, checked out, with another. */
  async fork(topic: Replacement, main: Replacement): Promise<void> {
    await this.repository.git('checkout', '--quiet', '-b', 'topic')
    await this.edit(...topic)
    await this.repository.git('checkout', '--quiet', 'main')
    await this.edit(...main)
  }

  /** Runs git or `secrets` with an editor that keeps their version of every conflict. */
  async solving(program: 'git' | 'secrets', ...args: readonly string[]): Promise<ProgramResult> {
    const { repository } = this
    repository.write('../editor.cjs', EDITOR)
    const editor = `"${process.execPath}" "${join(repository.folder, '..', 'editor.cjs')}"`
    const env = { ...repository.env, SECRETS_EDITOR: editor }
    if (program === 'git') return this.running(env, ...args)
    return runProgram(process.execPath, [secretsProgram(), ...args], { cwd: repository.folder, env })
  }

  /** Runs git with other variables. */
  running(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProgramResult> {
    return runProgram('git', args, { cwd: this.repository.folder, env })
  }

  async changes(): Promise<string> {
    return (await this.repository.git('status', '--porcelain')).stdout
  }

  #must({ status, stdout, stderr }: ProgramResult): string {
    if (status !== 0) throw new Error(stderr)
    return stdout
  }
}

const EDITOR = `const fs = require('node:fs')
const file = process.argv.at(-1)
const text = fs.readFileSync(file, 'utf8')
fs.writeFileSync(file, text.replace(/<<<<<<< .*\\n[\\s\\S]*?=======\\n([\\s\\S]*?)>>>>>>> .*\\n/g, '$1'))
`
