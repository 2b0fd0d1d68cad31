import { networkFailure } from '../remote-call.ts'
import { type FailureReason, type RemoteFailure, shortCode } from '../remote-failure.ts'

/** Names of errors of KMS, STS and the SDK (API references of both; `@aws-sdk` packages for the last group). */
const REASONS: Readonly<Record<string, FailureReason>> = {
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  NotFoundException: 'unknown key',
  InvalidArnException: 'unknown key',
  DisabledException: 'disabled key',
  KMSInvalidStateException: 'disabled key',
  InvalidKeyUsageException: 'unusable key',
  IncorrectKeyException: 'wrong key',
  InvalidCiphertextException: 'wrong key',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  LimitExceededException: 'throttled',
  KeyUnavailableException: 'unavailable',
  KMSInternalException: 'unavailable',
  DependencyTimeoutException: 'unavailable',
  InternalFailure: 'unavailable',
  ServiceUnavailable: 'unavailable',
  ServiceUnavailableException: 'unavailable',
  ExpiredTokenException: 'bad credentials',
  ExpiredToken: 'bad credentials',
  UnrecognizedClientException: 'bad credentials',
  InvalidClientTokenId: 'bad credentials',
  InvalidSignatureException: 'bad credentials',
  SignatureDoesNotMatch: 'bad credentials',
  IncompleteSignatureException: 'bad credentials',
  MissingAuthenticationTokenException: 'bad credentials',
  InvalidIdentityToken: 'bad credentials',
  CredentialsProviderError: 'no credentials',
  TokenProviderError: 'no credentials',
}

const PASSING: ReadonlySet<FailureReason> = new Set(['throttled', 'unavailable'])

/** What an error of the SDK means. Recognised by its name and status, never by its text. */
export function awsFailure(error: unknown): RemoteFailure {
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError') return timeOut(error)
  const reason = REASONS[name] ?? reasonOfStatus(statusOf(error))
  if (reason === undefined) {
    const failure = networkFailure(error)
    const code = failure.code ?? (name === 'Error' ? undefined : shortCode(name))
    return { ...failure, ...(code === undefined ? {} : { code }) }
  }
  const code = name === 'Error' || name === 'SyntaxError' ? `HTTP ${statusOf(error)}` : shortCode(name)
  return {
    reason,
    ...(code === undefined ? {} : { code }),
    ...(PASSING.has(reason) ? { retry: true } : {}),
  }
}

/** The SDK gives broken connections this name too; Node's code tells. */
function timeOut(error: unknown): RemoteFailure {
  const failure = networkFailure(error)
  return failure.code === undefined ? { reason: 'timed out', code: 'TimeoutError', retry: true } : failure
}

function reasonOfStatus(status: number | undefined): FailureReason | undefined {
  if (status === 403) return 'denied'
  if (status === 429) return 'throttled'
  return status !== undefined && status >= 500 ? 'unavailable' : undefined
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}
