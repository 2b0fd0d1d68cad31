/** Who opened what: the contract between the keyring, which every opening passes, and whatever keeps a log of it. */

/** What a data key is opened for. */
export interface OpeningSubject {
  /** The file, as its project names it. */
  readonly file: string
  /** Name of its environment. */
  readonly environment?: string | undefined
  /** The encrypted content that is opened: says which version of the file it was. */
  readonly content?: Uint8Array
  /** Paths of the encrypted values. Asked for only where they are written down. */
  readonly names?: () => readonly string[]
}

/** A key that opened a file, or a share of its data key. */
export interface OpeningKey {
  /** Of the recipient, as the configuration calls it. */
  readonly name?: string
  /** The recipient: `age1…`, an ARN. Undefined where the provider does not say which one it was. */
  readonly recipient?: string
  /** Where the identity came from: a variable, a file, the address of a key service. Never a key. */
  readonly source: string
}

/** One opening that was written down. */
export interface OpeningNote {
  /** Called when the data key is open, before anybody gets it. Throws `AUDIT_FAILED` as `begin`. */
  opened(keys: readonly OpeningKey[]): Promise<void>
  /** Called when it cannot be opened; `reason` is the code of the error. */
  failed(reason: string): Promise<void>
}

/** Keeps the log. */
export interface OpeningLog {
  /**
   * Writes down that a file is to be opened, before anything of it is. Resolves as soon as the opening may go on. Throws
   * `AUDIT_FAILED` where it must not, and what is wrong with the log's configuration. Undefined where no log is kept.
   */
  begin(subject: OpeningSubject): Promise<OpeningNote | undefined>
}
