import type { KeyContext } from '../key-provider.ts'

/**
 * The address of a service where the user's environment names one (`AWS_ENDPOINT_URL_KMS`, `AWS_ENDPOINT_URL`), as all
 * of AWS's tools read it. Otherwise the SDK makes it of the region, or takes it from the user's AWS configuration.
 */
export function endpointOf(service: 'KMS' | 'STS', env: KeyContext['env']): string | undefined {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true') return undefined
  const text = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL']
  return text !== undefined && text !== '' && URL.canParse(text) ? text : undefined
}
