import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { environmentOf, groupReferences } from '../../src/project/claims.ts'
import { convertSopsConfig } from '../../src/project/convert-sops-config.ts'
import type { Environment, Project } from '../../src/project/model.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { readSopsConfig } from '../../src/project/read-sops-config.ts'
import { suite } from '../support/suite.ts'
import { ALICE, BOB } from './secretsrc-cases.ts'

const read = (text: string): Promise<Project> => readSopsConfig(Buffer.from(text), '/repo/.sops.yaml', '.sops.yaml')

async function errorOf(text: string): Promise<SecretsError> {
  const error: unknown = await read(text).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

/** References of the groups of the first rule. */
async function groupsOf(rule: string): Promise<readonly (readonly string[])[]> {
  const project = await read(`creation_rules:\n  - ${rule}\n`)
  const [environment] = project.environments
  return environment === undefined ? [] : groupReferences(project, environment)
}

const RULES = `
keys:
  - &alice ${ALICE}
  - ${BOB} # bob (laptop)
creation_rules:
  - path_regex: ^secrets/prod/.*\\.yaml$
    encrypted_regex: ^(data|stringData)$
    mac_only_encrypted: true
    key_groups:
      - age: [*alice]
      - age: [${BOB}]
        pgp: ['85D7 7543 B3D6 24B6 3CEA 9E6D BC17 301B 491B 3F21']
    shamir_threshold: 2
  - path_regex: \\.enc$
    age: ${ALICE}, ${BOB}
    encrypted_suffix: _secret
  - pgp: 85D77543B3D624B63CEA9E6DBC17301B491B3F21
stores: { yaml: { indent: 2 } }
destination_rules: [{ s3_bucket: x }]
something_else: 1
`

suite('read .sops.yaml', (test) => {
  test('makes an environment of each rule; the first that matches wins', async () => {
    const project = await read(RULES)
    assert.is(project.source, 'sops')
    const of = (path: string): string | undefined => environmentOf(project, path)?.name
    assert.equal(
      project.environments.map((environment) => environment.name),
      ['prod', 'rule-2', 'rule-3'],
    )
    assert.equal(['secrets/prod/a.yaml', 'secrets/prod/a.enc', 'x'].map(of), ['prod', 'rule-2', 'rule-3'])
    const [prod, second, third] = project.environments
    assert.equal(prod?.selection, { by: 'encrypted_regex', pattern: '^(data|stringData)$' })
    assert.equal([prod?.macOnlyEncrypted, second?.macOnlyEncrypted], [true, false])
    assert.equal([prod?.threshold, second?.threshold], [2, 0])
    assert.equal(second?.selection, { by: 'encrypted_suffix', pattern: '_secret' })
    assert.equal(third?.selection, { by: 'unencrypted_suffix', pattern: '_unencrypted' })
  })

  test('names keys by anchor, comment or number, one name for one key', async () => {
    const project = await read(RULES)
    assert.equal(
      [...project.recipients.values()].map(({ name, reference }) => [name, reference]),
      [
        ['alice', ALICE],
        ['bob', BOB],
        ['recipient-1', '85D77543B3D624B63CEA9E6DBC17301B491B3F21'],
      ],
    )
    assert.equal(project.environments[0]?.groups, [['alice'], ['bob', 'recipient-1']])
  })

  test('takes keys as text with commas or as lists, in the order of sops', async () => {
    const fields = `{ hc_vault_transit_uri: v, azure_keyvault: [z], hckms: [h], gcp_kms: g, kms: k, pgp: 'p q', age: 'a, b,,' }`
    assert.equal(await groupsOf(fields), [['a', 'b', 'pq', 'k', 'g', 'h', 'z', 'v']])
    assert.equal(await groupsOf(`{ age: ['a,b', c, a] }`), [['a', 'b', 'c']])
    assert.equal(await groupsOf(`{ age: x, key_groups: [] }`), [['x']])
    assert.equal(await groupsOf(`{ age: x, key_groups: [{ age: [y] }] }`), [['y']])
    assert.equal(await groupsOf(`{ path_regex: x }`), [])
  })

  test('makes one text of a key that has parts', async () => {
    const kms = `{ arn: 'arn:k', role: 'arn:r', context: { b: '2', a: '1' }, aws_profile: prod }`
    const azure = `{ vaultUrl: 'https://v/', key: n, version: '1' }`
    const group = `{ kms: [${kms}, { arn: 'arn:k2', aws_profile: p }], gcp_kms: [{ resource_id: g }], hckms: [{ key_id: 'r:u' }], azure_keyvault: [${azure}], hc_vault: [v] }`
    assert.equal(await groupsOf(`{ key_groups: [${group}] }`), [
      ['arn:k+arn:r|a:1,b:2|prod', 'arn:k2||p', 'g', 'r:u', 'https://v/keys/n/1', 'v'],
    ])
    assert.equal(await groupsOf(`{ kms: 'arn:k+arn:r', aws_profile: p }`), [['arn:k+arn:r||p']])
  })

  test('merges key groups, merged ones first, doubles once', async () => {
    const merged = `{ age: [c], merge: [{ age: [a], merge: [{ age: [b] }] }, { age: [c, d] }] }`
    assert.equal(await groupsOf(`{ key_groups: [${merged}] }`), [['b', 'a', 'c', 'd']])
  })

  test('reads aliases and merge keys', async () => {
    const text = `base: &base\n  age: a\n  encrypted_regex: x\ncreation_rules:\n  - <<: *base\n    age: b\n`
    const project = await read(text)
    const [rule] = project.environments
    assert.equal(rule === undefined ? [] : groupReferences(project, rule), [['b']])
    assert.equal(rule?.selection, { by: 'encrypted_regex', pattern: 'x' })
  })

  test('an alias bomb and a cycle are refused', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`,
    )
    assert.is((await errorOf(`a0: &a0 x\n${levels.join('\n')}\ncreation_rules: *a9\n`)).code, 'LIMIT_EXCEEDED')
    assert.is((await errorOf('creation_rules: &a\n  - key_groups: [{ merge: *a }]\n')).code, 'CONFIG_INVALID')
  })

  const wrong: readonly (readonly [string, RegExp, number, number])[] = [
    ['creation_rules: x', /must be a list/, 1, 17],
    ['creation_rules: [x]', /must be a mapping/, 1, 18],
    [`creation_rules: [{ path_regex: '(' }]`, /no valid regular/, 1, 32],
    [`creation_rules: [{ path_regex: a }, { path_regex: '[' }]`, /no valid regular/, 1, 51],
    [`creation_rules: [{ encrypted_regex: '(?=a)' }]`, /no valid regular/, 1, 37],
    ['creation_rules: [{ encrypted_regex: a, encrypted_suffix: b }]', /more than one selector/, 1, 18],
    ['creation_rules: [{ key_groups: [{ age: [a] }, { age: [b] }], shamir_threshold: 3 }]', /must be 2 to 2/, 1, 80],
    ['creation_rules: [{ key_groups: [{ age: [a] }, { age: [b] }], shamir_threshold: 1 }]', /must be 2 to 2/, 1, 80],
    ['creation_rules: [{ mac_only_encrypted: maybe }]', /true or false/, 1, 40],
    ['creation_rules: [{ age: { a: b } }]', /must be a text/, 1, 25],
    ['creation_rules: [{ key_groups: a }]', /key_groups must be a list/, 1, 32],
  ]
  for (const [text, message, line, column] of wrong) {
    test(`refuses ${text}`, async () => {
      const error = await errorOf(text)
      assert.is(error.code, 'CONFIG_INVALID')
      assert.match(error.message, message)
      assert.equal(error.place, { file: '.sops.yaml', line, column })
    })
  }
})

function withoutPlaces(environment: Environment): unknown {
  return { ...environment, place: undefined, patterns: environment.patterns.map((pattern) => pattern.text) }
}

suite('convert .sops.yaml', (test) => {
  test('the result says the same', async () => {
    const project = await read(RULES)
    const text = convertSopsConfig(project)
    const converted = await readSecretsrc(Buffer.from(text), '/repo/.secretsrc')
    assert.is(converted.overlap, 'first')
    assert.equal(converted.environments.map(withoutPlaces), project.environments.map(withoutPlaces))
    assert.equal(
      [...converted.recipients.values()].map(({ name, reference }) => [name, reference]),
      [...project.recipients.values()].map(({ name, reference }) => [name, reference]),
    )
    for (const path of ['secrets/prod/a.yaml', 'secrets/prod/a.enc', 'a/b c', 'x.enc.yaml']) {
      assert.is(environmentOf(converted, path)?.name, environmentOf(project, path)?.name, path)
    }
  })

  test('is refused for a rule without keys', async () => {
    const project = await read('creation_rules: [{ path_regex: a }]')
    assert.throws(
      () => convertSopsConfig(project),
      (error: unknown) => isSecretsError(error) && error.code === 'NO_RECIPIENTS' && error.place.line === 1,
    )
  })
})
