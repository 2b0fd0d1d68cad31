import type { KeyContext } from '../key-provider.ts'

/**
 * The address of Cloud KMS: Google's own, or what the user's environment names: `SECRETS_GCP_KMS_ENDPOINT` or
 * `SOPS_GCP_KMS_ENDPOINT` (without scheme: https, as sops's gRPC form), else the universe of
 * `SOPS_GCP_KMS_UNIVERSE_DOMAIN` or `GOOGLE_CLOUD_UNIVERSE_DOMAIN`. Undefined when that is no address.
 */
export function kmsEndpoint({ env }: KeyContext): URL | undefined {
  const named = env['SECRETS_GCP_KMS_ENDPOINT'] || env['SOPS_GCP_KMS_ENDPOINT']
  const universe = env['SOPS_GCP_KMS_UNIVERSE_DOMAIN'] || env['GOOGLE_CLOUD_UNIVERSE_DOMAIN'] || 'googleapis.com'
  const text = named || `cloudkms.${universe}`
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
  return URL.canParse(address) ? new URL(address) : undefined
}
