/** What goes wrong with a key service, and how it is told: which key, which credentials, why, and what to do. */
import { isSecretsError, SecretsError } from '../core/errors.ts'
import type { TriedIdentity, Unwrapped } from './key-provider.ts'

/** Kinds of failure that a reader has to do different things about. */
export type FailureReason =
  | 'no credentials'
  | 'bad credentials'
  | 'denied'
  | 'unknown key'
  | 'disabled key'
  | 'unusable key'
  | 'wrong key'
  | 'throttled'
  | 'timed out'
  | 'no network'
  | 'untrusted server'
  | 'unavailable'
  | 'not allowed'
  | 'malformed'
  | 'unexpected answer'

/** One failed call. */
export interface RemoteFailure {
  readonly reason: FailureReason
  /** The service's own short name for it, or a status: `AccessDeniedException`, `HTTP 503`, `ECONNREFUSED`. */
  readonly code?: string
  /** Whether the same call may succeed a little later. */
  readonly retry?: boolean
  /** Milliseconds that the service asks to wait before the next call. */
  readonly retryAfter?: number
  /** Where the credentials came from, once that is known. */
  readonly source?: string
  /** The places in which no credentials were found. */
  readonly tried?: readonly TriedIdentity[]
  /** What to do, where it is more than the reason's usual advice. */
  readonly advice?: string
}

/** Outcome of a call: a value, or why there is none. */
export type RemoteAnswer<Value> = { readonly value: Value } | { readonly failure: RemoteFailure }

/** What failures of one key are told with. */
export interface RemoteKey {
  /** The recipient as people know it; not secret. */
  readonly key: string
  /** `AWS KMS`, `Vault at https://vault.example.com`. */
  readonly service: string
  /** What to do, by reason. */
  readonly advice: Partial<Readonly<Record<FailureReason, string>>>
}

const WORDS: Readonly<Record<FailureReason, string>> = {
  'no credentials': 'no credentials were found',
  'bad credentials': 'the credentials are expired or not valid',
  denied: 'access was denied',
  'unknown key': 'there is no such key',
  'disabled key': 'the key is disabled or about to be deleted',
  'unusable key': 'the key is not one that encrypts',
  'wrong key': 'the entry was not made by this key, or is damaged',
  throttled: 'too many calls, even after waiting',
  'timed out': 'there was no answer in time',
  'no network': 'the service cannot be reached',
  'untrusted server': 'the certificate of the server is not trusted',
  unavailable: 'the service is not available',
  'not allowed': 'credentials may not be sent to this address',
  malformed: 'the entry is malformed',
  'unexpected answer': 'the answer makes no sense',
}

const ADVICE: Partial<Readonly<Record<FailureReason, string>>> = {
  throttled: 'try again in a minute',
  'timed out': 'check the network and the proxy, then try again',
  'no network': 'check the network and HTTPS_PROXY',
  'untrusted server': 'set NODE_EXTRA_CA_CERTS to the file of your certificate authority',
  unavailable: 'try again in a minute',
  'wrong key': 'restore the file from git',
  malformed: 'restore the file from git',
}

/** A name that a service gave an error, if it is one and not a text that could hold anything. */
export function shortCode(text: unknown): string | undefined {
  return typeof text === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(text) ? text : undefined
}

/** What could not be unwrapped, for the list of all that was tried. */
export function failedUnwrap(failure: RemoteFailure, key: RemoteKey): Unwrapped {
  const outcome = sentence(failure, key)
  const tried = failure.tried ?? []
  if (tried.length > 0) return { failed: outcome, tried: [...tried, { source: key.service, outcome }] }
  return { failed: outcome, tried: [{ source: failure.source ?? key.service, outcome }] }
}

/**
 * An attempt that a setting which cannot be used (a file of certificates that is not there) ends like any other
 * failure: an entry of another kind may still open the file.
 */
export async function orFailed(attempt: () => Promise<Unwrapped>): Promise<Unwrapped> {
  try {
    return await attempt()
  } catch (error) {
    if (!isSecretsError(error) || error.code !== 'IDENTITY_INVALID') throw error
    return { failed: `${error.message}; ${error.hint ?? 'correct it'}`, tried: [] }
  }
}

/** `PROVIDER_FAILED` for a data key that could not be wrapped. */
export function wrapError(failure: RemoteFailure, key: RemoteKey): SecretsError {
  const source = failure.source === undefined ? [] : [`credentials: ${failure.source}`]
  const tried = (failure.tried ?? []).map((one) => `${one.source}: ${one.outcome}`)
  const advice = adviceOf(failure, key)
  return new SecretsError('PROVIDER_FAILED', `${key.service}: ${problem(failure)} for ${key.key}`, {
    details: [...source, ...tried],
    ...(advice === undefined ? {} : { hint: advice }),
  })
}

function sentence(failure: RemoteFailure, key: RemoteKey): string {
  const advice = adviceOf(failure, key)
  const what = `${problem(failure)} for ${key.key}`
  return advice === undefined ? what : `${what}; ${advice}`
}

function problem({ reason, code }: RemoteFailure): string {
  return code === undefined ? WORDS[reason] : `${WORDS[reason]} (${code})`
}

function adviceOf({ reason, advice }: RemoteFailure, key: RemoteKey): string | undefined {
  return advice ?? key.advice[reason] ?? ADVICE[reason]
}
