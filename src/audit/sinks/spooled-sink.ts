import { isSecretsError, SecretsError } from '../../core/errors.ts'
import type { AuditRecord } from '../audit-record.ts'
import type { Spool } from '../spool.ts'
import type { AuditSink } from './audit-sink.ts'

/** Records of one message to the sink. */
const PART = 200

/**
 * A sink that keeps what it cannot hand on, and hands it on before anything newer once it can. Where it is required, nothing is kept:
 * what nobody took did not happen.
 */
export function spooledSink(sink: AuditSink, spool: Spool, note: (message: string) => void): AuditSink {
  let isDown = false
  const kept = async (records: readonly AuditRecord[], failure: unknown): Promise<void> => {
    const stored = await spool.keep(records).catch(() => false)
    if (!stored) throw failure
    if (!isDown && isSecretsError(failure)) note(`${failure.message} (kept until it can)`)
    isDown = true
  }
  return {
    ...sink,
    write: async (records, signal) => {
      // One attempt of a process is enough to know.
      if (isDown && !sink.required) return kept(records, downAlready(sink))
      try {
        await spool.flush(PART, (older) => sink.write(older, signal))
        await sink.write(records, signal)
      } catch (error) {
        if (sink.required) throw error
        await kept(records, error)
      }
    },
  }
}

function downAlready({ name }: AuditSink): SecretsError {
  return new SecretsError(
    'AUDIT_FAILED',
    `the audit log ${name} cannot be written, and no room is left to keep records for it`,
  )
}
