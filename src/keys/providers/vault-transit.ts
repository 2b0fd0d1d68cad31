import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { createdAt } from '../created-at.ts'
import { unknownReference } from '../find-provider.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { failedUnwrap, orFailed, type RemoteFailure, type RemoteKey, wrapError } from '../remote-failure.ts'
import { isAllowed } from '../vault/allow-list.ts'
import {
  parseTransitReference,
  type TransitKey,
  transitKeyOfEntry,
  transitReference,
} from '../vault/transit-reference.ts'
import { encOf, fromBase64 } from '../wrapped-blob.ts'

/** Vault's text for 32 bytes has 89 characters; one of an RSA key of 4,096 bits 693. */
const CIPHERTEXT = /^vault:v\d{1,6}:[A-Za-z0-9+/_=-]{1,4096}$/
/** Bytes of a data key or share, with room to spare. */
const MAX_PLAINTEXT = 64

/** Keys of a transit engine of HashiCorp Vault or OpenBao: `https://HOST/v1/ENGINE/keys/NAME`. */
export const provider: KeyProvider = {
  id: 'vault-transit',
  summary: 'keys of a transit engine of Vault or OpenBao',
  list: 'hc_vault',
  remote: true,
  pattern: '^https?://[^/]+/v1/.+/keys/[^/]+/?$',
  credentials:
    '(?:VAULT|BAO)_(?:TOKEN|ROLE_ID|SECRET_ID(?:_FILE)?|JWT(?:_FILE)?|ID_TOKEN|CLIENT_KEY)' +
    '|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
  canonical: (reference) => transitReference(parse(reference)),
  referenceOf,
  wrap,
  unwrap: (entry, context) => orFailed(() => unwrap(entry, context)),
}

function parse(reference: string): TransitKey {
  const key = parseTransitReference(reference.trim())
  if (key !== undefined) return key
  throw new SecretsError('BAD_RECIPIENT', 'a Vault key whose address, engine or name is malformed', {
    hint: 'write it as https://HOST:PORT/v1/ENGINE/keys/NAME',
  })
}

function referenceOf(entry: KeyEntry): string | undefined {
  if (entry.kind !== 'hc_vault') return undefined
  const key = transitKeyOfEntry(entry)
  return key === undefined ? unknownReference(entry) : transitReference(key)
}

async function wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry> {
  const key = parse(reference)
  const refused = addressFailure(key, context)
  if (refused !== undefined) throw wrapError(refused, described(key, 'encrypt'))
  const { encryptByTransit } = await import('../vault/transit-client.ts')
  const answer = await encryptByTransit(key, dataKey, context)
  if ('failure' in answer) throw wrapError(answer.failure, described(key, 'encrypt'))
  if (!CIPHERTEXT.test(answer.value)) throw wrapError({ reason: 'unexpected answer' }, described(key, 'encrypt'))
  return {
    kind: 'hc_vault',
    fields: {
      created_at: createdAt(context.now()),
      enc: answer.value,
      engine_path: key.engine,
      key_name: key.name,
      vault_address: key.address,
    },
  }
}

async function unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped> {
  const key = transitKeyOfEntry(entry)
  if (key === undefined) return { failed: 'a Vault entry whose address, engine or name is malformed', tried: [] }
  const enc = encOf(entry)
  const about = described(key, 'decrypt')
  if (enc === undefined || !CIPHERTEXT.test(enc)) return failedUnwrap({ reason: 'malformed' }, about)
  const refused = addressFailure(key, context)
  if (refused !== undefined) return failedUnwrap(refused, about)
  const { decryptByTransit } = await import('../vault/transit-client.ts')
  const answer = await decryptByTransit(key, enc, context)
  if ('failure' in answer) return failedUnwrap(answer.failure, about)
  const opened = fromBase64(answer.value, MAX_PLAINTEXT)
  if (opened === undefined) return failedUnwrap({ reason: 'unexpected answer' }, about)
  return { opened, by: transitReference(key) }
}

function addressFailure({ address }: TransitKey, { env }: KeyContext): RemoteFailure | undefined {
  if (isAllowed(address, env)) return undefined
  const advice = env['VAULT_ADDR']
    ? `add ${address} to SECRETS_VAULT_ALLOWLIST if your token may be sent there`
    : `set VAULT_ADDR to ${address} if that is your Vault`
  return { reason: 'not allowed', advice }
}

function described(key: TransitKey, action: 'encrypt' | 'decrypt'): RemoteKey {
  return {
    key: transitReference(key),
    service: `Vault at ${key.address}`,
    advice: {
      'no credentials':
        'set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or VAULT_JWT and VAULT_AUTH_ROLE; or run `vault login`',
      'bad credentials': 'run `vault login` again',
      denied: `allow update on ${key.engine}/${action}/${key.name} in a policy of the token`,
      'unknown key': 'check the name of the key and the path of its engine',
      'untrusted server': 'set VAULT_CACERT to the file of its certificate authority',
      unavailable: 'see whether Vault is sealed, then try again',
      'no network': 'check VAULT_ADDR and the network',
    },
  }
}
