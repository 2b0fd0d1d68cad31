/** Files of the work tree that are what git has of them, byte for byte. */
import { createHash } from 'node:crypto'
import { type BigIntStats, lstatSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemCode } from '../../project/system-errors.ts'

/** A file of the index. */
export interface NamedBlob {
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  /** 40 hexadecimal digits, or 64 in a repository with SHA-256. */
  readonly oid: string
}

/** A file that was found as git has it. */
export interface StoredFile {
  readonly content: Buffer
  readonly stats: BigIntStats
}

/** Bytes of files that are read once for several questions. */
const REMEMBERED_BYTES = 64 * 1024 * 1024

/** Looks at files of one work tree, at each folder once, and at most files once: whoever changes one has to see whether it is still the same. */
export class StoredFiles {
  readonly #top: string
  readonly #folders = new Map<string, boolean>()
  readonly #found = new Map<string, StoredFile & Pick<NamedBlob, 'oid'>>()
  #room = REMEMBERED_BYTES

  /** `top` is the absolute path of the top of the work tree, free of links. */
  constructor(top: string) {
    this.#top = top
  }

  /** How a file lies there; a link, and whatever lies behind one, is different. Throws what the system says of one that cannot be read. */
  find({ path, oid }: NamedBlob): StoredFile | 'different' | 'missing' {
    const known = this.#found.get(path)
    if (known?.oid === oid) return known
    const found = this.#look(path)
    if (typeof found === 'string') return found
    if (blobId(found.content, oid.length) !== oid) return 'different'
    this.#room -= found.content.length
    if (this.#room >= 0) this.#found.set(path, { ...found, oid })
    return found
  }

  #look(path: string): StoredFile | 'different' | 'missing' {
    const absolute = join(this.#top, path)
    try {
      if (!this.#isBelowFolders(dirname(path))) return 'different'
      const stats = lstatSync(absolute, { bigint: true })
      return stats.isFile() ? { content: readFileSync(absolute), stats } : 'different'
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return 'missing'
      throw error
    }
  }

  /** Git takes nothing behind a link for a part of the work tree. */
  #isBelowFolders(folder: string): boolean {
    if (folder === '.') return true
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const isFolder = this.#isBelowFolders(dirname(folder)) && lstatSync(join(this.#top, folder)).isDirectory()
    this.#folders.set(folder, isFolder)
    return isFolder
  }
}

/** The name that git gives a content (`git hash-object --no-filters`); `digits` says by which algorithm. */
export function blobId(content: Uint8Array, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex')
}
