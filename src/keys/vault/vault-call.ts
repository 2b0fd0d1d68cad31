/** Calls of Vault's interface and what its refusals mean. */
import { fieldOf, type HttpAnswer, type HttpClient, headerOf } from '../http-client.ts'
import { callRemote, statusFailure } from '../remote-call.ts'
import type { RemoteAnswer, RemoteFailure } from '../remote-failure.ts'

/** A server, and how it is spoken to. */
export interface VaultServer {
  readonly address: string
  readonly client: HttpClient
  readonly namespace: string | undefined
  readonly signal: AbortSignal | undefined
}

/** One call: the path below `/v1/`, what is sent, and the token unless it is a login. */
export interface VaultRequest {
  readonly path: string
  readonly body: Readonly<Record<string, string>>
  readonly token?: string
}

/** Sends a request; the value is the answer's JSON. */
export function callVault(server: VaultServer, request: VaultRequest): Promise<RemoteAnswer<unknown>> {
  const url = new URL(`${server.address}/v1/${request.path}`)
  const headers = {
    'content-type': 'application/json',
    'x-vault-request': 'true',
    ...(request.token === undefined ? {} : { 'x-vault-token': request.token }),
    ...(server.namespace === undefined ? {} : { 'x-vault-namespace': server.namespace }),
  }
  const body = JSON.stringify(request.body)
  return callRemote(
    async (signal) => {
      const answer = await server.client({ method: 'PUT', url, headers, body, signal })
      return answer.status === 200 ? { value: answer.json } : { failure: vaultFailure(answer, request) }
    },
    { signal: server.signal },
  )
}

/**
 * Vault says most things by the status alone. The few texts that tell cases of one status apart are constants of its
 * source; where they change, the message becomes more general and stays right.
 */
function vaultFailure(answer: HttpAnswer, request: VaultRequest): RemoteFailure {
  const { status } = answer
  const failure = statusFailure(status, headerOf(answer, 'retry-after'))
  const said = errorsOf(answer)
  if (status >= 300 && status < 400) {
    return {
      ...failure,
      reason: 'unavailable',
      advice: 'set VAULT_ADDR to the active node: redirects are not followed',
    }
  }
  if (request.token === undefined && status < 500 && status !== 429) {
    return { ...failure, reason: 'bad credentials', advice: 'check the role, and the secret id or token that it wants' }
  }
  if (status === 403 && said('invalid token')) return { ...failure, reason: 'bad credentials' }
  if (status === 404) return { ...failure, advice: 'check the path of the transit engine' }
  if (status !== 400) return failure
  if (said('encryption key not found')) return { ...failure, reason: 'unknown key' }
  if (said('too old')) return { ...failure, reason: 'disabled key', advice: 'lower min_decryption_version of the key' }
  return { ...failure, reason: 'wrong key' }
}

function errorsOf({ json }: HttpAnswer): (text: string) => boolean {
  const errors = fieldOf(json, 'errors')
  const texts = Array.isArray(errors) ? errors.filter((error) => typeof error === 'string') : []
  return (text) => texts.some((error) => error.includes(text))
}
