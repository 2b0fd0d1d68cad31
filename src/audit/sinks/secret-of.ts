import { readFile } from 'node:fs/promises'
import { systemReason } from '../../project/system-errors.ts'
import { auditFailure } from '../audit-failure.ts'
import type { SecretSource } from '../settings/sink-settings.ts'

/** The token or password of a sink, without the line break that a file ends with. Throws `AUDIT_FAILED` where it is not there. */
export async function secretOf(
  source: SecretSource | undefined,
  sink: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (source === undefined) return undefined
  if ('variable' in source) {
    const value = env[source.variable] ?? ''
    if (value !== '') return value
    throw auditFailure(sink, `the variable ${source.variable} is not set`)
  }
  const text = await readFile(source.file, 'utf8').catch((error: unknown) => {
    throw auditFailure(sink, `${source.file} cannot be read: ${systemReason(error)}`)
  })
  return text.replace(/[\r\n]+$/, '')
}
