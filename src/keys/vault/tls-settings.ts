import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { TlsSettings } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'

/**
 * How the server's certificate is checked, from the variables of Vault's own client: `VAULT_CACERT` (a file),
 * `VAULT_CAPATH` (a folder), `VAULT_TLS_SERVER_NAME`, `VAULT_CLIENT_CERT` and `VAULT_CLIENT_KEY`, `VAULT_SKIP_VERIFY`.
 * Throws `IDENTITY_INVALID` for a file that cannot be read.
 */
export function vaultTls({ env }: KeyContext): TlsSettings {
  const { VAULT_CACERT: file, VAULT_CAPATH: folder, VAULT_TLS_SERVER_NAME: servername } = env
  const ca = file ? [read('VAULT_CACERT', file)] : folder ? readFolder(folder) : undefined
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(env['VAULT_CLIENT_CERT'] ? { cert: read('VAULT_CLIENT_CERT', env['VAULT_CLIENT_CERT']) } : {}),
    ...(env['VAULT_CLIENT_KEY'] ? { key: read('VAULT_CLIENT_KEY', env['VAULT_CLIENT_KEY']) } : {}),
    ...(servername ? { servername } : {}),
    ...(isTrue(env['VAULT_SKIP_VERIFY']) ? { rejectUnauthorized: false } : {}),
  }
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((name) => read('VAULT_CAPATH', join(folder, name)))
  } catch {
    throw unreadable('VAULT_CAPATH')
  }
}

function read(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw unreadable(variable)
  }
}

function unreadable(variable: string): SecretsError {
  return new SecretsError('IDENTITY_INVALID', `${variable} names a file that cannot be read`, {
    hint: `set ${variable} to a file of certificates in PEM form`,
  })
}

/** The forms that Go's `ParseBool` takes for true, as Vault's client does. */
function isTrue(text: string | undefined): boolean {
  return /^(1|t|true)$/i.test(text ?? '')
}
