import * as assert from 'uvu/assert'
import { credentialVariables } from '../../src/keys/credential-variables.ts'
import { keyProviders } from '../../src/keys/providers/registry.ts'
import { suite } from '../support/suite.ts'

const NAMES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_PROFILE',
  'AWS_REGION',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'CLOUDSDK_CORE_PROJECT',
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
  'IDENTITY_HEADER',
  'AZURE_TENANT_ID',
  'VAULT_TOKEN',
  'VAULT_SECRET_ID_FILE',
  'VAULT_ADDR',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'GITHUB_TOKEN',
  'MY_VAULT_TOKEN',
]

function found(lists: readonly string[], references: readonly string[] = []): readonly string[] {
  const pattern = credentialVariables({ lists: new Set(lists), references }, keyProviders)
  return NAMES.filter((name) => pattern?.test(name) === true)
}

suite('credential variables', (test) => {
  test('are none where no key service is used', () => {
    assert.is(credentialVariables({ lists: new Set(['age', 'pgp']), references: ['age1x'] }, keyProviders), undefined)
  })

  test('are those of the services that files name, not what only says which identity or place is meant', () => {
    assert.equal(found(['kms']), [
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID',
      'AWS_SESSION_TOKEN',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    ])
    assert.equal(found(['hc_vault', 'age']), ['VAULT_TOKEN', 'VAULT_SECRET_ID_FILE', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
  })

  test('are those of the services that the configuration names, too', () => {
    assert.equal(found(['age'], ['projects/p/locations/global/keyRings/r/cryptoKeys/k']), [
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_OAUTH_ACCESS_TOKEN',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    ])
    assert.equal(found([], [' https://team.vault.azure.net/keys/k ']), [
      'AZURE_CLIENT_SECRET',
      'AZURE_FEDERATED_TOKEN_FILE',
      'IDENTITY_HEADER',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    ])
  })
})
