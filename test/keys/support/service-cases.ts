/** Every key service with a stand-in that answers what a test says, for what all of them have to do alike. */
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import type { KeyContext, KeyProvider } from '../../../src/keys/key-provider.ts'
import { provider as aws } from '../../../src/keys/providers/aws-kms.ts'
import { provider as azure } from '../../../src/keys/providers/azure-key-vault.ts'
import { provider as gcp } from '../../../src/keys/providers/gcp-kms.ts'
import { provider as vault } from '../../../src/keys/providers/vault-transit.ts'
import type { TestContext } from '../../support/suite.ts'
import { azureStandIn, vaultError } from './azure-stand-in.ts'
import { GOOGLE_KEY, googleError } from './google-stand-in.ts'
import { httpStub, type StubAnswer } from './http-stub.ts'
import { keyContext } from './key-context.ts'

/** What can go wrong with a key. */
export type Situation =
  | 'denied'
  | 'unknown key'
  | 'disabled key'
  | 'throttled'
  | 'bad credentials'
  | 'malformed answer'
  | 'no answer'
  | 'outage'

/** A service that runs, with credentials for it. */
export interface RunningService {
  readonly provider: KeyProvider
  /** How a message names the recipient. */
  readonly key: string
  /** How it names the credentials. */
  readonly source: string
  readonly entry: KeyEntry
  /** A new command with credentials. */
  readonly here: () => KeyContext
  /** A new command without any. */
  readonly nobody: () => KeyContext
  /** A new command for which nobody listens. */
  readonly offline: () => { readonly context: KeyContext; readonly entry: KeyEntry }
  /** How many calls of the key there were. */
  readonly calls: () => number
}

/** One kind of service. */
export interface ServiceCase {
  readonly name: string
  /** What the message advises, by situation. */
  readonly advice: Readonly<Record<Exclude<Situation, 'malformed answer' | 'no answer' | 'outage'>, RegExp>>
  readonly start: (context: TestContext, situation: Situation) => Promise<RunningService>
}

const SILENT: StubAnswer = { delay: 120_000 }
const NONSENSE: StubAnswer = { body: 'no json' }
const OUTAGE: StubAnswer = { status: 503, headers: { 'retry-after': '0' } }
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const NOWHERE = 'http://127.0.0.1:1'

type Answers = Readonly<Record<Situation, StubAnswer>>

function kmsError(name: string): StubAnswer {
  return { status: 400, body: { __type: name, message: 'a text that may quote anything' } }
}

const AWS: Answers = {
  denied: kmsError('AccessDeniedException'),
  'unknown key': kmsError('NotFoundException'),
  'disabled key': kmsError('DisabledException'),
  throttled: kmsError('ThrottlingException'),
  'bad credentials': kmsError('ExpiredTokenException'),
  'malformed answer': NONSENSE,
  'no answer': SILENT,
  outage: OUTAGE,
}

async function startAws(context: TestContext, situation: Situation): Promise<RunningService> {
  const stub = await httpStub(context, () => AWS[situation])
  const entry: KeyEntry = { kind: 'kms', fields: { arn: ARN, aws_profile: '', created_at: '', enc: 'QUJD' } }
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret' }
  // The default chain reads these of the process.
  const before = process.env['AWS_EC2_METADATA_DISABLED']
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
  context.onCleanup(() => {
    if (before === undefined) delete process.env['AWS_EC2_METADATA_DISABLED']
    else process.env['AWS_EC2_METADATA_DISABLED'] = before
  })
  return {
    provider: aws,
    key: ARN,
    source: 'AWS_ACCESS_KEY_ID',
    entry,
    here: () => keyContext({ env: { AWS_ENDPOINT_URL: stub.address, ...keys } }),
    nobody: () => keyContext({ env: { AWS_ENDPOINT_URL: stub.address, AWS_SHARED_CREDENTIALS_FILE: '/nowhere' } }),
    offline: () => ({ context: keyContext({ env: { AWS_ENDPOINT_URL: NOWHERE, ...keys } }), entry }),
    calls: () => stub.requests.length,
  }
}

const GCP: Answers = {
  denied: googleError(403, 'PERMISSION_DENIED'),
  'unknown key': googleError(404, 'NOT_FOUND'),
  'disabled key': googleError(400, 'FAILED_PRECONDITION'),
  throttled: googleError(429, 'RESOURCE_EXHAUSTED'),
  'bad credentials': googleError(401, 'UNAUTHENTICATED'),
  'malformed answer': NONSENSE,
  'no answer': SILENT,
  outage: OUTAGE,
}

function gcpAt(address: string, env: KeyContext['env']): KeyContext {
  return keyContext({ env: { SECRETS_GCP_KMS_ENDPOINT: address, ...env } })
}

async function startGcp(context: TestContext, situation: Situation): Promise<RunningService> {
  const stub = await httpStub(context, () => GCP[situation])
  const entry: KeyEntry = { kind: 'gcp_kms', fields: { resource_id: GOOGLE_KEY, created_at: '', enc: 'QUJD' } }
  const token = { GOOGLE_OAUTH_ACCESS_TOKEN: 'very-secret', NO_GCE_CHECK: 'true' }
  return {
    provider: gcp,
    key: GOOGLE_KEY,
    source: 'GOOGLE_OAUTH_ACCESS_TOKEN',
    entry,
    here: () => gcpAt(stub.address, token),
    nobody: () => gcpAt(stub.address, { NO_GCE_CHECK: 'true' }),
    offline: () => ({ context: gcpAt(NOWHERE, token), entry }),
    calls: () => stub.requests.length,
  }
}

