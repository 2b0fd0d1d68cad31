import { createECDH } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { decodeBech32, encodeBech32 } from '../../../src/keys/age/bech32.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { provider } from '../../../src/keys/providers/age-plugin.ts'
import { encOf } from '../../../src/keys/wrapped-blob.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { metadata, person } from '../../keys/support/keyring-parts.ts'
import { opened, refused, thrown } from '../../keys/support/outcome.ts'
import { isolatedEnvironment, pathWith } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

interface DemoKeys {
  readonly recipient: string
  readonly identity: string
  /** PATH with the plugins in front. */
  readonly path: string
  readonly folder: string
  readonly run: (program: string, args: readonly string[]) => Promise<ProgramResult>
}

async function demoKeys(context: TestContext): Promise<DemoKeys> {
  const plugin = needPeer('age-plugin-demo', context)
  const folder = temporaryFolder(context)
  const path = pathWith(dirname(plugin))
  const options = { cwd: folder, env: isolatedEnvironment(folder, { PATH: path }) }
  const { stdout } = await runProgram(plugin, ['-keygen'], options)
  const recipient = /age1demo1\S+/.exec(stdout)?.[0] ?? ''
  const identity = /^AGE-PLUGIN-DEMO-\S+$/m.exec(stdout)?.[0] ?? ''
  return { recipient, identity, path, folder, run: (program, args) => runProgram(program, args, options) }
}

function contextOf({ path, identity }: DemoKeys, mode = '', given: Partial<KeyContext> = {}): KeyContext {
  return keyContext({ env: { PATH: path, SECRETS_AGE_KEY: identity, DEMO_MODE: mode }, ...given })
}

