import { fieldOf, type HttpAnswer, type HttpClient, type HttpRequest, headerOf, textOf } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote, statusFailure } from '../remote-call.ts'
import type { RemoteAnswer, RemoteFailure } from '../remote-failure.ts'

/** An access token and where it came from. */
export interface GoogleToken {
  readonly token: string
  readonly source: string
  /** Milliseconds since 1970; undefined where nobody knows. */
  readonly expiresAt: number | undefined
}

/** What getting a token needs. */
export interface TokenTools {
  readonly client: HttpClient
  readonly context: KeyContext
  /** What the credentials are called in messages. */
  readonly source: string
}

/** The least that using a key takes (Google's list of OAuth scopes). */
export const KMS_SCOPE = 'https://www.googleapis.com/auth/cloudkms'

/** Asks an endpoint of OAuth for a token: `access_token` and `expires_in`. */
export function fetchToken(
  request: Omit<HttpRequest, 'signal'>,
  tools: TokenTools,
): Promise<RemoteAnswer<GoogleToken>> {
  const { source, context } = tools
  return fetchJson(request, tools, (answer) => {
    const token = textOf(answer.json, 'access_token')
    const seconds = fieldOf(answer.json, 'expires_in')
    if (token === undefined) return { failure: { reason: 'unexpected answer', source } }
    const expiresAt = typeof seconds === 'number' ? context.now().getTime() + seconds * 1000 : undefined
    return { value: { token, source, expiresAt } }
  })
}

/** Asks for JSON; any other status than 200 is a failure of the credentials. */
export function fetchJson<Value>(
  request: Omit<HttpRequest, 'signal'>,
  { client, context, source }: TokenTools,
  read: (answer: HttpAnswer) => RemoteAnswer<Value>,
): Promise<RemoteAnswer<Value>> {
  return callRemote(
    async (signal) => {
      const answer = await client({ ...request, signal })
      return answer.status === 200 ? read(answer) : { failure: { ...loginFailure(answer), source } }
    },
    { signal: context.signal },
  )
}

/** A form as OAuth's endpoints take it. */
export function formRequest(url: URL, form: Readonly<Record<string, string>>): Omit<HttpRequest, 'signal'> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url, headers, body: new URLSearchParams(form).toString() }
}

function loginFailure(answer: HttpAnswer): RemoteFailure {
  const failure = statusFailure(answer.status, headerOf(answer, 'retry-after'))
  return failure.retry === true ? failure : { ...failure, reason: 'bad credentials' }
}
