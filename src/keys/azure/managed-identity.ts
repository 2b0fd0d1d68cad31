/** The identity that Azure gives a machine, a function or a container. */
import type { RemoteAnswer } from '../remote-failure.ts'
import { type AzureToken, fetchToken, type TokenTools } from './access-token.ts'

/** An address, not a name: some networks answer to names that do not exist. */
const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token'
/** Milliseconds: on the machine itself the answer is there at once, elsewhere there is nobody. */
const METADATA_LIMIT = 1_000

/** App Service, Functions, Container Apps: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`; undefined where they are not set. */
export async function fromAppService(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: secret } = tools.context.env
  if (!endpoint || !secret || !URL.canParse(endpoint)) return undefined
  const url = withQuery(new URL(endpoint), '2019-08-01', tools)
  const source = 'IDENTITY_ENDPOINT (managed identity)'
  return fetchToken({ method: 'GET', url, headers: { 'x-identity-header': secret } }, { ...tools, source })
}

/** Virtual machines and Kubernetes nodes; undefined where nobody answers. */
export async function fromMachine(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const url = withQuery(new URL(METADATA), '2018-02-01', tools)
  const brief: TokenTools = {
    ...tools,
    source: 'the managed identity of this machine',
    client: (request) =>
      tools.client({ ...request, signal: AbortSignal.any([request.signal, AbortSignal.timeout(METADATA_LIMIT)]) }),
  }
  const answer = await fetchToken({ method: 'GET', url, headers: { metadata: 'true' } }, brief, 1)
  // A machine without an identity answers 400: the next source may do.
  return 'value' in answer ? answer : undefined
}

function withQuery(url: URL, version: string, { resource, context }: TokenTools): URL {
  url.searchParams.set('api-version', version)
  url.searchParams.set('resource', resource)
  if (context.env['AZURE_CLIENT_ID']) url.searchParams.set('client_id', context.env['AZURE_CLIENT_ID'])
  return url
}
