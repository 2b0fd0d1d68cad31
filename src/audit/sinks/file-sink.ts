import { isSecretsError } from '../../core/errors.ts'
import { systemReason } from '../../project/system-errors.ts'
import { auditFailure } from '../audit-failure.ts'
import { appendRecords, DamagedLog } from '../chain/append-records.ts'
import type { FileSinkSettings } from '../settings/sink-settings.ts'
import type { AuditSink } from './audit-sink.ts'

/** A file of chained lines of JSON. */
export function fileSink({ name, path, required, rotateAt, keep }: FileSinkSettings, now: () => Date): AuditSink {
  return {
    name,
    required,
    write: async (records) => {
      try {
        await appendRecords({ path, rotateAt, keep, now }, records)
      } catch (error) {
        throw auditFailure(name, reasonOf(error), error)
      }
    },
    close: async () => undefined,
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DamagedLog) return `${error.message}; look at it (secrets audit --verify) and put it aside`
  return isSecretsError(error) ? error.message : systemReason(error)
}
