/** One file that is to have a new content. */
export interface FileChange {
  /** Absolute. A link is written through, to the file that it leads to. */
  readonly path: string
  readonly content: Uint8Array
  /**
   * What the file must still hold when it is exchanged: the bytes that the change was made from; `nothing` for a file that must
   * not exist yet; `anything` to overwrite whatever is there.
   */
  readonly expects: Uint8Array | 'nothing' | 'anything'
  /**
   * Permissions: `private` is 0600, and takes all but the owner's bits from a file that is there; `shared` keeps those of a file
   * that is there, and is what the user's umask leaves of 0644 for a new one.
   */
  readonly protection: 'private' | 'shared'
  /** Which of its contents are secrets in clear: no second copy of those is left on the disk, not even by a killed process. */
  readonly clear?: 'old' | 'new' | 'both'
  /** Whether the file stays without a seal although its environment wants one: for a note. */
  readonly unsealed?: boolean
  /** `index`: what git has staged changes, and not the file itself, which lies in clear in the work tree. */
  readonly store?: 'index'
}

/** How files are written. */
export interface WriteFilesOptions {
  /** Folder of the project: a path below it must not lead out of it through a link. */
  readonly root?: string | undefined
  /** Whether missing folders are made (0700 for `private` files). */
  readonly makeFolders?: boolean
  readonly signal?: AbortSignal | undefined
  /** The user's folder for state, where the journal of a change is kept that is in no work tree of git. */
  readonly state?: string | undefined
  /** Replaces single operations of the file system; for tests of what cannot be provoked otherwise. */
  readonly disk?: Partial<Disk>
}

/** The operations that put content on the disk. */
export interface Disk {
  write(path: string, content: Uint8Array, mode: number): Promise<void>
  rename(from: string, to: string): Promise<void>
}

/** A change and the real place of its file. */
export interface Target {
  readonly change: FileChange
  readonly path: string
}
