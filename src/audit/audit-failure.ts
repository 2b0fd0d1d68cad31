import { SecretsError } from '../core/errors.ts'

/** `AUDIT_FAILED` for a sink that does not take records. `reason` ends the sentence and quotes nothing that the sink sent. */
export function auditFailure(name: string, reason: string, cause?: unknown): SecretsError {
  return new SecretsError('AUDIT_FAILED', `the audit log ${name} cannot be written: ${reason}`, { cause })
}
