/** What a user or an administrator says about where openings are written down. */

/** How long a secret of a sink stays out of sight: read when the sink is opened, from a variable or a file. */
export type SecretSource = { readonly variable: string } | { readonly file: string }

interface EverySink {
  /** For messages: the address without a password. */
  readonly name: string
  /** Nothing is opened that this sink has not taken. */
  readonly required: boolean
}

/** Lines of JSON, chained. */
export interface FileSinkSettings extends EverySink {
  readonly kind: 'file'
  /** Absolute. */
  readonly path: string
  /** Bytes from which on a new file is begun. */
  readonly rotateAt: number
  /** Old files that are kept; undefined: all. */
  readonly keep: number | undefined
}

/** A syslog of RFC 5424. */
export interface SyslogSinkSettings extends EverySink {
  readonly kind: 'syslog'
  readonly to:
    | { readonly transport: 'unix'; readonly path: string }
    | { readonly transport: 'udp' | 'tcp' | 'tls'; readonly host: string; readonly port: number }
  /** Numerical code (RFC 5424, table 1). */
  readonly facility: number
}

/** Whoever takes JSON by POST. */
export interface HttpSinkSettings extends EverySink {
  readonly kind: 'http'
  readonly url: string
  readonly token: SecretSource | undefined
}

/** A table of PostgreSQL: ours, sops's, or both. */
export interface PostgresSinkSettings extends EverySink {
  readonly kind: 'postgres'
  readonly url: string
  readonly password: SecretSource | undefined
  readonly table: PostgresTable
}

/** Tables that openings are written to. */
export type PostgresTable = 'secretsrc' | 'sops' | 'both'

/** One sink. */
export type SinkSettings = FileSinkSettings | SyslogSinkSettings | HttpSinkSettings | PostgresSinkSettings

/** All that is configured, for a machine and for its user together. */
export interface AuditSettings {
  readonly sinks: readonly SinkSettings[]
  /** Whether records hold the paths of values. */
  readonly names: boolean
}
