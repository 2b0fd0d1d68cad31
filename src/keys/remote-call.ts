/** One call to a key service: a time limit for each attempt, a few more attempts where that may help, and an end to it. */
import { SecretsError } from '../core/errors.ts'
import type { FailureReason, RemoteAnswer, RemoteFailure } from './remote-failure.ts'

/** Attempts in all. AWS's SDKs make 3, Vault's client 3, Azure's 4. */
const DEFAULT_ATTEMPTS = 4
/** Attempts where each ended without an answer: a person waits for every one of them to its limit. */
const ATTEMPTS_WITHOUT_ANSWER = 2
/** Milliseconds for one attempt: a healthy service answers within a second, a cold proxy within a few. */
const ATTEMPT_LIMIT = 10_000
/** Milliseconds of waiting between attempts that a person still puts up with; a service that asks for more is not asked again. */
const LONGEST_WAIT = 20_000
/** Milliseconds of the first pause at most; each further one is twice as long. */
const FIRST_PAUSE = 300

/** What may be set apart from the ordinary. */
export interface RemoteCallOptions {
  readonly signal?: AbortSignal | undefined
  readonly attempts?: number
  /** Milliseconds for one attempt. */
  readonly limit?: number
  /** Milliseconds of the first pause at most. */
  readonly pause?: number
}

/** Codes of Node's connection errors after which the same call may work. */
const PASSING: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'ETIMEDOUT', 'ERR_SOCKET_CLOSED'])
const LASTING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ERR_PROXY_REFUSED',
])
const UNTRUSTED = /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|HOSTNAME_MISMATCH)/

/**
 * Calls until there is a value, a failure that will not pass, or no attempt left. Pauses double, half of each is
 * drawn at random so that callers spread, and none is shorter than the service asks: quotas that count by the second
 * (Vault's) have room again before the last attempt. An error that `attempt` throws counts as a failure of
 * the connection. Throws `INTERRUPTED` when the signal is aborted.
 */
export async function callRemote<Value>(
  attempt: (signal: AbortSignal) => Promise<RemoteAnswer<Value>>,
  options: RemoteCallOptions = {},
): Promise<RemoteAnswer<Value>> {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS
  let silences = 0
  for (let count = 1; ; count += 1) {
    const answer = await attemptOnce(attempt, options)
    if ('value' in answer || answer.failure.retry !== true || count >= attempts) return answer
    if (answer.failure.reason === 'timed out') silences += 1
    if (silences >= ATTEMPTS_WITHOUT_ANSWER) return answer
    const pause = (0.5 + Math.random() / 2) * (options.pause ?? FIRST_PAUSE) * 2 ** (count - 1)
    const wait = Math.max(pause, answer.failure.retryAfter ?? 0)
    if (wait > LONGEST_WAIT) return answer
    await sleep(wait, options.signal)
  }
}

/** What an error of the connection means. Recognised by its code. */
export function networkFailure(error: unknown): RemoteFailure {
  const code = codeOf(error) ?? ''
  if (code === 'ABORT_ERR') return { reason: 'timed out', retry: true }
  if (UNTRUSTED.test(code)) return { reason: 'untrusted server', code }
  if (PASSING.has(code)) return { reason: code === 'ETIMEDOUT' ? 'timed out' : 'no network', code, retry: true }
  if (LASTING.has(code)) return { reason: 'no network', code }
  return { reason: 'unexpected answer', ...(code === '' ? {} : { code }) }
}

/** What an HTTP status means where nothing else is known. */
export function statusFailure(status: number, retryAfter?: string): RemoteFailure {
  const wait = retryAfterOf(retryAfter)
  return {
    reason: reasonOfStatus(status),
    code: `HTTP ${status}`,
    ...(status === 408 || status === 429 || status >= 500 ? { retry: true } : {}),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  }
}

/** Milliseconds of a `Retry-After` header (RFC 9110, section 10.2.3): seconds or a date. */
export function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000
  const until = Date.parse(header)
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now())
}

async function attemptOnce<Value>(
  attempt: (signal: AbortSignal) => Promise<RemoteAnswer<Value>>,
  { signal, limit = ATTEMPT_LIMIT }: RemoteCallOptions,
): Promise<RemoteAnswer<Value>> {
  throwIfAborted(signal)
  const timeOut = AbortSignal.timeout(limit)
  const either = signal === undefined ? timeOut : AbortSignal.any([signal, timeOut])
  const stopped = new Promise<'stopped'>((resolve) => {
    either.addEventListener('abort', () => resolve('stopped'), { once: true })
  })
  const answer = await Promise.race([attempt(either).catch(asFailure), stopped])
  throwIfAborted(signal)
  return answer === 'stopped' ? { failure: { reason: 'timed out', retry: true } } : answer
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted()
}

function interrupted(): SecretsError {
  return new SecretsError('INTERRUPTED', 'interrupted while waiting for a key service')
}

function asFailure(error: unknown): { readonly failure: RemoteFailure } {
  if (error instanceof SecretsError) throw error
  return { failure: networkFailure(error) }
}

function reasonOfStatus(status: number): FailureReason {
  if (status === 401) return 'bad credentials'
  if (status === 403) return 'denied'
  if (status === 404) return 'unknown key'
  if (status === 408) return 'timed out'
  if (status === 429) return 'throttled'
  return status >= 500 ? 'unavailable' : 'unexpected answer'
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

/** Waits, also without a signal; throws `INTERRUPTED` when the signal is aborted meanwhile. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
  throwIfAborted(signal)
}
