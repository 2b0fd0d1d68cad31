import type { KeyContext } from '../key-provider.ts'

/** Where vaults and managed HSMs of Azure's clouds live (Azure's list of endpoints): public, China, US government. */
const DOMAINS: readonly string[] = [
  'vault.azure.net',
  'managedhsm.azure.net',
  'vault.azure.cn',
  'managedhsm.azure.cn',
  'vault.usgovcloudapi.net',
  'managedhsm.usgovcloudapi.net',
]

/**
 * What a token for a vault is asked for, or undefined when no token may be sent there. The address stands in a file
 * that anybody may have written: it has to be a vault of an Azure cloud, or in `SECRETS_AZURE_VAULT_ALLOWLIST`
 * (addresses, separated by commas). The answer never comes from the vault itself.
 */
export function resourceOf(vault: string, { env }: Pick<KeyContext, 'env'>): string | undefined {
  const { hostname, port } = new URL(vault)
  const domain = DOMAINS.find(
    (one) => hostname.endsWith(`.${one}`) && !hostname.slice(0, -one.length - 1).includes('.'),
  )
  if (domain !== undefined && port === '') return `https://${domain}`
  const allowed = (env['SECRETS_AZURE_VAULT_ALLOWLIST'] ?? '').split(',').map((address) => address.trim())
  return allowed.some((address) => URL.canParse(address) && new URL(address).origin === vault)
    ? `https://${DOMAINS[0]}`
    : undefined
}
