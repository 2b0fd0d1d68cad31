import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { unknownReference } from '../find-provider.ts'
import type { KeyProvider, Unwrapped } from '../key-provider.ts'

/** sops's `region:key-uuid` (`hckms.NewMasterKeyFromKeyID`). */
const KEY_ID = /^[a-z0-9-]{2,64}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Keys of HuaweiCloud KMS: known and kept, so that files with other recipients too can be worked on; not used. */
export const provider: KeyProvider = {
  id: 'huawei-kms',
  summary: 'keys of HuaweiCloud KMS, kept as they are',
  list: 'hckms',
  remote: true,
  pattern: '^[a-z][a-z0-9-]+:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}$',
  canonical,
  referenceOf,
  wrap: async (reference) => {
    throw new SecretsError(
      'PROVIDER_FAILED',
      `${canonical(reference)}: HuaweiCloud KMS is not supported for encrypting`,
      {
        hint: 'encrypt with sops, or take this recipient out of .secretsrc',
      },
    )
  },
  unwrap,
}

function canonical(reference: string): string {
  const text = reference.trim()
  if (KEY_ID.test(text)) return text
  throw new SecretsError('BAD_RECIPIENT', 'a key of HuaweiCloud KMS that is malformed', {
    hint: 'write it as REGION:KEY_ID',
  })
}

function referenceOf(entry: KeyEntry): string | undefined {
  if (entry.kind !== 'hckms') return undefined
  const { key_id: key } = entry.fields
  return typeof key === 'string' && KEY_ID.test(key) ? key : unknownReference(entry)
}

async function unwrap(entry: KeyEntry): Promise<Unwrapped> {
  const failed = 'HuaweiCloud KMS is not supported for opening; decrypt with sops, or ask another recipient'
  return { failed, tried: [{ source: `recipient ${referenceOf(entry)}`, outcome: failed }] }
}
