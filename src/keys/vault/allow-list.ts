import type { KeyContext } from '../key-provider.ts'
import { originOf } from './transit-reference.ts'

/**
 * Whether a token may be sent to an address. The address stands in a file that anybody may have written, so by default
 * only that of the user's own `VAULT_ADDR` may. `SECRETS_VAULT_ALLOWLIST`, else `SOPS_HC_VAULT_ALLOWLIST`, adds a comma
 * list of addresses; as for sops `all` allows every address and `none` not even that of `VAULT_ADDR`.
 * Scheme, host and port have to be the same; a path behind them counts for nothing.
 */
export function isAllowed(address: string, env: KeyContext['env']): boolean {
  const list = (env['SECRETS_VAULT_ALLOWLIST'] || env['SOPS_HC_VAULT_ALLOWLIST'] || '').split(',')
  const items = list.map((item) => item.trim())
  if (items.includes('none')) return false
  if (items.includes('all')) return true
  const allowed = [env['VAULT_ADDR'] ?? '', ...items].map((item) => originOf(firstPart(item.trim())))
  return allowed.includes(address)
}

function firstPart(address: string): string {
  return /^https?:\/\/[^/]+/i.exec(address)?.[0] ?? address
}
