import { setTimeout as delay } from 'node:timers/promises'
import { type HttpContext, httpClient } from '../../keys/http-client.ts'
import { systemCode } from '../../project/system-errors.ts'
import { auditFailure } from '../audit-failure.ts'
import type { AuditRecord } from '../audit-record.ts'
import type { HttpSinkSettings } from '../settings/sink-settings.ts'
import type { AuditSink } from './audit-sink.ts'
import { secretOf } from './secret-of.ts'

/** Milliseconds before each attempt. */
const PAUSES = [0, 250, 1000]

/** Milliseconds for one attempt. */
const PATIENCE = 5_000

/** Answers that another attempt may change (RFC 9110, 15; RFC 6585, 4). */
const PASSING = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * Whoever takes a JSON array of records by POST and answers with 2xx. A record may come twice where an answer was lost; its `id` says so.
 * Redirects are not followed.
 */
export function httpSink({ name, required, url, token }: HttpSinkSettings, context: HttpContext): AuditSink {
  return {
    name,
    required,
    write: async (records, signal) => {
      const bearer = await secretOf(token, name, context.env)
      const headers = {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      }
      await post(records, { name, url: new URL(url), headers, context, signal })
    },
    close: async () => undefined,
  }
}

interface Posting {
  readonly name: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly context: HttpContext
  readonly signal: AbortSignal
}

async function post(records: readonly AuditRecord[], posting: Posting): Promise<void> {
  let failure = auditFailure(posting.name, 'no answer in time')
  for (const pause of PAUSES) {
    await delay(pause, undefined, { signal: posting.signal }).catch(() => undefined)
    if (posting.signal.aborted) throw failure
    const outcome = await attempt(records, posting)
    if (outcome === undefined) return
    failure = auditFailure(posting.name, outcome.reason)
    if (!outcome.passing) throw failure
  }
  throw failure
}

/** Undefined when the records were taken. */
async function attempt(
  records: readonly AuditRecord[],
  { url, headers, context, signal }: Posting,
): Promise<{ readonly reason: string; readonly passing: boolean } | undefined> {
  const client = await httpClient(context)
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
  try {
    const { status } = await client({ method: 'POST', url, headers, body: JSON.stringify(records), signal: limited })
    if (status >= 200 && status < 300) return undefined
    return { reason: `it answered with status ${status}`, passing: PASSING(status) }
  } catch (error) {
    return { reason: limited.aborted ? 'no answer in time' : connectionReason(error), passing: true }
  }
}

function connectionReason(error: unknown): string {
  const code = systemCode(error)
  if (code === 'ECONNREFUSED') return 'nobody listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host'
  return code === '' ? 'the connection failed' : `the connection failed (${code})`
}
