import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { messageProblem } from '../../../src/keys/pgp/pgp-message.ts'
import { runGpg } from '../../../src/keys/pgp/run-gpg.ts'
import { provider } from '../../../src/keys/providers/pgp.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { keyContext } from '../support/key-context.ts'
import { opened, refused, thrown } from '../support/outcome.ts'

const FINGERPRINT = '85D77543B3D624B63CEA9E6DBC17301B491B3F21'
const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

suite('PGP keys: fingerprints', (test) => {
  test('blanks, letters and 0x do not matter, an exclamation mark is kept', () => {
    for (const text of [
      FINGERPRINT,
      FINGERPRINT.toLowerCase(),
      `0x${FINGERPRINT}`,
      FINGERPRINT.replace(/.{4}/g, '$& '),
      ` ${FINGERPRINT}\n`,
    ]) {
      assert.is(provider.canonical(text), FINGERPRINT)
      assert.ok(new RegExp(provider.pattern).test(text.trim()))
    }
    assert.is(provider.canonical(`${FINGERPRINT}!`), `${FINGERPRINT}!`)
    assert.is(provider.canonical(FINGERPRINT.slice(-16)), FINGERPRINT.slice(-16))
    assert.is(provider.referenceOf(entryOf('', FINGERPRINT.toLowerCase())), FINGERPRINT)
    assert.is(provider.referenceOf({ kind: 'age', fields: { fp: FINGERPRINT } }), undefined)
    assert.is(provider.referenceOf(entryOf('', '--output')), 'pgp:--output')
  })

  test('short IDs and what could be an option of gpg are refused', async () => {
    for (const text of [
      FINGERPRINT.slice(-8),
      `${FINGERPRINT}0`,
      '--output',
      '-r',
      'alice@example.test',
      '',
      `${FINGERPRINT}!!`,
    ]) {
      assert.is((await thrown(() => provider.canonical(text))).code, 'BAD_RECIPIENT', text)
      assert.is((await thrown(() => provider.wrap(text, DATA_KEY, keyContext()))).code, 'BAD_RECIPIENT', text)
    }
  })
})

suite('PGP keys: messages', (test) => {
  test('only a message to a public key reaches gpg', async (context) => {
    const given = fakeGpg(context, 'process.exit(99)')
    for (const [message, reason] of [
      ['', /malformed/],
      ['hello', /malformed/],
      [armor([0xc3, 4]), /not encrypted to a public key/],
      [armor([0xcb, 4]), /not encrypted to a public key/],
      [armor([0xa3, 1]), /not encrypted to a public key/],
      [armor([0x04, 1]), /not encrypted to a public key/],
      [armor([0x85, 1]).replace('PGP MESSAGE', 'PGP PRIVATE KEY BLOCK'), /malformed/],
      [`${armor([0x85, 1])}\n${armor([0x85, 1])}`, /malformed/],
      [armor([0x85, 1]).replace('\n\n', '\n'), /malformed/],
      [armor(Array.from({ length: 60_000 }, () => 0x85)), /far too long/],
    ] as const) {
      assert.match(refused(await provider.unwrap(entryOf(message), given)), reason, message.slice(0, 60))
    }
    assert.match(
      refused(await provider.unwrap({ kind: 'pgp', fields: { fp: FINGERPRINT } }, given)),
      /holds no PGP message/,
    )
    assert.match(refused(await provider.unwrap(entryOf(armor([0x85, 1])), given)), /gpg ended with status 99/)
  })

  test('armor of either age, with headers, CRLF and a checksum', () => {
    for (const first of [0x84, 0x85, 0x86, 0xc1]) assert.is(messageProblem(armor([first, 1, 2])), undefined)
    const text = armor([0x85, 1, 2])
    assert.is(messageProblem(text.replace('\n\n', '\nVersion: GnuPG v1\nComment: x\n\n')), undefined)
    assert.is(messageProblem(text.replaceAll('\n', '\r\n')), undefined)
    assert.is(messageProblem(text.replace('\n-----END', '\n=abcd\n-----END')), undefined)
  })

  test('no text makes the check fail, or take long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        messageProblem(`-----BEGIN PGP MESSAGE-----\n${text}\n-----END PGP MESSAGE-----`)
      }),
      { numRuns: 200 },
    )
    const start = performance.now()
    messageProblem(`-----BEGIN PGP MESSAGE-----\n${'a: b\n'.repeat(12_000)}`)
    messageProblem(`-----BEGIN PGP MESSAGE-----\n\n${'a\n'.repeat(30_000)}`)
    assert.ok(performance.now() - start < 60_000)
  })
})

