import { inspect } from 'node:util'
import { Encrypter } from 'age-encryption'
import * as assert from 'uvu/assert'
import { encodeBech32 } from '../../../src/keys/age/bech32.ts'
import { generateIdentity, keyFileEntry } from '../../../src/keys/age/generate.ts'
import { defaultKeyFile, isProtectedKeyFile, parseKeyFile } from '../../../src/keys/age/key-file.ts'
import { suite } from '../../support/suite.ts'
import { keyContext } from '../support/key-context.ts'
import { fixtureIdentities } from '../support/sops-fixtures.ts'

const [first = '', second = ''] = fixtureIdentities

suite('key files', (test) => {
  test('comments, blank lines, CRLF and a missing final newline are read', async () => {
    const { identities } = parseKeyFile(`# created: today\r\n\r\n${first}\r\n# ${second}\n${second}`)
    const names = await Promise.all(identities.map((one) => one.recipient()))
    assert.is(names[0], 'age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun')
    assert.is(names.length, 2)
  })

  test('a bad line is told by its number and never quoted', () => {
    const bad = first.slice(0, -1)
    for (const text of [
      `# a\n${first}\n${bad}\n`,
      `\n\n${first.toLowerCase()}`,
      `# a\n\nhunter2`,
      `#\n#\n${first} # mine`,
    ]) {
      try {
        parseKeyFile(text)
        assert.unreachable()
      } catch (error) {
        assert.match(String(error), 'line 3 is no age identity')
        assert.not.match(inspect(error), /SECRET-KEY-1G|hunter2|age-secret/)
      }
    }
  })

  test('several identities in a line are read in a variable only', () => {
    assert.is(parseKeyFile(`${first} ${second}`, true).identities.length, 2)
    assert.throws(() => parseKeyFile(`${first} ${second}`), /line 1/)
  })

  test('identities of plugins are told apart, and print nothing', () => {
    const text = encodeBech32('AGE-PLUGIN-YUBIKEY-', Buffer.from('data'))
    const { identities, plugins } = parseKeyFile(`${first}\n${text}`)
    assert.is(identities.length, 1)
    assert.equal(
      plugins.map((line) => line.plugin),
      ['yubikey'],
    )
    assert.is(plugins[0]?.reveal(), text)
    assert.not.match(inspect(plugins, { showHidden: true }) + JSON.stringify(plugins), text)
    for (const bad of [text.slice(0, -1), text.toLowerCase(), encodeBech32('AGE-PLUGIN-../X-', Buffer.from('data'))]) {
      assert.throws(() => parseKeyFile(`${first}\n${bad}`), /line 2 is no age identity/)
    }
  })

  test('identities print nothing secret', async () => {
    const pq = await generateIdentity({ postQuantum: true })
    const { identities } = parseKeyFile(`${first}\n${pq.identity.canonical.toString()}`)
    const printed = inspect([identities, pq], { depth: 9, showHidden: true }) + JSON.stringify([identities, pq])
    assert.not.match(printed, /AGE-SECRET/)
    assert.match(printed, /\[secret\]/)
  })

  test('a generated entry reads back and is as age-keygen writes it', async () => {
    for (const postQuantum of [false, true]) {
      const made = await generateIdentity({ postQuantum })
      const text = keyFileEntry(made, new Date('2024-01-02T03:04:05.678Z'))
      assert.match(
        text,
        /^# created: 2024-01-02T03:04:05Z\n# public key: age1\S+\nAGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{58}\n$/,
      )
      assert.is(text.includes('AGE-SECRET-KEY-PQ-'), postQuantum)
      assert.is(await parseKeyFile(text).identities[0]?.recipient(), made.recipient)
    }
  })

  test('the default file is where sops looks', () => {
    assert.is(file('linux', {}), '/home/a/.config/sops/age/keys.txt')
    assert.is(file('linux', { XDG_CONFIG_HOME: '/x' }), '/x/sops/age/keys.txt')
    assert.is(file('freebsd', { XDG_CONFIG_HOME: '' }), '/home/a/.config/sops/age/keys.txt')
    assert.is(file('darwin', {}), '/home/a/Library/Application Support/sops/age/keys.txt')
    assert.is(file('darwin', { XDG_CONFIG_HOME: '/x' }), '/x/sops/age/keys.txt')
    assert.is(file('win32', { AppData: 'C:\\Users\\a\\Roaming' }), 'C:\\Users\\a\\Roaming\\sops\\age\\keys.txt')
    assert.is(file('win32', { APPDATA: 'C:\\R' }), 'C:\\R\\sops\\age\\keys.txt')
    assert.is(file('win32', {}), undefined)
  })

  test('a file under a passphrase is recognised, binary and armored', async () => {
    const encrypter = new Encrypter()
    encrypter.setPassphrase('x')
    encrypter.setScryptWorkFactor(1)
    assert.ok(isProtectedKeyFile(await encrypter.encrypt(first)))
    assert.ok(isProtectedKeyFile(Buffer.from('\n-----BEGIN AGE ENCRYPTED FILE-----\n')))
    assert.not(isProtectedKeyFile(Buffer.from(first)))
  })
})

function file(platform: NodeJS.Platform, env: Record<string, string>): string | undefined {
  return defaultKeyFile(keyContext({ platform, env, home: '/home/a' }))
}
