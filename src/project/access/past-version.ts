import type { SecretFile } from '../secret-file.ts'

/** An encrypted file as some commit had it, or as it lies in the work tree. */
export interface PastVersion {
  /** Id; undefined for the work tree. */
  readonly commit: string | undefined
  /** When it was committed, RFC 3339; undefined for the work tree. */
  readonly date: string | undefined
  readonly file: SecretFile
}
