import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../src/core/metadata-model.ts'
import type { KeyContext } from '../../src/keys/key-provider.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { keyContext } from './support/key-context.ts'
import { errorOf, metadata } from './support/keyring-parts.ts'
import { HONEST, installPlugin, pluginKeys } from './support/node-plugin.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const FINGERPRINT = 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4'
const KEYS = pluginKeys('test')

/** What is to be said of one failure: whom it is about, by what means, what to do. */
interface Expected {
  readonly name: string
  readonly reference: string
  /** The program or the place of the identity. */
  readonly means: RegExp
  readonly advice: RegExp
}

async function assertWrapFails(context: KeyContext, { name, reference, means, advice }: Expected): Promise<void> {
  const keyring = createKeyring(context, { names: async () => new Map([[reference, name]]) })
  const error = await errorOf(keyring.wrap(DATA_KEY, [[reference]], 0))
  const text = [error.message, error.hint ?? '', ...error.details].join('\n')
  assert.is(error.code, 'PROVIDER_FAILED')
  assert.is(error.details[0], `recipient ${name} (${reference})`)
  assert.match(text, means)
  assert.match(error.hint ?? '', advice)
}

async function assertOpenFails(
  context: KeyContext,
  entry: KeyEntry,
  { name, reference, means, advice }: Expected,
): Promise<void> {
  const keyring = createKeyring(context, { names: async () => new Map([[reference, name]]) })
  const error = await errorOf(keyring.open(metadata([[entry]])))
  const text = [error.hint ?? '', ...error.details].join('\n')
  assert.is(error.code, 'CANNOT_OPEN')
  assert.ok(text.includes(`recipient ${name} (${reference})`), text)
  assert.match(text, means)
  assert.match(text, advice)
}

function gpgThatSays(context: TestContext, line: string): KeyContext {
  const folder = temporaryFolder(context)
  const program = join(folder, 'gpg')
  writeFileSync(program, `#!${process.execPath}\nprocess.stderr.write('[GNUPG:] ${line}\\n'); process.exitCode = 2\n`)
  chmodSync(program, 0o755)
  return keyContext({ env: { PATH: folder } })
}

const pgp = (means: RegExp, advice: RegExp): Expected => ({ name: 'carol', reference: FINGERPRINT, means, advice })
const plugin = (means: RegExp, advice: RegExp): Expected => ({
  name: 'yubikey',
  reference: KEYS.recipient,
  means,
  advice,
})

const PGP_ENTRY: KeyEntry = {
  kind: 'pgp',
  fields: {
    created_at: '',
    fp: FINGERPRINT,
    enc: `-----BEGIN PGP MESSAGE-----\n\n${Buffer.from([0x85, 1]).toString('base64')}\n-----END PGP MESSAGE-----`,
  },
}

suite('keys of programs that fail', (test) => {
  for (const [line, wraps, advice] of [
    ['INV_RECP 1 X', true, /import it/],
    ['KEYEXPIRED 1', true, /extend it/],
    ['INV_RECP 4 X', true, /name its new key/],
    ['NO_SECKEY X', false, /import the secret key, or connect the card/],
    ['ERROR pkdecrypt_failed 67108875', false, /try again; gpgconf/],
    ['ERROR pkdecrypt_failed 67108949', false, /GPG_TTY/],
    ['NODATA 1', false, /from git/],
  ] as const) {
    test(`gpg: ${line}`, async (context) => {
      if (process.platform === 'win32') context.skip('a script is no program on Windows')
      const here = gpgThatSays(context, line)
      if (wraps) await assertWrapFails(here, pgp(/PGP key/, advice))
      else await assertOpenFails(here, PGP_ENTRY, pgp(/carol|gpg/, advice))
    })
  }

  test('gpg that is not there', async (context) => {
    const nowhere = keyContext({ env: { PATH: temporaryFolder(context) } })
    await assertWrapFails(nowhere, pgp(/gpg was not found/, /install GnuPG/))
    await assertOpenFails(nowhere, PGP_ENTRY, pgp(/gpg was not found/, /install GnuPG/))
  })

  test('a plugin that is not there, says what is wrong, crashes, or speaks nonsense', async (context) => {
    if (process.platform === 'win32') context.skip('a script is no program on Windows')
    const folder = temporaryFolder(context)
    const env = { PATH: folder, SECRETS_AGE_KEY: KEYS.identity }
    const mend = /install the plugin in a folder of PATH, see that it works with age alone/
    await assertWrapFails(keyContext({ env }), plugin(/age-plugin-test is not installed/, mend))
    installPlugin(folder, 'test', HONEST)
    const [[entry] = []] = await createKeyring(keyContext({ env })).wrap(DATA_KEY, [[KEYS.recipient]], 0)
    if (entry === undefined) throw new Error('no entry')
    for (const [body, means] of [
      [`await ask('error', ['internal'], b64('no key is connected'))`, /age-plugin-test says: no key is connected/],
      ['process.exit(7)', /age-plugin-test ended with status 7/],
      [`process.stdout.write('hello\\n\\n')`, /age-plugin-test does not speak the protocol/],
    ] as const) {
      installPlugin(folder, 'test', body)
      await assertWrapFails(keyContext({ env }), plugin(means, mend))
      await assertOpenFails(keyContext({ env }), entry, plugin(means, /SECRETS_AGE_KEY.*: /))
    }
  })
})
