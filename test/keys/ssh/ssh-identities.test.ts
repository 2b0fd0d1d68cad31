import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { openAgeFile, readAgeFile } from '../../../src/keys/age/age-file.ts'
import { decodeArmor } from '../../../src/keys/age/armor.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { provider } from '../../../src/keys/providers/ssh.ts'
import { sshIdentitySources } from '../../../src/keys/ssh/ssh-identity-sources.ts'
import { encOf } from '../../../src/keys/wrapped-blob.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { keyContext } from '../support/key-context.ts'
import { metadata, person } from '../support/keyring-parts.ts'
import { opened, refused } from '../support/outcome.ts'
import { PASSPHRASE, sshFile, sshText } from '../support/ssh-fixtures.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

suite('SSH identities', (test) => {
  for (const [file, pub] of [
    ['ed25519', 'ed25519.pub'],
    ['rsa', 'rsa.pub'],
    ['rsa-pkcs1', 'rsa.pub'],
    ['rsa-pkcs8', 'rsa.pub'],
  ] as const) {
    test(`${file} opens what was made for it, from every place`, async (context) => {
      const entry = await entryFor(pub)
      const folder = temporaryFolder(context)
      mkdirSync(join(folder, '.ssh'))
      copyFileSync(sshFile(file), join(folder, '.ssh', 'id_rsa'))
      const print = `'${process.execPath}' -p 'require("fs").readFileSync(process.argv[1], "utf8")' '${sshFile(file)}'`
      for (const given of [
        { env: { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: sshFile(file) } },
        { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: sshFile(file) } },
        { env: { SECRETS_AGE_SSH_PRIVATE_KEY_CMD: print } },
        { env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: print } },
        { home: folder },
      ]) {
        assert.is(hex(opened(await provider.unwrap(entry, keyContext(given)))), hex(DATA_KEY))
      }
    })
  }

  test('what age made is opened', async () => {
    for (const name of ['ed25519', 'rsa']) {
      const context = keyContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: sshFile(name) } })
      const file = readAgeFile(decodeArmor(sshText(`${name}.age`)))
      const sources = sshIdentitySources(context)
      const { identities } = (await sources.find((one) => one.name.startsWith('SOPS'))?.load('')) ?? { identities: [] }
      const [identity] = identities
      assert.ok(identity !== undefined)
      assert.is(Buffer.from((await openAgeFile(file, identity)) ?? []).toString(), 'kept by age\n')
    }
  })

  for (const file of ['ed25519-protected', 'rsa-protected', 'rsa-pkcs1-protected', 'ed25519-cbc'] as const) {
    test(`${file} asks once for its passphrase`, async () => {
      const asked: string[] = []
      const context = asking(file, asked, ['wrong', PASSPHRASE])
      const pub = file === 'ed25519-cbc' ? await publicOf(file) : sshText(`${file}.pub`)
      const entries = await Promise.all([1, 2].map(() => provider.wrap(pub, DATA_KEY, keyContext())))
      for (const result of await Promise.all(entries.map((entry) => provider.unwrap(entry, context)))) {
        assert.is(hex(opened(result)), hex(DATA_KEY))
      }
      assert.is(asked.length, 2)
      assert.match(asked[0] ?? '', /^passphrase of SECRETS_AGE_SSH_PRIVATE_KEY_FILE/)
      assert.match(asked[1] ?? '', /^wrong passphrase, try again/)
    })
  }

  test('nobody is asked for a key that the file does not name', async () => {
    const asked: string[] = []
    const result = await provider.unwrap(await entryFor('rsa.pub'), asking('ed25519-protected', asked, [PASSPHRASE]))
    assert.match(refused(result), /SECRETS_AGE_SSH_PRIVATE_KEY_FILE.*is not a recipient of this file/)
    assert.equal(asked, [])
  })

  test('wrong passphrases and a missing terminal are told, without asking again', async () => {
    const entry = await entryFor('ed25519-protected.pub')
    const asked: string[] = []
    const wrong = refused(await provider.unwrap(entry, asking('ed25519-protected', asked, ['a', 'b', 'c', PASSPHRASE])))
    assert.match(wrong, /protected by a passphrase, and 3 wrong ones were given/)
    assert.is(asked.length, 3)
    const env = { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: sshFile('ed25519-protected') }
    assert.match(refused(await provider.unwrap(entry, keyContext({ env }))), /there is no terminal to ask on/)
  })

  test('a protected PEM needs its public key beside it', async (context) => {
    const folder = temporaryFolder(context)
    const path = join(folder, 'id')
    copyFileSync(sshFile('rsa-pkcs8-protected'), path)
    const given = { env: { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: path }, askPassphrase: async () => PASSPHRASE }
    const entry = await entryFor('rsa.pub')
    assert.match(refused(await provider.unwrap(entry, keyContext(given))), /no public key in a .pub beside it/)
    writeFileSync(`${path}.pub`, sshText('rsa.pub'))
    assert.is(hex(opened(await provider.unwrap(entry, keyContext(given)))), hex(DATA_KEY))
    writeFileSync(`${path}.pub`, sshText('rsa-protected.pub'))
    const other = await entryFor('rsa-protected.pub')
    assert.match(refused(await provider.unwrap(other, keyContext(given))), /not the private key of the public key/)
  })

  test('keys that cannot be used say why, and nothing of the key', async (context) => {
    const entry = await entryFor('ed25519.pub')
    const path = join(temporaryFolder(context), 'id')
    const whole = sshText('ed25519')
    const body = whole.split('\n')[4] ?? ''
    for (const [content, reason] of [
      [sshText('ecdsa'), /kind or length that age does not know/],
      [sshText('rsa-1024'), /kind or length that age does not know/],
      [sshText('ed25519-gcm'), /protected in a way that is not supported/],
      ['hello', /no private SSH key/],
      ['', /holds no identity/],
      [sshText('ed25519.pub'), /no private SSH key/],
      [whole.replace(/\n-----END/, '-----END').replace(body, ''), /is cut off|damaged/],
      [whole.replace(body, 'A'.repeat(body.length)), /damaged|cut off|kind or length/],
      ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /cut off/],
      ['-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----', /damaged private key/],
      [sshText('rsa').replace('OPENSSH', 'EC'), /damaged private key/],
    ] as const) {
      writeFileSync(path, content)
      const text = refused(
        await provider.unwrap(entry, keyContext({ env: { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: path } })),
      )
      assert.match(text, reason)
      assert.not.match(text, /AAAA|b3Blbn/)
    }
    const env = {
      SECRETS_AGE_SSH_PRIVATE_KEY_CMD: `'${process.execPath}' -p 'require("fs").readFileSync(process.argv[1], "utf8")' '${sshFile('ed25519-protected')}'`,
    }
    assert.match(refused(await provider.unwrap(entry, keyContext({ env }))), /supported in files only/)
  })

  test('an entry that was changed is told from a key that does not fit', async () => {
    const own = await entryFor('ed25519.pub')
    const { fields } = own
    const other = await entryFor('rsa.pub')
    const context = keyContext({ env: { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: sshFile('ed25519') } })
    const enc = encOf(own) ?? ''
    const last = enc.split('\n').at(-2) ?? ''
    const changed = enc.replace(last, `${last.startsWith('A') ? 'B' : 'A'}${last.slice(1)}`)
    const entry: KeyEntry = { kind: 'age', fields: { ...fields, enc: changed } }
    assert.match(refused(await provider.unwrap(entry, context)), /is a recipient, but .*(damaged|another key)/)
    const swapped: KeyEntry = { kind: 'age', fields: { ...fields, enc: other.fields['enc'] ?? '' } }
    assert.match(
      refused(await provider.unwrap(swapped, context)),
      /is a recipient, but its entry is damaged or was made/,
    )
  })

  test('a file of mixed age kinds is opened by whichever key is there, age keys first', async () => {
    const alice = await person()
    const keyring = createKeyring(keyContext())
    const groups = await keyring.wrap(
      DATA_KEY,
      [[sshText('rsa.pub'), alice.recipient, sshText('ed25519-protected.pub')]],
      0,
    )
    assert.is(groups[0]?.[0]?.fields['recipient'], sshText('rsa.pub'))
    const asked: string[] = []
    const both = asking('ed25519-protected', asked, [PASSPHRASE], { SECRETS_AGE_KEY: alice.identity })
    assert.is(hex(await createKeyring(both).open(metadata(groups))), hex(DATA_KEY))
    assert.equal(asked, [])
    const ssh = asking('ed25519-protected', asked, [PASSPHRASE])
    assert.is(hex(await createKeyring(ssh).open(metadata(groups))), hex(DATA_KEY))
    assert.is(asked.length, 1)
  })

  test('identities print nothing secret', async () => {
    const context = asking('ed25519', [], [])
    const loaded = await Promise.all(sshIdentitySources(context).map((source) => source.load('')))
    const seed = Buffer.from(sshText('ed25519').split('\n')[3] ?? '', 'base64').toString('hex')
    const printed = inspect(loaded, { depth: 9, showHidden: true }) + JSON.stringify(loaded)
    assert.not.match(printed, seed.slice(0, 16))
    assert.not.match(printed, /seed|secret/i)
  })
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function entryFor(pub: string): Promise<KeyEntry> {
  return provider.wrap(sshText(pub), DATA_KEY, keyContext())
}

async function publicOf(file: string): Promise<string> {
  const context = keyContext({ env: { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: sshFile(file) } })
  const [source] = sshIdentitySources(context)
  const loaded = await source?.load('')
  return (await loaded?.identities[0]?.recipient()) ?? ''
}

function asking(
  file: string,
  asked: string[],
  answers: readonly string[],
  env: Readonly<Record<string, string>> = {},
): KeyContext {
  const left = [...answers]
  return keyContext({
    env: { ...env, SECRETS_AGE_SSH_PRIVATE_KEY_FILE: sshFile(file) },
    askPassphrase: async (question) => {
      asked.push(question)
      return left.shift() ?? ''
    },
  })
}
