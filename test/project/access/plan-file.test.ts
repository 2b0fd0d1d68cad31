import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { openSealed } from '../../../src/core/open-text.ts'
import { readSealed } from '../../../src/core/sealed-text.ts'
import { findFormat } from '../../../src/formats/find-format.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { type FilePlan, type PlanFileOptions, planFile } from '../../../src/project/access/plan-file.ts'
import { planRotation } from '../../../src/project/access/rotate-file.ts'
import type { Project } from '../../../src/project/model.ts'
import { readSecretsrc } from '../../../src/project/read-secretsrc.ts'
import { sealingRule, sealNewFile } from '../../../src/project/seal-new-file.ts'
import { openSecretFile, type SecretFile, secretFileOf } from '../../../src/project/secret-file.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { errorOf, type Person, person } from '../../keys/support/keyring-parts.ts'
import { TEST_TIME } from '../../support/sealing.ts'
import { suite } from '../../support/suite.ts'
import { secretProject } from '../support/secret-project.ts'

const runs = 25 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
const LATER = new Date(TEST_TIME.getTime() + 60_000)
const TEXTS: Readonly<Record<string, string>> = {
  'a.yaml': '# top\na: 0x1F # note\nb:\n  - "x"\n  - c_unencrypted: 1.0\nd: ~\n',
  'a.json': '{\n\t"a": { "pw": "x y z" },\n  "n": 1.0\n}',
  'a.env': '# note\r\nA=1\r\nB=two\r\n',
  'a.ini': '[s]\nk = v\n',
  'a.bin': '\u0000binary',
}

const people: Readonly<Record<string, Person>> = {
  alice: await person(),
  bob: await person(),
  carol: await person(),
  dora: await person(),
}
const keyrings = new Map(
  Object.entries(people).map(([name, { identity }]) => [
    name,
    createKeyring(keyContext({ env: { SECRETS_AGE_KEY: identity } })),
  ]),
)

/** A project whose one environment has `rule`. */
async function project(rule: string): Promise<Project> {
  const names = Object.entries(people).map(([name, { recipient }]) => `  ${name}: ${recipient}\n`)
  const text = `version: 1\nrecipients:\n${names.join('')}environments:\n  e: { files: 'a.*', ${rule} }\n`
  return readSecretsrc(Buffer.from(text), '/.secretsrc')
}

function keyringOf(name: string): PlanFileOptions['keyring'] {
  return keyrings.get(name) ?? missing()
}

async function fileOf(name: string, content: Uint8Array | string, rule: string): Promise<SecretFile> {
  const environment = (await project(rule)).environments[0]
  return secretFileOf({ path: join('/', name), shown: name, relative: name, environment }, Buffer.from(content))
}

/** A file encrypted by `rule`. */
async function encrypted(name: string, rule: string): Promise<SecretFile> {
  const made = await project(rule)
  const [environment = missing()] = made.environments
  const plain = Buffer.from(TEXTS[name] ?? '')
  const options = { rule: sealingRule(made, environment), keyring: keyringOf('alice'), now: TEST_TIME, shown: name }
  return fileOf(name, (await sealNewFile(await findFormat(name), plain, options)).content, rule)
}

async function plan(file: SecretFile, rule: string, options: Partial<PlanFileOptions> = {}): Promise<FilePlan> {
  const made = await project(rule)
  const [environment = missing()] = made.environments
  const usual = { project: made, keyring: keyringOf('alice'), now: () => LATER } as const
  return planFile(file, environment, { ...usual, selection: 'apply', dataKey: 'as needed', ...options })
}

/** What somebody reads in the planned file; the code of the error when they cannot. */
async function readBy(names: readonly string[], file: SecretFile, content: Uint8Array | undefined): Promise<string> {
  const keyring = createKeyring(
    keyContext({ env: { SECRETS_AGE_KEY: names.map((name) => people[name]?.identity).join('\n') } }),
  )
  const after = await secretFileOf(file.target, content ?? file.bytes)
  return openSecretFile(after, keyring).then(
    ({ content: plain }) => Buffer.from(plain).toString('utf8'),
    (error: { code: string }) => error.code,
  )
}

