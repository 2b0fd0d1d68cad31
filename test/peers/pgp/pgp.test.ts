import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { provider } from '../../../src/keys/providers/pgp.ts'
import { encOf } from '../../../src/keys/wrapped-blob.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { metadata, person } from '../../keys/support/keyring-parts.ts'
import { opened, refused, thrown } from '../../keys/support/outcome.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
/** Answers every question with the content of the file `pin` beside it. */
const PINENTRY = `#!/bin/sh
D=$(dirname "$0"); echo "OK ready"
while read -r l; do case "$l" in GETPIN*) echo "D $(cat "$D/pin")"; echo OK;; BYE*) echo OK; exit;; *) echo OK;; esac; done
`

interface Keyrings {
  readonly home: string
  readonly ours: KeyContext
  readonly gpg: (...args: readonly string[]) => Promise<string>
  /** A new key; gives its fingerprint and that of its sub key for encryption. */
  readonly newKey: (name: string, passphrase?: string) => Promise<readonly [string, string]>
}

/** A GnuPG of its own. Its path is short: that of the agent's socket must stay under 108 characters. */
function keyrings(context: TestContext): Keyrings {
  const program = needPeer('gpg', context)
  const home = mkdtempSync(join(tmpdir(), 'g-'))
  chmodSync(home, 0o700)
  const env = { ...isolatedEnvironment(home), GNUPGHOME: home }
  const gpg = async (...args: readonly string[]): Promise<string> => {
    const result = await runProgram(program, ['--batch', '--quiet', ...args], { cwd: home, env })
    if (result.status !== 0) throw new Error(`gpg ${args.join(' ')}: ${result.stderr}`)
    return result.stdout
  }
  context.onCleanup(async () => {
    await runProgram('gpgconf', ['--kill', 'all'], { cwd: home, env })
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })
  const newKey = async (name: string, passphrase = ''): Promise<readonly [string, string]> => {
    const pinentry = ['--pinentry-mode', 'loopback', '--passphrase', passphrase]
    await gpg(...pinentry, '--quick-gen-key', `${name} <${name}@example.test>`, 'future-default', 'default', 'never')
    const listed = await gpg('--list-keys', '--with-colons', `${name}@example.test`)
    const [primary = '', sub = ''] = [...listed.matchAll(/^fpr:+([0-9A-F]+):/gm)].map((match) => match[1] ?? '')
    return [primary, sub]
  }
  return { home, ours: keyContext({ env }), gpg, newKey }
}

