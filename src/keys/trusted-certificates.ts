import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { SecretsError } from '../core/errors.ts'
import type { KeyContext } from './key-provider.ts'

/**
 * The authorities to trust where `SSL_CERT_FILE` names one more (Go and OpenSSL, and so sops, read it; Node itself reads
 * only `NODE_EXTRA_CA_CERTS`, which needs nothing from us); undefined where Node's own are meant.
 * Throws `IDENTITY_INVALID` for a file that cannot be read.
 */
export function trustedCertificates({ env }: Pick<KeyContext, 'env'>): readonly string[] | undefined {
  const path = env['SSL_CERT_FILE']
  if (!path) return undefined
  try {
    return [...rootCertificates, readFileSync(path, 'utf8')]
  } catch {
    throw new SecretsError('IDENTITY_INVALID', 'SSL_CERT_FILE names a file that cannot be read', {
      hint: 'set SSL_CERT_FILE to a file of certificates in PEM form, or unset it',
    })
  }
}
