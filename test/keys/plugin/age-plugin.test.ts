import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { encodeBech32 } from '../../../src/keys/age/bech32.ts'
import { findIdentities } from '../../../src/keys/age/find-identities.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { talkToPlugin } from '../../../src/keys/plugin/dialogue.ts'
import { provider } from '../../../src/keys/providers/age-plugin.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { keyContext } from '../support/key-context.ts'
import { metadata, person } from '../support/keyring-parts.ts'
import { HONEST, installPlugin, pluginKeys } from '../support/node-plugin.ts'
import { opened, refused, thrown } from '../support/outcome.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const { recipient, identity } = pluginKeys('test')

suite('age plugins', (test) => {
  test('a plugin wraps and opens', async (context) => {
    const { given } = plugin(context, HONEST)
    const entry = await provider.wrap(` ${recipient}\n`, DATA_KEY, given)
    assert.is(entry.fields['recipient'], recipient)
    assert.equal(Object.keys(entry.fields), ['enc', 'recipient'])
    assert.is(hex(opened(await provider.unwrap(entry, given))), hex(DATA_KEY))
  })

  test('unknown stanzas, labels and grease are answered as the protocol says', async (context) => {
    const { given, log } = plugin(
      context,
      `const log = []
       log.push((await ask('grease-1f', ['x'], b64('y'.repeat(100)))).type)
       if (protocol === 'recipient-v1') log.push((await ask('labels', ['postquantum'])).type)
       log.push(stanzas.map((one) => one.type).join(' '))
       require('node:fs').appendFileSync(process.env.TEST_LOG, log.join('\\n') + '\\n')
       ${HONEST}`,
    )
    opened(await provider.unwrap(await provider.wrap(recipient, DATA_KEY, given), given))
    assert.equal(log(), [
      'unsupported',
      'ok',
      'add-recipient wrap-file-key extension-labels',
      'unsupported',
      'add-identity recipient-stanza',
    ])
  })

  test('messages and questions reach the user, and their answers the plugin', async (context) => {
    const notes: string[] = []
    const asked: string[] = []
    const answers = ['1234', 'yes please', '1', '0', '7']
    const { given, log } = plugin(
      context,
      `const text = (answer) => [answer.type, ...answer.args, Buffer.from(answer.body, 'base64').toString()].join(' ').trim()
       const log = [
         await ask('msg', [], b64('touch\\u001b[31m the key')),
         await ask('request-secret', [], b64('PIN?')),
         await ask('request-public', [], b64('name?')),
         await ask('confirm', [b64('use it'), b64('do not')], b64('sure?')),
         await ask('confirm', [b64('go on')], b64('sure?')),
         await ask('confirm', [b64('go on'), b64('stop')], b64('sure?')),
       ].map(text)
       require('node:fs').appendFileSync(process.env.TEST_LOG, log.join('\\n') + '\\n')
       ${HONEST}`,
    )
    const answer = (question: string): string => {
      asked.push(question)
      return answers.shift() ?? ''
    }
    const notify = (message: string): void => void notes.push(message)
    await provider.wrap(recipient, DATA_KEY, {
      ...given,
      notify,
      askPassphrase: async (question) => answer(`hidden ${question}`),
      askText: async (question) => answer(`visible ${question}`),
      choose: async (question, labels) => Number(answer(`choice ${question} ${labels.join('|')}`)),
    })
    assert.equal(log(), ['ok', 'ok 1234', 'ok yes please', 'ok no', 'ok yes', 'fail'])
    assert.equal(notes, ['age-plugin-test: touch [31m the key'])
    assert.equal(asked, [
      'hidden age-plugin-test: PIN?',
      'visible age-plugin-test: name?',
      'choice age-plugin-test: sure? use it|do not',
      'choice age-plugin-test: sure? go on',
      'choice age-plugin-test: sure? go on|stop',
    ])
    await provider.wrap(recipient, DATA_KEY, given)
    assert.equal(log().slice(6), ['fail', 'fail', 'fail', 'fail', 'fail', 'fail'])
  })

  for (const [title, body, reason] of [
    [
      'says what is wrong',
      `await ask('error', ['internal'], b64('the key\\nis\\u0007 broken'))`,
      /says: the key is broken/,
    ],
    ['crashes', `process.stderr.write('boom\\n'); process.exit(7)`, /ended with status 7 before it was done: boom/],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, /ended by SIGKILL before it was done/],
    ['speaks nonsense', `process.stdout.write('hello\\n\\n')`, /does not speak the protocol/],
    [
      'sends a line that is too long',
      `await ask('msg', [], 'A'.repeat(63)); process.stdout.write('-> x\\n' + 'A'.repeat(65) + '\\n')`,
      /does not speak the protocol/,
    ],
    ['sends base64 that is none', `process.stdout.write('-> msg\\n!!!\\n')`, /does not speak the protocol/],
    [
      'says far too much',
      `process.stdout.write('-> msg\\n' + ('A'.repeat(64) + '\\n').repeat(20000) + '\\n')`,
      /says far more/,
    ],
    ['asks with labels that are none', `await ask('confirm', ['!'], b64('x'))`, /does not speak the protocol/],
    [
      'wraps for another file',
      `if (protocol === 'recipient-v1') await ask('recipient-stanza', ['1', 'test'], ''); else await ask('error', [], b64('no'))`,
      /does not speak the protocol|says: no/,
    ],
  ] as const) {
    test(`a plugin that ${title} is told as it is`, async (context) => {
      const { given, folder } = plugin(context, HONEST)
      const entry = await provider.wrap(recipient, DATA_KEY, given)
      installPlugin(folder, 'test', body)
      const error = await thrown(() => provider.wrap(recipient, DATA_KEY, given))
      assert.is(error.code, 'PROVIDER_FAILED')
      assert.match(error.text, reason)
      assert.match(error.text, /^age-plugin-test /)
      assert.match(refused(await provider.unwrap(entry, given)), reason)
    })
  }

  test('a plugin that finds nothing, or gives what is no file key, opens nothing', async (context) => {
    const { given, folder } = plugin(context, HONEST)
    const entry = await provider.wrap(recipient, DATA_KEY, given)
    for (const body of [
      '',
      `await ask('file-key', ['0'], b64('short'))`,
      `await ask('file-key', ['1'], b64('x'.repeat(16)))`,
    ]) {
      installPlugin(folder, 'test', body)
      assert.match(refused(await provider.unwrap(entry, given)), /SECRETS_AGE_KEY: is not a recipient of this file/)
    }
    installPlugin(folder, 'test', `await ask('file-key', ['0'], b64('x'.repeat(16)))`)
    refused(await provider.unwrap(entry, given))
    installPlugin(folder, 'test', '')
    assert.match((await thrown(() => provider.wrap(recipient, DATA_KEY, given))).text, /wrapped nothing/)
  })

  test('a silent plugin is stopped, and so is one that does not end', async (context) => {
    const { given, folder } = plugin(context, 'await new Promise((resolve) => setTimeout(resolve, 3600000))')
    const dialogue = { plugin: 'test', protocol: 'identity-v1', opening: [], take: () => true, silenceMs: 300 } as const
    assert.match((await thrown(() => talkToPlugin(dialogue, given))).text, /was silent for 1 s/)
    installPlugin(folder, 'test', 'setTimeout(() => undefined, 3600000)')
    const start = performance.now()
    await talkToPlugin({ ...dialogue, silenceMs: 30_000 }, given)
    assert.ok(performance.now() - start < 15_000)
  })

  test('an interrupt ends it at once', async (context) => {
    const { given } = plugin(context, 'await new Promise((resolve) => setTimeout(resolve, 3600000))')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const error = await thrown(() => provider.wrap(recipient, DATA_KEY, { ...given, signal: controller.signal }))
    assert.is(error.code, 'INTERRUPTED')
  })

  test('a report of the keys here names the plugin of an identity, and runs nothing', async () => {
    const found = await findIdentities(keyContext({ env: { SECRETS_AGE_KEY: identity } }))
    assert.equal(found[0], { source: 'SECRETS_AGE_KEY', recipients: [], plugins: ['age-plugin-test'], warnings: [] })
  })

  test('a plugin that is not there, or is no program, is told', async (context) => {
    const { given, folder } = plugin(context, HONEST)
    const missing = pluginKeys('missing').recipient
    assert.match(
      (await thrown(() => provider.wrap(missing, DATA_KEY, given))).text,
      /age-plugin-missing is not installed/,
    )
    for (const content of ['', 'no program']) {
      writeFileSync(join(folder, 'age-plugin-missing'), content)
      chmodSync(join(folder, 'age-plugin-missing'), 0o755)
      const error = await thrown(() => provider.wrap(missing, DATA_KEY, given))
      assert.is(error.code, 'PROVIDER_FAILED')
    }
  })

  test('one that asks comes after a key that does not, and several ask one after the other', async (context) => {
    const { given, log, folder } = plugin(context, HONEST)
    const alice = await person()
    const groups = await createKeyring(given).wrap(DATA_KEY, [[alice.recipient, recipient]], 0)
    const note = `require('node:fs').appendFileSync(process.env.TEST_LOG, 'in\\n'); await new Promise((resolve) => setTimeout(resolve, 100))`
    const after = `require('node:fs').appendFileSync(process.env.TEST_LOG, 'out\\n')`
    installPlugin(folder, 'test', `${note}\ntry { ${HONEST} } finally { ${after} }`)
    const both = { ...given.env, SECRETS_AGE_KEY: `${identity} ${alice.identity}` }
    assert.is(hex(await createKeyring(keyContext({ env: both })).open(metadata(groups))), hex(DATA_KEY))
    assert.equal(log(), [])
    const others = await Promise.all([1, 2].map(() => provider.wrap(recipient, DATA_KEY, given)))
    assert.equal(log(), ['in', 'out', 'in', 'out'])
    await Promise.all(others.map((entry) => provider.unwrap(entry, given)))
    assert.equal(log().slice(4), ['in', 'out', 'in', 'out'])
  })
})