suite('PGP beside gpg and sops', (test) => {
  test('sops and this project open what the other wrapped, by key and by exact sub key', async (context) => {
    const { home, ours, newKey } = keyrings(context)
    const [primary, sub] = await newKey('alice')
    const sops = sopsFolder(context, { GNUPGHOME: home })
    for (const reference of [primary, `${sub}!`, sub]) {
      await sopsEncrypts(sops, 'file.json', '--pgp', reference)
      const [theirs] = sops.entries('file.json', 'pgp')
      assert.ok(theirs !== undefined)
      assert.is(provider.referenceOf(theirs), reference)
      const dataKey = opened(await provider.unwrap(theirs, ours))
      const entry = await provider.wrap(reference, dataKey, ours)
      assert.equal(Object.keys(entry.fields).sort(), Object.keys(theirs.fields).sort())
      assert.is(encOf(entry), entry.fields['enc'])
      assert.match(encOf(entry) ?? '', /^-----BEGIN PGP MESSAGE-----\n[^]*\n-----END PGP MESSAGE-----$/)
      sops.replaceEntries('file.json', [entry])
      assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    }
  })

  test('a key that is only public, unknown or gone is told', async (context) => {
    const { ours, gpg, newKey } = keyrings(context)
    const [alice] = await newKey('alice')
    const [bob] = await newKey('bob')
    const entry = await provider.wrap(alice, DATA_KEY, ours)
    await gpg('--yes', '--delete-secret-keys', alice)
    assert.match(refused(await provider.unwrap(entry, ours)), /no secret key for it/)
    // Encrypting needs the public key alone, and no trust in it.
    const both = await createKeyring(ours).wrap(DATA_KEY, [[alice, bob]], 0)
    assert.is(hex(await createKeyring(ours).open(metadata(both))), hex(DATA_KEY))
    const unknown = await thrown(() => provider.wrap('85D77543B3D624B63CEA9E6DBC17301B491B3F21', DATA_KEY, ours))
    assert.match(unknown.text, /PGP key 85D7.*does not have the public key/s)
  })

  test('an expired key opens, and nothing is encrypted to it', async (context) => {
    const { ours, gpg, newKey } = keyrings(context)
    const [alice] = await newKey('alice')
    const entry = await provider.wrap(alice, DATA_KEY, ours)
    await gpg('--quick-set-expire', alice, 'seconds=1')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    assert.is(opened(await provider.unwrap(entry, ours)).length, 32)
    assert.match((await thrown(() => provider.wrap(alice, DATA_KEY, ours))).text, /expired|cannot be used to encrypt/)
  })

  test('the agent asks for the passphrase; a wrong one and no way to ask are told apart', async (context) => {
    if (process.platform === 'win32') context.skip('the pinentry is a shell script')
    const { home, ours, newKey } = keyrings(context)
    writeFileSync(join(home, 'pinentry.sh'), PINENTRY, { mode: 0o755 })
    writeFileSync(join(home, 'gpg-agent.conf'), `pinentry-program ${join(home, 'pinentry.sh')}\n`)
    const [alice] = await newKey('alice', 'open sesame')
    const kill = async (): Promise<void> => {
      await runProgram('gpgconf', ['--kill', 'gpg-agent'], {
        cwd: home,
        env: { ...isolatedEnvironment(home), GNUPGHOME: home },
      })
    }
    const entry = await provider.wrap(alice, DATA_KEY, ours)
    for (const [pin, outcome] of [
      ['wrong', /wrong passphrase/],
      ['open sesame', undefined],
    ] as const) {
      await kill()
      writeFileSync(join(home, 'pin'), pin)
      const result = await provider.unwrap(entry, ours)
      if (outcome === undefined) assert.is(opened(result).length, 32)
      else assert.match(refused(result), outcome)
    }
    // sops asks the same agent.
    const sops = sopsFolder(context, { GNUPGHOME: home })
    await sopsEncrypts(sops, 'file.json', '--pgp', alice)
    const [theirs] = sops.entries('file.json', 'pgp')
    assert.ok(theirs !== undefined)
    await kill()
    const dataKey = opened(await provider.unwrap(theirs, ours))
    sops.replaceEntries('file.json', [await provider.wrap(alice, dataKey, ours)])
    await kill()
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
    await kill()
    writeFileSync(join(home, 'gpg-agent.conf'), 'pinentry-program /nowhere/pinentry\n')
    assert.match(refused(await provider.unwrap(entry, ours)), /could not use the secret key.*GPG_TTY/)
  })

  test('an entry that was changed opens nothing', async (context) => {
    const { ours, newKey } = keyrings(context)
    const [alice] = await newKey('alice')
    const entry = await provider.wrap(alice, DATA_KEY, ours)
    const lines = (encOf(entry) ?? '').split('\n')
    const at = lines.findIndex((line, index) => index > 2 && line.length === 64)
    for (const place of [10, 40]) {
      const changed = lines.map((line, index) => (index === at ? flipped(line, place) : line)).join('\n')
      refused(await provider.unwrap({ kind: 'pgp', fields: { ...entry.fields, enc: changed } }, ours))
    }
  })

  test('an age key is tried before gpg, and what gpg lacks is told', async (context) => {
    const { home, ours, newKey } = keyrings(context)
    const [fingerprint] = await newKey('alice')
    const alice = await person()
    const groups = await createKeyring(ours).wrap(DATA_KEY, [[fingerprint, alice.recipient]], 0)
    const env = { SECRETS_AGE_KEY: alice.identity, SECRETS_GPG_EXEC: '/nowhere/gpg' }
    assert.is(hex(await createKeyring(keyContext({ env })).open(metadata(groups))), hex(DATA_KEY))
    mkdirSync(join(home, 'empty'))
    const neither = keyContext({ env: { ...ours.env, GNUPGHOME: join(home, 'empty') } })
    const error = await thrown(() => createKeyring(neither).open(metadata(groups)))
    assert.match(error.text, new RegExp(`${fingerprint}: gpg has no secret key for it`))
  })
})

function flipped(line: string, place: number): string {
  return `${line.slice(0, place)}${line[place] === 'A' ? 'B' : 'A'}${line.slice(place + 1)}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