suite('age plugins beside age and sops', (test) => {
  test('age opens what was wrapped here', async (context) => {
    const keys = await demoKeys(context)
    const entry = await provider.wrap(keys.recipient, DATA_KEY, contextOf(keys))
    writeFileSync(join(keys.folder, 'key.age'), encOf(entry) ?? '')
    writeFileSync(join(keys.folder, 'key.txt'), keys.identity)
    const result = await keys.run(needPeer('age', context), ['-d', '-i', 'key.txt', 'key.age'])
    assert.is(result.stderr, '')
    assert.is(result.stdoutBytes.toString('hex'), Buffer.from(DATA_KEY).toString('hex'))
  })

  test('sops and this project open what the other wrapped', async (context) => {
    const keys = await demoKeys(context)
    const sops = sopsFolder(context, { SOPS_AGE_KEY: keys.identity, PATH: keys.path })
    await sopsEncrypts(sops, 'file.json', '--age', keys.recipient)
    const [theirs] = sops.entries('file.json', 'age')
    assert.ok(theirs !== undefined)
    assert.is(provider.referenceOf(theirs), keys.recipient)
    const dataKey = opened(await provider.unwrap(theirs, contextOf(keys)))
    sops.replaceEntries('file.json', [await provider.wrap(keys.recipient, dataKey, contextOf(keys))])
    assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
  })

  // The plugins of age send stanzas at random that have to be refused.
  test('it stays so, many times over', async (context) => {
    const keys = await demoKeys(context)
    for (let count = 0; count < 15; count += 1) {
      const ours = contextOf(keys)
      opened(await provider.unwrap(await provider.wrap(keys.recipient, DATA_KEY, ours), ours))
    }
  })

  test('questions are asked, and a plugin that fails is quoted', async (context) => {
    const keys = await demoKeys(context)
    const entry = await provider.wrap(keys.recipient, DATA_KEY, contextOf(keys))
    const notes: string[] = []
    const notify = (message: string): void => void notes.push(message)
    for (const [mode, answer, outcome] of [
      ['message', '', undefined],
      ['pin', '1234', undefined],
      ['pin', '4321', /says: .*wrong pin/],
      ['value', 'yes', undefined],
      ['confirm', '0', undefined],
      ['confirm', '1', /says: .*refused by user/],
      ['fail', '', /says: .*the imaginary key is broken/],
      ['crash', '', /ended with status 7 before it was done: demo plugin crashes/],
    ] as const) {
      const answers = {
        askPassphrase: async () => answer,
        askText: async () => answer,
        choose: async () => Number(answer),
      }
      const result = await provider.unwrap(entry, contextOf(keys, mode, { notify, ...answers }))
      if (outcome === undefined) assert.is(opened(result).length, 32, mode)
      else assert.match(refused(result), outcome, mode)
    }
    assert.equal(notes, ['age-plugin-demo: touch the imaginary key'])
    const error = await thrown(() => provider.wrap(keys.recipient, DATA_KEY, contextOf(keys, 'fail')))
    assert.match(error.text, /age-plugin-demo says: .*the imaginary key is broken/)
  })

  test('a plugin opens what was made for a key that needs none', async (context) => {
    const plugin = needPeer('age-plugin-pq', context)
    const folder = temporaryFolder(context)
    const alice = await person(true)
    writeFileSync(join(folder, 'pq.key'), `${alice.identity}\n`)
    const options = { cwd: folder, env: isolatedEnvironment(folder) }
    const { stdout } = await runProgram(plugin, ['-identity', 'pq.key'], options)
    const identity = /^AGE-PLUGIN-PQ-\S+$/m.exec(stdout)?.[0] ?? ''
    assert.is.not(identity, '')
    const groups = await createKeyring(keyContext()).wrap(DATA_KEY, [[alice.recipient]], 0)
    const env = { PATH: pathWith(dirname(plugin)), SOPS_AGE_KEY: identity }
    const dataKey = await createKeyring(keyContext({ env })).open(metadata(groups))
    assert.is(Buffer.from(dataKey).toString('hex'), Buffer.from(DATA_KEY).toString('hex'))
  })

  for (const [prefix, stanza, plugin] of [
    ['age1tag', 'p256tag', 'age-plugin-tag'],
    ['age1tagpq', 'mlkem768p256tag', 'age-plugin-tagpq'],
  ] as const) {
    test(`${prefix}1… is encrypted to without a plugin, in the shape of age and of sops`, async (context) => {
      const age = needPeer('age', context)
      const folder = temporaryFolder(context)
      const point = createECDH('prime256v1')
      const whole = point.generateKeys()
      const compressed = point.getPublicKey(null, 'compressed')
      const kem = decodeBech32('age1pq', (await person(true)).recipient)?.subarray(0, 1184) ?? new Uint8Array()
      const recipient = encodeBech32(prefix, prefix === 'age1tag' ? compressed : Buffer.concat([kem, whole]))
      const entry = await provider.wrap(recipient, DATA_KEY, keyContext())
      assert.is(entry.fields['recipient'], recipient)
      const ours = headerOf(encOf(entry) ?? '')
      const options = { cwd: folder, env: isolatedEnvironment(folder), stdin: Buffer.from(DATA_KEY) }
      const { stdout, status, stderr } = await runProgram(age, ['-a', '-r', recipient], options)
      assert.is(status, 0, stderr)
      assert.equal(shapeOf(ours), shapeOf(headerOf(stdout)))
      assert.match(ours, new RegExp(`^-> ${stanza} `, 'm'))
      assert.match(refused(await provider.unwrap(entry, keyContext())), /no age identity was found/)
      // sops makes them by the plugin, and only their owner's device opens them: the same reference for both.
      const path = pathWith(dirname(needPeer(plugin, context)))
      const sops = sopsFolder(context, { PATH: path })
      await sopsEncrypts(sops, 'file.json', '--age', recipient)
      const [theirs] = sops.entries('file.json', 'age')
      assert.ok(theirs !== undefined)
      assert.is(provider.referenceOf(theirs), recipient)
      assert.equal(shapeOf(headerOf(encOf(theirs) ?? '')), shapeOf(ours))
    })
  }
})

function headerOf(armored: string): string {
  const file = Buffer.from(armored.replace(/-----[^-]+-----/g, ''), 'base64').toString('latin1')
  return file.slice(0, file.indexOf('\n--- '))
}

/** The header with every letter that is random replaced. */
function shapeOf(header: string): readonly string[] {
  return header
    .split('\n')
    .map((line) => line.replace(/(?<=^-> \w+ ).*|^[A-Za-z0-9+/]+$/, (text) => text.replace(/\S/g, 'x')))
}
