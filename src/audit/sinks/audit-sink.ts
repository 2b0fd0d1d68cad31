import type { AuditRecord } from '../audit-record.ts'

/** Where records go. */
export interface AuditSink {
  /** For messages: without a password. */
  readonly name: string
  /** Whether nothing may be opened that this sink has not taken. */
  readonly required: boolean
  /**
   * Hands records on, in their order; resolves when they are taken (or, where that may be later, kept). Aborting `signal` gives up
   * waiting. Throws a `SecretsError` `AUDIT_FAILED` where they are not.
   */
  write(records: readonly AuditRecord[], signal: AbortSignal): Promise<void>
  /** Ends connections. */
  close(): Promise<void>
}
