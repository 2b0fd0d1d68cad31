import * as assert from 'uvu/assert'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { suite } from '../support/suite.ts'
import { keyContext } from './support/key-context.ts'

const SSH = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINzE/Z4HeMD+j+rjBHIozhVtAX+HpQuX6FN9l7iLot4X'
const AZURE = 'https://acme.vault.azure.net/keys/sops'
const VERSION = '0123456789abcdef0123456789abcdef'

suite('references of a file beside a configuration', (test) => {
  test('what the configuration writes in another way is the same recipient', async () => {
    const keyring = createKeyring(keyContext())
    const groups = [
      [
        { kind: 'age', fields: { recipient: `${SSH} root@host`, enc: '' } },
        {
          kind: 'azure_kv',
          fields: { vault_url: 'https://acme.vault.azure.net', name: 'sops', version: VERSION, enc: '' },
        },
      ],
    ]
    const ssh = await keyring.canonical(`${SSH} ann@laptop`)
    const azure = await keyring.canonical(AZURE)
    assert.equal(await keyring.references(groups, [ssh, azure]), [[ssh, azure]])
    const [[own = '', versioned = ''] = []] = await keyring.references(groups)
    assert.is.not(own, ssh)
    assert.match(versioned, new RegExp(`/${VERSION}$`))
  })

  test('another key is another recipient', async () => {
    const keyring = createKeyring(keyContext())
    const groups = [[{ kind: 'age', fields: { recipient: SSH.replace('INzE', 'INzF'), enc: '' } }]]
    assert.equal(await keyring.references(groups, [SSH]), [[SSH.replace('INzE', 'INzF')]])
  })
})