suite('plan-file', (test) => {
  for (const [name, text] of Object.entries(TEXTS)) {
    test(`${name}: adds a recipient, and nothing else changes`, async () => {
      const file = await encrypted(name, 'recipients: [alice]')
      const made = await plan(file, 'recipients: [alice, bob]')
      assert.equal([made.state, made.newDataKey, made.differences.missing], ['changed', false, ['bob']])
      assert.is(await readBy(['bob'], file, made.change?.content), text)
      const before = new Set(Buffer.from(file.bytes).toString('utf8').split('\n'))
      const lost = [...before].filter(
        (line) =>
          !Buffer.from(made.change?.content ?? '')
            .toString('utf8')
            .includes(line),
      )
      // The seal covers the recipients.
      const changed = lost.filter((line) => !/^(?: {4}seal:|sops_seal=)/.test(line))
      if (name === 'a.yaml' || name === 'a.env') assert.equal(changed, [])
      const again = await plan(
        await fileOf(name, made.change?.content ?? '', 'recipients: [alice, bob]'),
        'recipients: [alice, bob]',
      )
      assert.equal([again.state, again.change], ['unchanged', undefined])
    })

    test(`${name}: without a recipient it has a new data key, which the old one does not help with`, async () => {
      const file = await encrypted(name, 'recipients: [alice, bob]')
      const old = await keyringOf('bob').open(file.sealed?.metadata ?? missing())
      const made = await plan(file, 'recipients: [alice]')
      assert.ok(made.newDataKey)
      assert.is(await readBy(['alice'], file, made.change?.content), text)
      assert.is(await readBy(['bob'], file, made.change?.content), 'CANNOT_OPEN')
      const error = await errorOf(openSealed(readSealed(file.format, made.change?.content ?? file.bytes), old))
      assert.is(error.code, 'VALUE_DAMAGED')
    })
  }

  test('a recipient in no configuration goes, with a new data key', async () => {
    const file = await encrypted('a.env', 'recipients: [alice, dora]')
    const made = await plan(file, 'recipients: [alice]')
    assert.equal(
      made.differences.extra.map(({ name }) => name),
      ['dora'],
    )
    assert.is(await readBy(['dora'], file, made.change?.content), 'CANNOT_OPEN')
  })

  test('groups: one more person in a group keeps the data key; fewer, or a higher threshold, does not', async () => {
    const file = await encrypted('a.yaml', 'groups: [[alice], [bob]]')
    const both = keyringOfAll()
    const more = await plan(file, 'groups: [[bob, carol], [alice]]', { keyring: both })
    assert.equal([more.state, more.newDataKey], ['changed', false])
    assert.is(await readBy(['alice', 'carol'], file, more.change?.content), TEXTS['a.yaml'])
    assert.is(await readBy(['bob', 'carol'], file, more.change?.content), 'CANNOT_OPEN')
    const regrouped = await plan(file, 'recipients: [alice, bob]', { keyring: both })
    assert.ok(regrouped.newDataKey)
    assert.is(await readBy(['bob'], file, regrouped.change?.content), TEXTS['a.yaml'])
    const three = await encrypted('a.yaml', 'groups: [[alice], [bob], [carol]], threshold: 2')
    const strict = await plan(three, 'groups: [[alice], [bob], [carol]]', { keyring: both })
    assert.equal([strict.newDataKey, strict.differences.threshold], [true, { file: 2, wanted: 3 }])
    assert.is(await readBy(['alice', 'bob'], file, strict.change?.content), 'CANNOT_OPEN')
    assert.is(await readBy(['alice', 'bob', 'carol'], file, strict.change?.content), TEXTS['a.yaml'])
  })

  test('splitting one group into two takes the power to read alone, so the data key is new', async () => {
    const file = await encrypted('a.env', 'recipients: [alice, bob]')
    const made = await plan(file, 'groups: [[alice], [bob, carol]]')
    assert.ok(made.newDataKey)
    assert.is(await readBy(['bob'], file, made.change?.content), 'CANNOT_OPEN')
  })

  test('another selection encrypts and decrypts what it says, by name', async () => {
    const file = await encrypted('a.yaml', "encrypt: { only: '^a$' }, recipients: [alice]")
    const made = await plan(file, "encrypt: { only: '^b$' }, recipients: [alice]")
    assert.equal(
      made.encrypted.map(({ path, line }) => [path, line]),
      [
        ['b[0]', 4],
        ['b[1].c_unencrypted', 5],
      ],
    )
    assert.equal(
      made.decrypted.map(({ path }) => path),
      ['a'],
    )
    assert.is(made.newDataKey, false)
    const text = Buffer.from(made.change?.content ?? '').toString('utf8')
    assert.match(text, /^# top\na: 0x1F # note\nb:\n {2}- "ENC\[/)
    assert.is(await readBy(['alice'], file, made.change?.content), TEXTS['a.yaml'])
    const kept = await plan(file, "encrypt: { only: '^b$' }, recipients: [alice]", { selection: 'keep' })
    assert.is(kept.state, 'unchanged')
  })

  test('the reach of the MAC follows the configuration', async () => {
    const file = await encrypted('a.yaml', 'recipients: [alice]')
    const made = await plan(file, 'mac: encrypted, recipients: [alice]')
    assert.equal(made.differences.macOnlyEncrypted, { file: false, wanted: true })
    assert.match(Buffer.from(made.change?.content ?? '').toString('utf8'), 'mac_only_encrypted: true')
    assert.is(await readBy(['alice'], file, made.change?.content), TEXTS['a.yaml'])
  })

  test('what is in clear is left alone; what nobody here can open, or was changed by hand, is refused', async () => {
    const rule = 'recipients: [alice]'
    assert.is((await plan(await fileOf('a.env', 'A=1\n', rule), rule)).state, 'plain')
    const file = await encrypted('a.env', rule)
    const error = await errorOf(plan(file, 'recipients: [alice, bob]', { keyring: keyringOf('bob') }))
    assert.equal([error.code, error.place.file], ['CANNOT_OPEN', 'a.env'])
    const damaged = Buffer.from(file.bytes)
      .toString('utf8')
      .replace(/^A=.*\r?\n/m, '')
    const changed = await errorOf(plan(await fileOf('a.env', damaged, rule), 'recipients: [alice, bob]'))
    assert.is(changed.code, 'MAC_MISMATCH')
  })

  test('whatever two lists of recipients there are, exactly the wanted ones read the same text', async () => {
    const lists = fc.uniqueArray(fc.constantFrom('bob', 'carol', 'dora'))
    const file = fc.constantFrom(...Object.keys(TEXTS))
    await fc.assert(
      fc.asyncProperty(file, lists, lists, async (name, before, after) => {
        const old = await encrypted(name, `recipients: [${['alice', ...before].join(', ')}]`)
        const made = await plan(old, `recipients: [${['alice', ...after].join(', ')}]`)
        assert.is(
          made.newDataKey,
          before.some((each) => !after.includes(each)),
        )
        for (const each of ['bob', 'carol', 'dora']) {
          const expected = after.some((one) => one === each) ? TEXTS[name] : 'CANNOT_OPEN'
          assert.is(await readBy([each], old, made.change?.content), expected)
        }
      }),
      { numRuns: runs },
    )
  })
})

suite('rotate-file', (test) => {
  test('refuses to encrypt again to somebody whom the environment does not name', async (context) => {
    const made = await secretProject(context, { 'secrets/a.env': 'A=one\n', 'secrets/b.yaml': 'b: 1 # x\n' })
    await made.encrypt('env')
    const before = made.read('secrets/b.yaml')
    const options = { project: made.project, keyring: made.keyring, now: () => LATER }
    const plans = await planRotation(await made.targets('env'), options)
    assert.ok(plans.every(({ newDataKey, state }) => newDataKey && state === 'changed'))
    const text = Buffer.from(plans[1]?.change?.content ?? '').toString('utf8')
    assert.is.not(text.split('\n')[0], before.split('\n')[0])
    const names = `recipients: { alice: ${made.mallory.recipient} }`
    const other = `version: 1\n${names}\nenvironments: { env: { files: 'secrets/**', recipients: [alice] } }\n`
    const strange = await readSecretsrc(Buffer.from(other), join(made.root, '.secretsrc'))
    const targets = (await made.targets('env')).map((target) => ({ ...target, environment: strange.environments[0] }))
    const error = await errorOf(planRotation(targets, { ...options, project: strange }))
    assert.is(error.code, 'UNEXPECTED_RECIPIENT')
    assert.match(error.hint ?? '', 'secrets grant --key KEY NAME env')
    assert.match(error.hint ?? '', 'secrets sync secrets/')
  })
})

function missing(): never {
  throw new Error('a part of the test is missing')
}

function keyringOfAll(): PlanFileOptions['keyring'] {
  const identities = Object.values(people).map(({ identity }) => identity)
  return createKeyring(keyContext({ env: { SECRETS_AGE_KEY: identities.join('\n') } }))
}
