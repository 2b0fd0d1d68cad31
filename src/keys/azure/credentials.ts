/** Who we are for Azure: the places of Azure's `DefaultAzureCredential`, in its order. */
import { httpClient } from '../http-client.ts'
import type { KeyContext, TriedIdentity } from '../key-provider.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import type { AzureToken, TokenTools } from './access-token.ts'
import { fromEnvironment, fromWorkload } from './application.ts'
import { fromAzureCli, fromDeveloperCli } from './developer-login.ts'
import { fromAppService, fromMachine } from './managed-identity.ts'

interface Place {
  readonly source: string
  /** Azure's name, for `AZURE_TOKEN_CREDENTIALS`. */
  readonly names: readonly string[]
  readonly find: (tools: TokenTools) => Promise<RemoteAnswer<AzureToken> | undefined>
}

const PLACES: readonly Place[] = [
  { source: 'AZURE_CLIENT_SECRET', names: ['environmentcredential', 'prod'], find: fromEnvironment },
  { source: 'AZURE_FEDERATED_TOKEN_FILE', names: ['workloadidentitycredential', 'prod'], find: fromWorkload },
  { source: 'IDENTITY_ENDPOINT', names: ['managedidentitycredential', 'prod'], find: fromAppService },
  { source: 'managed identity', names: ['managedidentitycredential', 'prod'], find: fromMachine },
  { source: 'az login', names: ['azureclicredential', 'dev'], find: fromAzureCli },
  { source: 'azd auth login', names: ['azuredeveloperclicredential', 'dev'], find: fromDeveloperCli },
]

/** Looks for a token for a resource; the first place that has something decides. */
export async function findAzureToken(resource: string, context: KeyContext): Promise<RemoteAnswer<AzureToken>> {
  const chosen = context.env['AZURE_TOKEN_CREDENTIALS']?.toLowerCase()
  const places = PLACES.filter(({ names }) => !chosen || names.includes(chosen))
  const client = await httpClient(context)
  const tried: TriedIdentity[] = []
  for (const { source, find } of places) {
    const answer = await find({ client, context, resource, source })
    if (answer !== undefined) return answer
    tried.push({ source, outcome: 'not set' })
  }
  return { failure: { reason: 'no credentials', tried } }
}