suite('age plugins and what a repository says', (test) => {
  test('a name that could lead elsewhere is refused before anything is run', async (context) => {
    const folder = temporaryFolder(context)
    const trace = join(folder, 'ran')
    mkdirSync(join(folder, 'age-plugin-x'))
    installPlugin(folder, 'evil', `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`)
    const given = keyContext({ env: { PATH: folder } })
    for (const name of ['x/../../evil', '../evil', 'x\\evil', 'a b', 'ä', '', 'a'.repeat(65)]) {
      const text = encodeBech32(`age1${name}`, Buffer.from('data'))
      assert.is((await thrown(() => provider.canonical(text))).code, 'BAD_RECIPIENT', name)
      assert.is((await thrown(() => provider.wrap(text, DATA_KEY, given))).code, 'BAD_RECIPIENT', name)
      const start = { plugin: name, protocol: 'recipient-v1', opening: [], take: () => true } as const
      assert.match((await thrown(() => talkToPlugin(start, given))).text, /a name that is not allowed/)
    }
    assert.not.ok(existsSync(trace))
  })

  test('a plugin in the folder of the repository is not found by a relative PATH', async (context) => {
    const { folder, log } = plugin(context, HONEST)
    const before = process.cwd()
    context.onCleanup(() => process.chdir(before))
    process.chdir(folder)
    for (const PATH of ['', '.', `.${delimiter}`, `./${delimiter}../x`]) {
      const given = keyContext({ env: { PATH } })
      assert.match((await thrown(() => provider.wrap(recipient, DATA_KEY, given))).text, /is not installed/)
    }
    assert.equal(log(), [])
  })

  test('a file cannot name the plugin that is run to open it', async (context) => {
    const { given, log, folder } = plugin(context, HONEST)
    const entry = await provider.wrap(recipient, DATA_KEY, given)
    const evil = pluginKeys('evil')
    installPlugin(folder, 'evil', `require('node:fs').appendFileSync(process.env.TEST_LOG, 'ran\\n')`)
    const hostile: KeyEntry = { kind: 'age', fields: { ...entry.fields, recipient: evil.recipient } }
    opened(await provider.unwrap(hostile, given))
    refused(await provider.unwrap(hostile, keyContext({ env: { ...given.env, SECRETS_AGE_KEY: '' } })))
    assert.equal(log(), [])
  })

  test('references are told apart from other age keys, and mistyped ones are refused', async () => {
    const pattern = new RegExp(provider.pattern)
    const pq = (await person(true)).recipient
    assert.not(pattern.test(pq))
    assert.not(pattern.test((await person()).recipient))
    for (const text of [recipient, pluginKeys('1p').recipient, pluginKeys('a.b+c_d-e').recipient]) {
      assert.ok(pattern.test(text))
      assert.is(provider.canonical(`${text}\n`), text)
      assert.is(provider.referenceOf({ kind: 'age', fields: { recipient: text } }), text)
    }
    assert.is(provider.referenceOf({ kind: 'age', fields: { recipient: pq } }), undefined)
    assert.is(provider.referenceOf({ kind: 'pgp', fields: { recipient } }), undefined)
    for (const text of [recipient.slice(0, -1), recipient.toUpperCase(), pluginKeys('tag').recipient]) {
      assert.is((await thrown(() => provider.canonical(text))).code, 'BAD_RECIPIENT')
    }
  })

  test('a tag recipient whose point is none is refused', async () => {
    const text = encodeBech32('age1tag', new Uint8Array(33).fill(7))
    assert.is(provider.canonical(text), text)
    const error = await thrown(() => provider.wrap(text, DATA_KEY, keyContext()))
    assert.is(error.code, 'BAD_RECIPIENT')
    assert.match(error.text, /public key is no valid one/)
  })
})

interface TestPlugin {
  readonly folder: string
  readonly given: KeyContext
  /** The lines that plugins wrote to the file that `TEST_LOG` names. */
  readonly log: () => readonly string[]
}

/** `age-plugin-test` in a PATH of its own, and an identity of it. */
function plugin(context: TestContext, body: string): TestPlugin {
  if (process.platform === 'win32') context.skip('plugins are .exe files there')
  const folder = temporaryFolder(context)
  installPlugin(folder, 'test', body)
  const file = join(folder, 'log')
  return {
    folder,
    given: keyContext({ env: { PATH: folder, SECRETS_AGE_KEY: identity, TEST_LOG: file } }),
    log: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []),
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
