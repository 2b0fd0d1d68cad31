import type { AuditRecord } from '../../src/audit/audit-record.ts'

/** A record as an opening leaves it. */
export function record(more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: '11111111-2222-4333-8444-555555555555',
    time: '2024-05-06T07:08:09.000Z',
    event: 'opened',
    opening: '66666666-7777-4888-8999-aaaaaaaaaaaa',
    who: {
      user: 'alice',
      host: 'laptop',
      pid: 42,
      keys: [{ name: 'alice', recipient: 'age1xyz', source: 'SECRETS_AGE_KEY' }],
    },
    what: {
      environment: 'production',
      files: ['secrets/production.yaml'],
      names: ['database.password', 'schlüssel'],
      values: 2,
      commit: 'a'.repeat(40),
    },
    why: { command: 'decrypt', version: '1.2.3' },
    ...more,
  }
}

/** A record with an identity of its own. */
export function numbered(index: number, more: Partial<AuditRecord> = {}): AuditRecord {
  return record({ id: `11111111-2222-4333-8444-${String(index).padStart(12, '0')}`, ...more })
}

/** A signal that is never aborted. */
export const NEVER: AbortSignal = new AbortController().signal
