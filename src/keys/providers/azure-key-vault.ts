import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { keyUrl, parseKeyUrl, type VaultKey, vaultKeyOfEntry } from '../azure/key-reference.ts'
import { resourceOf } from '../azure/vault-address.ts'
import { createdAt } from '../created-at.ts'
import { unknownReference } from '../find-provider.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { failedUnwrap, orFailed, type RemoteFailure, type RemoteKey, wrapError } from '../remote-failure.ts'
import { encOf, fromBase64Url } from '../wrapped-blob.ts'

/** Bytes of a blob by an RSA key of 4,096 bits. */
const MAX_BLOB = 512

/** Keys of Azure Key Vault and managed HSMs: `https://VAULT.vault.azure.net/keys/NAME[/VERSION]`. */
export const provider: KeyProvider = {
  id: 'azure-key-vault',
  summary: 'keys of Azure Key Vault',
  list: 'azure_kv',
  remote: true,
  pattern: '^https://[^/]+/keys/',
  credentials:
    'AZURE_(?:CLIENT_SECRET|CLIENT_CERTIFICATE_(?:PATH|PASSWORD)|FEDERATED_TOKEN_FILE|PASSWORD)' +
    '|(?:IDENTITY|MSI)_(?:ENDPOINT|HEADER|SECRET)' +
    '|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
  canonical: (reference) => keyUrl(parse(reference)),
  referenceOf,
  covers,
  wrap,
  unwrap: (entry, context) => orFailed(() => unwrap(entry, context)),
}

function parse(reference: string): VaultKey {
  const key = parseKeyUrl(reference.trim())
  if (key !== undefined) return key
  throw new SecretsError('BAD_RECIPIENT', 'a key of Azure Key Vault whose URL is malformed', {
    hint: 'write it as https://VAULT.vault.azure.net/keys/NAME or https://VAULT.vault.azure.net/keys/NAME/VERSION',
  })
}

function referenceOf(entry: KeyEntry): string | undefined {
  if (entry.kind !== 'azure_kv') return undefined
  const key = vaultKeyOfEntry(entry)
  return key === undefined ? unknownReference(entry) : keyUrl(key)
}

/** A file always names the version that encrypted; a configuration need not. */
function covers(configured: string, found: string): boolean {
  const [wanted, present] = [parseKeyUrl(configured), parseKeyUrl(found)]
  if (wanted === undefined || present === undefined || wanted.version !== '') return configured === found
  return wanted.vault === present.vault && wanted.name === present.name
}

async function wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry> {
  const wanted = parse(reference)
  const refused = addressFailure(wanted, context)
  if (refused !== undefined) throw wrapError(refused, described(wanted, 'encrypt'))
  const { encryptByVault } = await import('../azure/key-vault-client.ts')
  const answer = await encryptByVault(wanted, dataKey, context)
  if ('failure' in answer) throw wrapError(answer.failure, described(wanted, 'encrypt'))
  const { blob, key } = answer.value
  return {
    kind: 'azure_kv',
    fields: {
      created_at: createdAt(context.now()),
      enc: Buffer.from(blob).toString('base64url'),
      name: key.name,
      vault_url: key.vault,
      version: key.version,
    },
  }
}

async function unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped> {
  const key = vaultKeyOfEntry(entry)
  if (key === undefined)
    return { failed: 'an Azure Key Vault entry whose URL, name or version is malformed', tried: [] }
  const about = described(key, 'decrypt')
  const blob = fromBase64Url(encOf(entry), MAX_BLOB)
  if (blob === undefined) return failedUnwrap({ reason: 'malformed' }, about)
  const refused = addressFailure(key, context)
  if (refused !== undefined) return failedUnwrap(refused, about)
  const { decryptByVault } = await import('../azure/key-vault-client.ts')
  const answer = await decryptByVault(key, blob, context)
  return 'failure' in answer ? failedUnwrap(answer.failure, about) : { opened: answer.value, by: keyUrl(key) }
}

function addressFailure({ vault }: VaultKey, context: KeyContext): RemoteFailure | undefined {
  if (resourceOf(vault, context) !== undefined) return undefined
  return { reason: 'not allowed', advice: `add ${vault} to SECRETS_AZURE_VAULT_ALLOWLIST if it is your vault` }
}

function described(key: VaultKey, action: 'encrypt' | 'decrypt'): RemoteKey {
  return {
    key: keyUrl(key),
    service: 'Azure Key Vault',
    advice: {
      'no credentials':
        'run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE',
      'bad credentials': 'run `az login` again, or check tenant, application and secret',
      denied: `allow keys/${action} on the key (role Key Vault Crypto User, or an access policy)`,
      'unknown key': 'check the vault, the name and the version of the key',
      'disabled key': 'enable this version of the key, and check its dates',
      'unusable key': `use an RSA key whose operations include ${action}`,
      'no network': 'check the name of the vault, the network and HTTPS_PROXY',
    },
  }
}
