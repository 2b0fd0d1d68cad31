/**
 * What one filter process has put into the work tree, or encrypted from there. A rebase checks out, looks whether its files changed, and
 * goes on, all in one process, before the index that others can read holds what was checked out. A commit by path has a changed
 * file encrypted twice, once for the index and once for the commit: both have to get the same bytes, in another second too.
 */
import { createHash } from 'node:crypto'

/** Bytes of encrypted files that are kept; beyond, git has to make do with the index. */
const MAX_BYTES = 64 * 1024 * 1024

/** The last content of each path. */
export class WrittenFiles {
  readonly #files = new Map<string, { readonly digest: string; readonly encrypted: Uint8Array }>()
  #room = MAX_BYTES

  /** Remembers that `plain` stands at `path`, and its encrypted form. */
  add(path: string, plain: Uint8Array, encrypted: Uint8Array): void {
    this.#room += this.#files.get(path)?.encrypted.length ?? 0
    this.#files.delete(path)
    if (encrypted.length > this.#room) return
    this.#room -= encrypted.length
    this.#files.set(path, { digest: digestOf(plain), encrypted })
  }

  /** The encrypted form of `plain`, if that is what stood last at `path`. */
  encryptedForm(path: string, plain: Uint8Array): Uint8Array | undefined {
    const file = this.#files.get(path)
    return file !== undefined && file.digest === digestOf(plain) ? file.encrypted : undefined
  }
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64')
}
