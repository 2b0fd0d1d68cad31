// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { KeyProvider } from '../key-provider.ts'

/** What is known of a key provider before it is loaded. */
export interface KeyProviderEntry extends Pick<KeyProvider, 'id' | 'summary' | 'list' | 'remote' | 'pattern' | 'credentials'> {
  readonly load: () => Promise<KeyProvider>
}

/** Every key provider, by id. */
export const keyProviders: readonly KeyProviderEntry[] = [
  {
    id: 'age',
    summary: 'age keys, post-quantum ones too',
    list: 'age',
    remote: false,
    pattern: '^age1(?:pq1)?[^1]*$',
    credentials: '',
    load: () => import('./age.ts').then((module) => module.provider),
  },
  {
    id: 'age-plugin',
    summary: 'keys of age plugins, in devices for instance',
    list: 'age',
    remote: false,
    pattern: '^age1(?!pq1[^1]*$).*1',
    credentials: '',
    load: () => import('./age-plugin.ts').then((module) => module.provider),
  },
  {
    id: 'aws-kms',
    summary: 'keys of AWS KMS',
    list: 'kms',
    remote: true,
    pattern: '^arn:aws[\\w-]*:kms:',
    credentials: 'AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|WEB_IDENTITY_TOKEN_FILE|SHARED_CREDENTIALS_FILE)|AWS_CONTAINER_(?:CREDENTIALS_(?:RELATIVE|FULL)_URI|AUTHORIZATION_TOKEN(?:_FILE)?)|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
    load: () => import('./aws-kms.ts').then((module) => module.provider),
  },
  {
    id: 'azure-key-vault',
    summary: 'keys of Azure Key Vault',
    list: 'azure_kv',
    remote: true,
    pattern: '^https://[^/]+/keys/',
    credentials: 'AZURE_(?:CLIENT_SECRET|CLIENT_CERTIFICATE_(?:PATH|PASSWORD)|FEDERATED_TOKEN_FILE|PASSWORD)|(?:IDENTITY|MSI)_(?:ENDPOINT|HEADER|SECRET)|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
    load: () => import('./azure-key-vault.ts').then((module) => module.provider),
  },
  {
    id: 'gcp-kms',
    summary: 'keys of Google Cloud KMS',
    list: 'gcp_kms',
    remote: true,
    pattern: '^projects/',
    credentials: 'GOOGLE_(?:APPLICATION_CREDENTIALS|CREDENTIALS|OAUTH_ACCESS_TOKEN)|CLOUDSDK_AUTH_\\w+|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
    load: () => import('./gcp-kms.ts').then((module) => module.provider),
  },
  {
    id: 'huawei-kms',
    summary: 'keys of HuaweiCloud KMS, kept as they are',
    list: 'hckms',
    remote: true,
    pattern: '^[a-z][a-z0-9-]+:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}$',
    credentials: '',
    load: () => import('./huawei-kms.ts').then((module) => module.provider),
  },
  {
    id: 'pgp',
    summary: 'PGP keys, by gpg',
    list: 'pgp',
    remote: false,
    pattern: '^(?:0[xX])?(?:[0-9A-Fa-f]\\s*){8,64}!?$',
    credentials: '',
    load: () => import('./pgp.ts').then((module) => module.provider),
  },
  {
    id: 'ssh',
    summary: 'SSH keys, ed25519 and RSA',
    list: 'age',
    remote: false,
    pattern: '^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\\S+[ \\t]',
    credentials: '',
    load: () => import('./ssh.ts').then((module) => module.provider),
  },
  {
    id: 'vault-transit',
    summary: 'keys of a transit engine of Vault or OpenBao',
    list: 'hc_vault',
    remote: true,
    pattern: '^https?://[^/]+/v1/.+/keys/[^/]+/?$',
    credentials: '(?:VAULT|BAO)_(?:TOKEN|ROLE_ID|SECRET_ID(?:_FILE)?|JWT(?:_FILE)?|ID_TOKEN|CLIENT_KEY)|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)',
    load: () => import('./vault-transit.ts').then((module) => module.provider),
  },
]
