import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { createdAt } from '../created-at.ts'
import { unknownReference } from '../find-provider.ts'
import { isKeyResource, resourceOfEntry } from '../gcp/resource.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { failedUnwrap, orFailed, type RemoteKey, wrapError } from '../remote-failure.ts'
import { encOf, fromBase64 } from '../wrapped-blob.ts'

/** KMS takes up to 64 KiB; its blob for a data key has about 100 bytes, an emulator's a few hundred. */
const MAX_BLOB = 65_536

/** Keys of Google Cloud KMS: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. */
export const provider: KeyProvider = {
  id: 'gcp-kms',
  summary: 'keys of Google Cloud KMS',
  list: 'gcp_kms',
  remote: true,
  pattern: '^projects/',
  credentials:
    'GOOGLE_(?:APPLICATION_CREDENTIALS|CREDENTIALS|OAUTH_ACCESS_TOKEN)' +
    '|CLOUDSDK_AUTH_\\w+' +
    '|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
  canonical,
  referenceOf: (entry) => (entry.kind === 'gcp_kms' ? (resourceOfEntry(entry) ?? unknownReference(entry)) : undefined),
  wrap,
  unwrap: (entry, context) => orFailed(() => unwrap(entry, context)),
}

function canonical(reference: string): string {
  const text = reference.trim()
  if (isKeyResource(text)) return text
  throw new SecretsError('BAD_RECIPIENT', 'a key of Google Cloud KMS whose resource id is malformed', {
    hint: 'write it as projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY, without a version',
  })
}

async function wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry> {
  const resource = canonical(reference)
  const { encryptByGoogle } = await import('../gcp/kms-client.ts')
  const answer = await encryptByGoogle(resource, dataKey, context)
  if ('failure' in answer) throw wrapError(answer.failure, described(resource, 'useToEncrypt'))
  const enc = Buffer.from(answer.value).toString('base64')
  return { kind: 'gcp_kms', fields: { created_at: createdAt(context.now()), enc, resource_id: resource } }
}

async function unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped> {
  const resource = resourceOfEntry(entry)
  if (resource === undefined) return { failed: 'a Google Cloud KMS entry whose resource id is malformed', tried: [] }
  const about = described(resource, 'useToDecrypt')
  const blob = fromBase64(encOf(entry), MAX_BLOB)
  if (blob === undefined) return failedUnwrap({ reason: 'malformed' }, about)
  const { decryptByGoogle } = await import('../gcp/kms-client.ts')
  const answer = await decryptByGoogle(resource, blob, context)
  return 'failure' in answer ? failedUnwrap(answer.failure, about) : { opened: answer.value, by: resource }
}

function described(resource: string, permission: string): RemoteKey {
  return {
    key: resource,
    service: 'Google Cloud KMS',
    advice: {
      'no credentials': 'run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS',
      'bad credentials': 'run `gcloud auth application-default login` again',
      denied: `grant cloudkms.cryptoKeyVersions.${permission} on the key`,
      'unknown key': 'check project, location, key ring and key',
      'disabled key': 'enable the version of the key that the entry was made by',
    },
  }
}
