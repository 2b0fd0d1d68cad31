import { fieldOf, type HttpAnswer, type HttpClient, type HttpRequest, headerOf, textOf } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote, statusFailure } from '../remote-call.ts'
import type { RemoteAnswer } from '../remote-failure.ts'

/** An access token and where it came from. */
export interface AzureToken {
  readonly token: string
  readonly source: string
  /** Milliseconds since 1970; undefined where nobody knows. */
  readonly expiresAt: number | undefined
}

/** What getting a token needs. */
export interface TokenTools {
  readonly client: HttpClient
  readonly context: KeyContext
  /** What it is for: `https://vault.azure.net`. */
  readonly resource: string
  /** What the credentials are called in messages. */
  readonly source: string
}

/** Asks for a token. The answer is Entra ID's (`expires_in`) or that of a managed identity (`expires_on`, seconds). */
export function fetchToken(
  request: Omit<HttpRequest, 'signal'>,
  tools: TokenTools,
  attempts?: number,
): Promise<RemoteAnswer<AzureToken>> {
  const { client, context, source } = tools
  return callRemote(
    async (signal) => {
      const answer = await client({ ...request, signal })
      return readToken(answer, source, context.now().getTime())
    },
    { signal: context.signal, ...(attempts === undefined ? {} : { attempts }) },
  )
}

function readToken(answer: HttpAnswer, source: string, now: number): RemoteAnswer<AzureToken> {
  if (answer.status !== 200) {
    const failure = statusFailure(answer.status, headerOf(answer, 'retry-after'))
    return { failure: { ...(failure.retry === true ? failure : { ...failure, reason: 'bad credentials' }), source } }
  }
  const token = textOf(answer.json, 'access_token')
  if (token === undefined) return { failure: { reason: 'unexpected answer', source } }
  const lasts = Number(fieldOf(answer.json, 'expires_in') ?? Number.NaN)
  const until = Number(fieldOf(answer.json, 'expires_on') ?? Number.NaN) * 1000
  const expiresAt = Number.isFinite(until) ? until : now + lasts * 1000
  return { value: { token, source, expiresAt: Number.isFinite(expiresAt) ? expiresAt : undefined } }
}
