import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { MAX_CONFIG_BYTES } from '../../src/project/config-limits.ts'
import type { Project } from '../../src/project/model.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { keyContext } from '../keys/support/key-context.ts'
import { projectRoot } from '../support/imports.ts'
import { suite } from '../support/suite.ts'
import { ALICE, BOB, invalidConfigs, oneEnvironment, validConfigs } from './secretsrc-cases.ts'

const read = (text: string | Uint8Array): Promise<Project> =>
  readSecretsrc(typeof text === 'string' ? Buffer.from(text) : text, '/repo/.secretsrc', '.secretsrc')

async function errorOf(text: string | Uint8Array): Promise<SecretsError> {
  const error: unknown = await read(text).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

suite('read .secretsrc', (test) => {
  for (const [name, text] of Object.entries(validConfigs)) {
    test(`takes ${name}`, async () => {
      const project = await read(text)
      assert.is(project.source, 'secretsrc')
      assert.equal(project.warnings, [])
    })
  }

  for (const [name, expected] of Object.entries(invalidConfigs)) {
    test(`refuses ${name}`, async () => {
      const error = await errorOf(expected.text)
      assert.is(error.code, 'CONFIG_INVALID')
      assert.match(error.message, expected.message)
      assert.equal(error.place, { file: '.secretsrc', line: expected.at[0], column: expected.at[1] })
      if (expected.hint !== undefined) assert.match(error.hint ?? '', expected.hint)
    })
  }

  test('keeps names, references, groups and settings as they are written', async () => {
    const body = `{ files: [a, b/*.yaml], groups: [[alice, bob], [bob]], threshold: 2, encrypt: { except-comment: clear }, mac: encrypted }`
    const project = await read(oneEnvironment(body))
    const [environment] = project.environments
    assert.is(project.root, '/repo')
    assert.is(project.recipients.get('alice')?.reference, ALICE)
    assert.is(project.recipients.get('bob')?.reference, BOB)
    assert.equal(environment?.groups, [['alice', 'bob'], ['bob']])
    assert.is(environment?.threshold, 2)
    assert.equal(environment?.selection, { by: 'unencrypted_comment_regex', pattern: 'clear' })
    assert.is(environment?.macOnlyEncrypted, true)
    assert.is(environment?.checkout, 'encrypted')
    assert.is(environment?.seal, 'on')
    assert.equal(
      environment?.patterns.map((pattern) => pattern.text),
      ['a', 'b/*.yaml'],
    )
  })

  const selectors: readonly (readonly [string, string])[] = [
    ['only', 'encrypted_regex'],
    ['except', 'unencrypted_regex'],
    ['only-suffix', 'encrypted_suffix'],
    ['except-suffix', 'unencrypted_suffix'],
    ['only-comment', 'encrypted_comment_regex'],
    ['except-comment', 'unencrypted_comment_regex'],
  ]
  for (const [key, by] of selectors) {
    test(`${key} is sops's ${by}`, async () => {
      const project = await read(oneEnvironment(`{ files: a, recipients: alice, encrypt: { ${key}: x } }`))
      assert.equal(project.environments[0]?.selection, { by, pattern: 'x' })
    })
  }

  test('takes the parts of a key as the one text that sops has for it', async () => {
    const { recipients } = await readSecretsrc(Buffer.from(validConfigs['keys in parts'] ?? ''), '/.secretsrc')
    assert.equal(
      [...recipients.values()].map(({ name, reference }) => `${name} ${reference}`),
      [
        'aws arn:aws:kms:eu-west-1:111122223333:key/1234abcd+arn:aws:iam::111122223333:role/decrypt|app:shop,stage%7C1:a%2Cb:c|production',
        'gcp projects/p/locations/global/keyRings/r/cryptoKeys/k',
        'azure https://team.vault.azure.net/keys/secrets/0123456789abcdef0123456789abcdef',
        'newest https://team.vault.azure.net/keys/secrets',
        'vault https://vault.example.org:8200/v1/team/transit/keys/secrets',
      ],
    )
    const keyring = createKeyring(keyContext())
    for (const { name, reference } of recipients.values())
      assert.is(await keyring.canonical(reference), reference, name)
  })

  test('reads what jobs are given, each with its place', async () => {
    const [job] = (await read(validConfigs['a job'] ?? '')).jobs
    assert.equal(job?.environments, ['dev'])
    assert.equal(
      job?.pass.map(({ text, place }) => [text, place.line, place.column]),
      [
        ['db', 8, 39],
        ['hosts[0]."a.b"', 8, 43],
      ],
    )
    assert.equal(
      job?.map.map(({ name, text, asFile, place }) => [name, text, asFile, place.column]),
      [
        ['URL', 'db.url', false, 69],
        ['KEY', 'tls.key', true, 82],
      ],
    )
  })

  test('reports all problems at once, in the order of the file', async () => {
    const error = await errorOf(oneEnvironment('{ fils: a, recipients: [alcie], encrypt: { onyl: x } }'))
    assert.match(error.message, /\(and 3 more\)$/)
    assert.equal(
      error.details.map((line) => line.replace(/: .*/, '')),
      ['.secretsrc:6:3', '.secretsrc:6:10', '.secretsrc:6:32', '.secretsrc:6:51'],
    )
  })

  test('reads CRLF and a byte order mark', async () => {
    const project = await read(`\ufeff${oneEnvironment('{ files: a, recipients: alice }').replaceAll('\n', '\r\n')}`)
    assert.is(project.recipients.get('alice')?.reference, ALICE)
    const error = await errorOf(oneEnvironment('{ files: a, recipients: x }').replaceAll('\n', '\r\n'))
    assert.equal([error.place.line, error.place.column], [6, 32])
  })

  test('refuses a large, a deep and a binary file', async () => {
    assert.is((await errorOf(Buffer.alloc(10_000_000, 'a'))).code, 'LIMIT_EXCEEDED')
    assert.is((await errorOf('['.repeat(MAX_CONFIG_BYTES - 10))).code, 'LIMIT_EXCEEDED')
    assert.is((await errorOf(`a: ${'- '.repeat(1000)}`)).code, 'LIMIT_EXCEEDED')
    assert.is((await errorOf(`${'- '.repeat(20_000)}a`)).code, 'LIMIT_EXCEEDED')
    const maps = Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    assert.is((await errorOf(maps)).code, 'LIMIT_EXCEEDED')
    assert.is((await errorOf(Buffer.from([0xff, 0xfe, 0x00]))).code, 'CONFIG_INVALID')
  })

  test('an expression made to exhaust a backtracking engine is harmless', async () => {
    const regex = '^(a+)+$'
    const project = await read(
      oneEnvironment(`{ files: { regex: '${regex}' }, recipients: alice, encrypt: { only: '${regex}' } }`),
    )
    const started = performance.now()
    assert.not(project.environments[0]?.patterns[0]?.matches(`${'a'.repeat(10_000)}!`))
    assert.ok(performance.now() - started < 60_000)
  })

  test('a message never quotes more than a name of bearable length, in one line', async () => {
    const error = await errorOf(`version: 1\n"${'x'.repeat(500)}\\e[31m": 1\n`)
    assert.ok(error.message.length < 120)
    assert.not.match(error.message, /\p{Cc}/u)
  })

  test('an environment says otherwise than the whole about seals', async () => {
    assert.is(await sealOf('seal: false\n', ''), 'off')
    assert.is(await sealOf('seal: required\n', ''), 'required')
    assert.is(await sealOf('seal: false\n', ', seal: true'), 'on')
    assert.is(await sealOf('', ', seal: required'), 'required')
  })

  test('the example is right and shows every setting', async () => {
    const text = readFileSync(join(projectRoot, '.secretsrc.example'), 'utf8')
    const project = await read(text)
    assert.ok(project.environments.some((environment) => environment.threshold === 2))
    assert.ok(project.environments.some((environment) => environment.macOnlyEncrypted))
    assert.ok(project.environments.some((environment) => environment.checkout === 'decrypted'))
    for (const [key] of selectors) assert.match(text, new RegExp(`${key}: (REGEX|TEXT)`))
  })
})

/** What the one environment of a configuration says about seals. */
async function sealOf(whole: string, own: string): Promise<string | undefined> {
  const text = `${oneEnvironment(`{ files: a, recipients: alice${own} }`)}${whole}`
  return (await read(text)).environments[0]?.seal
}
