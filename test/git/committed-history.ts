/** A history of one encrypted file, made without our filters: its versions are encrypted by the test itself. */
import type { CommittedVersions } from '../../src/git/committed-versions.ts'
import { CommittedVersions as Versions } from '../../src/git/committed-versions.ts'
import { type FileCommit, fileHistory } from '../../src/git/file-history.ts'
import { GitObjects } from '../../src/git/git-objects.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { type GitSandbox, gitSandbox } from '../support/git-sandbox.ts'
import type { TestContext } from '../support/suite.ts'
import { SealedVersions } from './sealed-versions.ts'

export class CommittedHistory {
  readonly git: GitSandbox
  readonly sealed: SealedVersions
  readonly #context: Pick<TestContext, 'onCleanup'>
  path = 'app.yaml'

  constructor(git: GitSandbox, sealed: SealedVersions, context: Pick<TestContext, 'onCleanup'>) {
    this.git = git
    this.sealed = sealed
    this.#context = context
  }

  static async of(context: Pick<TestContext, 'onCleanup'>, plain: string): Promise<CommittedHistory> {
    const history = new CommittedHistory(await gitSandbox(context), await SealedVersions.of('app.yaml'), context)
    await history.commit(await history.sealed.first(plain), 'first')
    await history.git.git('branch', '--move', 'main')
    return history
  }

  /** Commits the next version of the file that is there. */
  async save(plain: string, subject: string): Promise<void> {
    await this.commit(await this.sealed.next(this.current(), plain), subject)
  }

  async commit(content: Uint8Array, subject: string): Promise<void> {
    this.git.write(this.path, content)
    await this.git.git('add', '--all')
    await this.git.commit(subject)
  }

  /** A merge of `branch` whose result is this. */
  async merge(branch: string, plain: string, subject: string): Promise<void> {
    await this.git.git('merge', '--quiet', '--no-commit', '--strategy', 'ours', branch)
    await this.save(plain, subject)
  }

  current(): Buffer {
    return Buffer.from(this.git.read(this.path))
  }

  commits(revision: string = 'HEAD'): Promise<readonly FileCommit[]> {
    return fileHistory(this.path, revision, this.#place())
  }

  versions(keyring: Keyring = this.sealed.keyring): CommittedVersions {
    const objects = new GitObjects(this.#place())
    this.#context.onCleanup(() => objects.close())
    return new Versions(objects, keyring)
  }

  #place(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
    return { cwd: this.git.folder, env: this.git.env }
  }
}
