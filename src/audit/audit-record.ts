/** What is written down of an opening: who, what, when and why. Never a value, never a key. */
import type { OpeningKey } from '../keys/opening-log.ts'

/** `open`: is about to be opened. `opened`: was, by these keys. `failed`: could not be. */
export type AuditEvent = 'open' | 'opened' | 'failed'

/** A job of a pipeline, as its system describes it. */
export interface AuditJob {
  readonly system: string
  readonly id?: string
  readonly url?: string
  readonly repository?: string
  readonly ref?: string
  readonly commit?: string
  readonly actor?: string
}

/** Who opened. */
export interface AuditWho {
  /** Of the operating system, by its own account and not by a variable. */
  readonly user: string
  readonly host: string
  /** Of the process; absent where the library does not know it. */
  readonly pid?: number
  /** The keys that opened; of `opened` alone. */
  readonly keys?: readonly OpeningKey[]
  readonly ci?: AuditJob
}

/** What was opened. */
export interface AuditWhat {
  readonly environment?: string
  /** Relative to the root of the project where there is one. At most `MOST_FILES`. */
  readonly files: readonly string[]
  /** How many files there are beside those; of an `open` that stands for a whole process: not known yet. */
  readonly more?: number | 'unknown'
  /** Paths of the encrypted values; at most `MOST_NAMES`. */
  readonly names?: readonly string[]
  /** How many encrypted values there are. */
  readonly values?: number
  /** The root of the project (of the work tree where there is none), and the commit that is checked out. */
  readonly folder?: string
  readonly commit?: string
  /** Name of git's object with the encrypted content: says which version was opened. */
  readonly blob?: string
}

/** Why. */
export interface AuditWhy {
  /** The command; of `run`, with the program. No other word of the command line: one may be a value. */
  readonly command: string
  /** Of this program; absent where its library is used. */
  readonly version?: string
  /** `SECRETS_AUDIT_REASON`. */
  readonly reason?: string
  /** Code of the error; of `failed` alone. */
  readonly error?: string
}

/** One record. */
export interface AuditRecord {
  /** Unique: whoever gets a record twice knows it by this. */
  readonly id: string
  /** UTC, RFC 3339 with milliseconds. */
  readonly time: string
  readonly event: AuditEvent
  /** The same in all records of one opening. */
  readonly opening: string
  readonly who: AuditWho
  readonly what: AuditWhat
  readonly why: AuditWhy
}

/** Names in one record: a file of more has names that nobody reads. */
export const MOST_NAMES = 500

/** Files in one record, where a record stands for several. */
export const MOST_FILES = 1000

/** The same record without the paths of values, for those who take short messages alone. */
export function withoutNames(record: AuditRecord): AuditRecord {
  const { names: _names, ...what } = record.what
  return { ...record, what: { ...what, files: what.files.slice(0, 20) } }
}
