/** What a clone knows to be unchanged without opening it: what it has cleaned or smudged itself. */
import { isInClear, type SecretFile } from '../project/secret-file.ts'
import type { CleanMemory } from './clean-memory.ts'

/** A file of a commit. */
export interface EncryptedVersion {
  /** Relative to the root of the repository, `/`-separated. */
  readonly path: string
  /** Absolute path of the same file in the work tree. */
  readonly place: string
  readonly bytes: Uint8Array
}

/**
 * The files of the work tree that are known to be what a commit's files decrypt to. Of a thousand files in clear a few have changed,
 * and understanding and opening one takes a millisecond.
 */
export class UnchangedFiles {
  readonly #inClear: ReadonlyMap<string, SecretFile>
  readonly #memory: Pick<CleanMemory, 'knows'>
  readonly #unchanged = new Set<string>()

  constructor(files: readonly SecretFile[], memory: Pick<CleanMemory, 'knows'>) {
    this.#inClear = new Map(files.filter(isInClear).map((file) => [file.target.path, file]))
    this.#memory = memory
  }

  /** Whether the work tree holds just this, in clear. */
  async matches({ path, place, bytes }: EncryptedVersion): Promise<boolean> {
    const plain = this.#inClear.get(place)
    if (plain === undefined || !(await this.#memory.knows(path, plain.bytes, bytes))) return false
    this.#unchanged.add(place)
    return true
  }

  /** These files without those that matched. */
  without(files: readonly SecretFile[]): readonly SecretFile[] {
    return files.filter(({ target }) => !this.#unchanged.has(target.path))
  }
}
