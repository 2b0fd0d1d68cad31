/** Versions of one file out of git's history, each read and opened once. */
import { join } from 'node:path'
import { isSecretsError } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type FileVersion, readVersion } from '../project/file-version.ts'
import { secretFileOf } from '../project/secret-file.ts'
import type { FileCommit } from './file-history.ts'
import type { GitObjects } from './git-objects.ts'

/** Gives the file as a commit has it; undefined where it has none, or one that cannot be read at all. */
export class CommittedVersions {
  readonly #objects: GitObjects
  readonly #keyring: Keyring
  readonly #known = new Map<string, Promise<FileVersion | undefined>>()

  constructor(objects: GitObjects, keyring: Keyring) {
    this.#objects = objects
    this.#keyring = keyring
  }

  of(commit: Pick<FileCommit, 'id' | 'path'>): Promise<FileVersion | undefined> {
    const known = this.#known.get(commit.id) ?? this.#read(commit)
    this.#known.set(commit.id, known)
    return known
  }

  async #read({ id, path }: Pick<FileCommit, 'id' | 'path'>): Promise<FileVersion | undefined> {
    const bytes = await this.#objects.readFirst([`${id}:${path}`])
    if (bytes === undefined) return undefined
    const target = { path: join('/', path), shown: path, relative: path, environment: undefined }
    try {
      return await readVersion(await secretFileOf(target, bytes), this.#keyring)
    } catch (error) {
      if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
      return undefined
    }
  }
}
