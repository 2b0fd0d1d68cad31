import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import {
  accountsOf,
  type KmsKey,
  kmsKeyOfEntry,
  kmsKeyProblem,
  kmsReference,
  parseKmsReference,
  regionOf,
} from '../aws/kms-reference.ts'
import { createdAt } from '../created-at.ts'
import { unknownReference } from '../find-provider.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { failedUnwrap, orFailed, type RemoteFailure, type RemoteKey, wrapError } from '../remote-failure.ts'
import { encOf, fromBase64 } from '../wrapped-blob.ts'

/** KMS refuses longer blobs (API reference of `Decrypt`). */
const MAX_BLOB = 6_144

/** Keys of AWS KMS: `ARN[+ROLE][|context][|profile]`, sops's own text for them. */
export const provider: KeyProvider = {
  id: 'aws-kms',
  summary: 'keys of AWS KMS',
  list: 'kms',
  remote: true,
  pattern: '^arn:aws[\\w-]*:kms:',
  credentials:
    'AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|WEB_IDENTITY_TOKEN_FILE|SHARED_CREDENTIALS_FILE)' +
    '|AWS_CONTAINER_(?:CREDENTIALS_(?:RELATIVE|FULL)_URI|AUTHORIZATION_TOKEN(?:_FILE)?)' +
    '|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
  canonical: (reference) => kmsReference(parse(reference)),
  referenceOf,
  wrap,
  unwrap: (entry, context) => orFailed(() => unwrap(entry, context)),
}

function parse(reference: string): KmsKey {
  const key = parseKmsReference(reference.trim())
  if (key !== undefined) return key
  throw new SecretsError('BAD_RECIPIENT', 'a KMS key whose ARN, role, context or profile is malformed', {
    hint: 'write it as arn:aws:kms:REGION:ACCOUNT:key/ID or arn:aws:kms:REGION:ACCOUNT:alias/NAME, with +ROLE_ARN behind it where a role is assumed',
  })
}

function referenceOf(entry: KeyEntry): string | undefined {
  if (entry.kind !== 'kms') return undefined
  const key = kmsKeyOfEntry(entry)
  return key === undefined || kmsKeyProblem(key) !== undefined ? unknownReference(entry) : kmsReference(key)
}

async function wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry> {
  const key = parse(reference)
  const refused = accountFailure(key, context)
  if (refused !== undefined) throw wrapError(refused, described(key, 'kms:Encrypt'))
  const { encryptByKms } = await import('../aws/kms-client.ts')
  const answer = await encryptByKms(key, dataKey, context)
  if ('failure' in answer) throw wrapError(answer.failure, described(key, 'kms:Encrypt'))
  return {
    kind: 'kms',
    fields: {
      arn: key.arn,
      aws_profile: key.profile ?? '',
      ...(Object.keys(key.context ?? {}).length === 0 ? {} : { context: key.context ?? {} }),
      created_at: createdAt(context.now()),
      enc: Buffer.from(answer.value).toString('base64'),
      ...(key.role === undefined ? {} : { role: key.role }),
    },
  }
}

async function unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped> {
  const key = kmsKeyOfEntry(entry)
  const blob = fromBase64(encOf(entry), MAX_BLOB)
  const problem = key === undefined ? 'a field has the wrong type' : kmsKeyProblem(key)
  if (key === undefined || problem !== undefined)
    return { failed: `a KMS entry that is malformed: ${problem}`, tried: [] }
  if (blob === undefined) return failedUnwrap({ reason: 'malformed' }, described(key, 'kms:Decrypt'))
  const refused = accountFailure(key, context)
  if (refused !== undefined) return failedUnwrap(refused, described(key, 'kms:Decrypt'))
  const { decryptByKms } = await import('../aws/kms-client.ts')
  const answer = await decryptByKms(key, blob, context)
  if ('failure' in answer) return failedUnwrap(answer.failure, described(key, 'kms:Decrypt'))
  return { opened: answer.value, by: key.arn }
}

/** `SECRETS_AWS_ACCOUNTS` limits whose keys and roles a file may make us use. */
function accountFailure(key: KmsKey, { env }: KeyContext): RemoteFailure | undefined {
  const allowed = (env['SECRETS_AWS_ACCOUNTS'] ?? '').split(',').flatMap((account) => account.trim() || [])
  const foreign = accountsOf(key).find((account) => !allowed.includes(account))
  if (allowed.length === 0 || foreign === undefined) return undefined
  return { reason: 'not allowed', advice: `add account ${foreign} to SECRETS_AWS_ACCOUNTS if it is yours` }
}

function described(key: KmsKey, permission: string): RemoteKey {
  return {
    key: kmsReference(key),
    service: `AWS KMS in ${regionOf(key)}`,
    advice: {
      'no credentials': 'set AWS_PROFILE, run `aws sso login`, or give the pipeline a role by OIDC',
      'bad credentials': 'sign in again (`aws sso login`), and see that the region is enabled for the account',
      denied: `allow ${permission} on the key, in its key policy and for the identity`,
      'unknown key': 'check the ARN: region, account and identifier',
      'disabled key': 'enable the key, or cancel its deletion',
      'unusable key': 'use a symmetric key for encryption and decryption',
      'wrong key': 'check the encryption context, or restore the file from git',
      'no network': 'check the network, HTTPS_PROXY, and the region of the ARN',
    },
  }
}
