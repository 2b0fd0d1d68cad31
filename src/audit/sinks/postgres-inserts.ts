import { isAbsolute, join } from 'node:path'
import type { AuditRecord } from '../audit-record.ts'
import type { PostgresTable } from '../settings/sink-settings.ts'

/** A statement with its parameters. */
export interface Statement {
  readonly text: string
  readonly values: unknown[]
}

const OWN =
  'INSERT INTO secretsrc_audit (id, time, event, opening, username, key, environment, files, command, record) ' +
  'SELECT r.* FROM jsonb_to_recordset($1::jsonb) AS r' +
  '(id uuid, time timestamptz, event text, opening uuid, username text, key text, environment text, files text[], command text, record jsonb) ' +
  'ON CONFLICT DO NOTHING'

/** What sops itself executes (`PostgresAuditor.Handle`), for several rows at once. */
const SOPS =
  'INSERT INTO audit_event (action, username, file) ' +
  'SELECT r.action, r.username, r.file FROM jsonb_to_recordset($1::jsonb) AS r(action text, username text, file text)'

/** The statements that write records to the tables: nothing but INSERT, values as parameters. */
export function insertsOf(records: readonly AuditRecord[], table: PostgresTable): readonly Statement[] {
  const own = table === 'sops' ? [] : [{ text: OWN, values: [json(records.map(ownRow))] }]
  const events = table === 'secretsrc' ? [] : records.flatMap(sopsRows)
  return events.length === 0 ? own : [...own, { text: SOPS, values: [json(events)] }]
}

function ownRow(record: AuditRecord): Readonly<Record<string, unknown>> {
  const { id, time, event, opening, who, what, why } = record
  const keys = (who.keys ?? []).map(({ name, recipient, source }) => name ?? recipient ?? source)
  return {
    id,
    time,
    event,
    opening,
    username: who.user,
    key: keys.length === 0 ? null : keys.join(', '),
    environment: what.environment ?? null,
    files: what.files,
    command: why.command,
    record,
  }
}

/** sops writes one row when it decrypts, and none of what it cannot; it names files by their whole path. */
function sopsRows({ event, who, what }: AuditRecord): readonly Readonly<Record<string, unknown>>[] {
  if (event !== 'opened') return []
  return what.files.map((file) => {
    const whole = what.folder === undefined || isAbsolute(file) ? file : join(what.folder, file)
    return { action: 'decrypt', username: who.user, file: whole }
  })
}

/** PostgreSQL has no text with a NUL character. */
function json(rows: unknown): string {
  return JSON.stringify(rows).replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd')
}