const AZURE: Answers = {
  denied: vaultError(403, 'Forbidden', 'ForbiddenByRbac'),
  'unknown key': vaultError(404, 'KeyNotFound'),
  'disabled key': vaultError(403, 'Forbidden', 'KeyDisabled'),
  throttled: { ...vaultError(429, 'Throttled'), headers: { 'retry-after': '0' } },
  'bad credentials': vaultError(401, 'Unauthorized'),
  'malformed answer': { body: {} },
  'no answer': SILENT,
  outage: OUTAGE,
}

async function startAzure(context: TestContext, situation: Situation): Promise<RunningService> {
  const stand = await azureStandIn(context)
  stand.faults.push(...Array.from({ length: 9 }, () => AZURE[situation]))
  const version = stand.versions[0]?.version ?? ''
  const fields = { vault_url: stand.address, name: 'k', version, created_at: '', enc: 'QUJD'.repeat(85) + 'QQ' }
  const entry: KeyEntry = { kind: 'azure_kv', fields }
  const trusted = {
    SSL_CERT_FILE: stand.certificate.file,
    SECRETS_AZURE_VAULT_ALLOWLIST: `${stand.address}, https://127.0.0.1:1`,
  }
  const identity = { IDENTITY_ENDPOINT: `${stand.address}/msi/token`, IDENTITY_HEADER: 'test-identity' }
  return {
    provider: azure,
    key: `${stand.address}/keys/k/${version}`,
    source: 'IDENTITY_ENDPOINT (managed identity)',
    entry,
    here: () => keyContext({ env: { ...trusted, ...identity } }),
    nobody: () => keyContext({ env: { ...trusted, AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' } }),
    offline: () => ({
      context: keyContext({ env: { ...trusted, ...identity } }),
      entry: { kind: 'azure_kv', fields: { ...fields, vault_url: 'https://127.0.0.1:1' } },
    }),
    calls: () => stand.requests.filter(({ path }) => path.startsWith('/keys/')).length,
  }
}

function transitError(status: number, ...errors: readonly string[]): StubAnswer {
  return { status, body: { errors }, headers: { 'retry-after': '0' } }
}

const VAULT: Answers = {
  denied: transitError(403, '1 error occurred:\n\t* permission denied\n\n'),
  'unknown key': transitError(400, 'encryption key not found'),
  'disabled key': transitError(400, 'ciphertext or signature version is disallowed by policy (too old)'),
  throttled: transitError(429),
  'bad credentials': transitError(403, 'permission denied', 'invalid token'),
  'malformed answer': NONSENSE,
  'no answer': SILENT,
  outage: OUTAGE,
}

function vaultAt(address: string, env: KeyContext['env']): KeyContext {
  return keyContext({ env: { VAULT_ADDR: address, ...env } })
}

async function startVault(context: TestContext, situation: Situation): Promise<RunningService> {
  const stub = await httpStub(context, () => VAULT[situation])
  const fields = { engine_path: 'transit', key_name: 'sops', created_at: '', enc: 'vault:v1:QUJD' }
  const entryAt = (address: string): KeyEntry => ({ kind: 'hc_vault', fields: { vault_address: address, ...fields } })
  const token = { VAULT_TOKEN: 'very-secret' }
  return {
    provider: vault,
    key: `${stub.address}/v1/transit/keys/sops`,
    source: 'VAULT_TOKEN',
    entry: entryAt(stub.address),
    here: () => vaultAt(stub.address, token),
    nobody: () => vaultAt(stub.address, {}),
    offline: () => ({ context: vaultAt(NOWHERE, token), entry: entryAt(NOWHERE) }),
    calls: () => stub.requests.length,
  }
}

/** All services. */
export const SERVICES: readonly ServiceCase[] = [
  {
    name: 'AWS KMS',
    advice: {
      denied: /allow kms:Decrypt on the key/,
      'unknown key': /check the ARN: region, account/,
      'disabled key': /enable the key/,
      throttled: /try again in a minute/,
      'bad credentials': /aws sso login/,
    },
    start: startAws,
  },
  {
    name: 'Google Cloud KMS',
    advice: {
      denied: /cloudkms\.cryptoKeyVersions\.useToDecrypt/,
      'unknown key': /location/,
      'disabled key': /enable the version/,
      throttled: /try again in a minute/,
      'bad credentials': /gcloud auth/,
    },
    start: startGcp,
  },
  {
    name: 'Azure Key Vault',
    advice: {
      denied: /Key Vault Crypto User/,
      'unknown key': /check/,
      'disabled key': /enable this version/,
      throttled: /try again in a minute/,
      'bad credentials': /az login/,
    },
    start: startAzure,
  },
  {
    name: 'Vault transit',
    advice: {
      denied: /allow update on transit\/decrypt\/sops/,
      'unknown key': /path of its engine/,
      'disabled key': /min_decryption_version/,
      throttled: /try again in a minute/,
      'bad credentials': /vault login/,
    },
    start: startVault,
  },
]