suite('PGP keys: gpg', (test) => {
  test('is called as sops calls it, and its message is kept trimmed', async (context) => {
    const given = fakeGpg(
      context,
      `require('node:fs').writeFileSync(process.env.TEST_LOG, process.argv.slice(2).join(' '))
       process.stdout.write(${JSON.stringify(`${armor([0x85, 1])}\n\n`)})`,
    )
    const entry = await provider.wrap(`${FINGERPRINT}!`, DATA_KEY, given)
    assert.equal(entry, {
      kind: 'pgp',
      fields: { created_at: '2024-01-02T03:04:05Z', enc: armor([0x85, 1]), fp: `${FINGERPRINT}!` },
    })
    const { readFileSync } = await import('node:fs')
    const args = readFileSync(given.env['TEST_LOG'] ?? '', 'utf8')
    assert.match(args, `-r ${FINGERPRINT}! --trusted-key ${FINGERPRINT.slice(-16)} --no-encrypt-to`)
    assert.match(args, /--batch --no-tty .*--no-default-recipient .*-a --encrypt$/)
  })

  test('what it gives without having decrypted is not taken', async (context) => {
    const message = entryOf(armor([0x85, 1]))
    assert.is(opened(await provider.unwrap(message, fakeGpg(context, said('DECRYPTION_OKAY')))).length, 32)
    refused(await provider.unwrap(message, fakeGpg(context, said('PLAINTEXT 62'))))
    refused(await provider.unwrap(message, fakeGpg(context, `${said('DECRYPTION_OKAY')}; process.exitCode = 2`)))
    refused(await provider.unwrap(message, fakeGpg(context, "process.stderr.write('[GNUPG:] DECRYPTION_OKAY\\n')")))
  })

  for (const [line, reason] of [
    ['INV_RECP 1 X', /does not have the public key.*import it/s],
    ['INV_RECP 5 X', /expired/],
    ['INV_RECP 4 X', /revoked/],
    ['INV_RECP 0 X', /cannot be used to encrypt/],
    ['ERROR pkdecrypt_failed 67108875', /wrong passphrase/],
    ['ERROR pkdecrypt_failed 83886179', /cancelled/],
    ['ERROR pkdecrypt_failed 67108949', /could not use the secret key.*GPG_TTY/s],
    ['NO_SECKEY X', /no secret key for it.*import the secret key/s],
    ['NODATA 1', /message is damaged.*from git/s],
  ] as const) {
    test(`says what ${line} means, and what to do`, async (context) => {
      const given = fakeGpg(context, `process.stderr.write('gpg: noise\\n[GNUPG:] ${line}\\n'); process.exitCode = 2`)
      const error = await thrown(() => provider.wrap(FINGERPRINT, DATA_KEY, given))
      assert.is(error.code, 'PROVIDER_FAILED')
      assert.match(error.text, reason)
      assert.match(error.text, FINGERPRINT)
      assert.match(refused(await provider.unwrap(entryOf(armor([0x85, 1])), given)), reason)
    })
  }

  test('an unknown failure is quoted without what a terminal would act on', async (context) => {
    const given = fakeGpg(context, `process.stderr.write('gpg: odd\\u001b[2J thing\\n'); process.exitCode = 2`)
    assert.match(
      (await thrown(() => provider.wrap(FINGERPRINT, DATA_KEY, given))).text,
      /status 2: gpg: odd \[2J thing/,
    )
  })

  test('a missing program, one that hangs and one that says far too much', async (context) => {
    const none = keyContext({ env: { PATH: temporaryFolder(context) } })
    assert.match(
      (await thrown(() => provider.wrap(FINGERPRINT, DATA_KEY, none))).text,
      /gpg was not found.*SECRETS_GPG_EXEC/s,
    )
    const named = keyContext({ env: { SECRETS_GPG_EXEC: join(temporaryFolder(context), 'nothing') } })
    assert.match(refused(await provider.unwrap(entryOf(armor([0x85, 1])), named)), /gpg was not found/)
    const hangs = fakeGpg(context, 'setTimeout(() => undefined, 3600000)')
    const call = { args: ['-d'], input: new Uint8Array(0), timeoutMs: 300 }
    assert.is((await runGpg(call, hangs))?.status, null)
    const talks = fakeGpg(context, "process.stdout.write('x'.repeat(2000000)); setTimeout(() => undefined, 3600000)")
    assert.match(refused(await provider.unwrap(entryOf(armor([0x85, 1])), talks)), /was stopped/)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 200)
    assert.is(
      (await thrown(() => runGpg({ args: [], input: DATA_KEY }, { ...hangs, signal: controller.signal }))).code,
      'INTERRUPTED',
    )
  })

  test('gpg in the folder of the repository is not run', async (context) => {
    const given = fakeGpg(context, 'process.exit(0)')
    const before = process.cwd()
    context.onCleanup(() => process.chdir(before))
    process.chdir(given.env['PATH'] ?? '')
    for (const PATH of ['', '.', `.${delimiter}`]) {
      assert.is(await runGpg({ args: [], input: DATA_KEY }, keyContext({ env: { PATH } })), undefined)
    }
  })
})

function entryOf(enc: string, fp: string = FINGERPRINT): KeyEntry {
  return { kind: 'pgp', fields: { created_at: '2024-01-02T03:04:05Z', enc, fp } }
}

function armor(bytes: readonly number[]): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN PGP MESSAGE-----', '', ...lines, '-----END PGP MESSAGE-----'].join('\n')
}

/** A `gpg` in a PATH of its own that runs a program for Node. */
function fakeGpg(context: TestContext, program: string): KeyContext {
  if (process.platform === 'win32') context.skip('gpg is an .exe file there')
  const folder = temporaryFolder(context)
  writeFileSync(join(folder, 'gpg'), `#!${process.execPath}\n${program}\n`)
  chmodSync(join(folder, 'gpg'), 0o755)
  return keyContext({ env: { PATH: folder, TEST_LOG: join(folder, 'log') } })
}

/** A program that says one status line and prints 32 bytes. */
function said(line: string): string {
  return `process.stdin.resume(); process.stderr.write('[GNUPG:] ${line}\\n'); process.stdout.write('x'.repeat(32))`
}
