import * as assert from 'uvu/assert'
import { type ClosedToJob, closedToJob } from '../../../src/cli/ci/closed-to-job.ts'
import type { RunnerKeys } from '../../../src/cli/ci/runner-keys.ts'
import { SecretsError } from '../../../src/core/errors.ts'
import type { Project } from '../../../src/project/model.ts'
import { readSecretsrc } from '../../../src/project/read-secretsrc.ts'
import { suite } from '../../support/suite.ts'

const AGE = [
  'age18c9frhelygdd48dt0k0pcy9wcn2m9sn22qjej84ly2gqvdd8z5qq6vf0sn',
  'age1arja4qjpcafpnlrexvu2j22t6exhffjqw4cj32ffsh6y7x9pt39s67z5jm',
]

const CONFIGURATION = `version: 1
recipients:
  runner: ${AGE[0]}
  alice: ${AGE[1]}
  cloud: arn:aws:kms:eu-west-1:111122223333:key/11112222-3333-4444-5555-666677778888
environments:
  staging: { files: staging.yaml, recipients: [runner, alice] }
  production: { files: production.yaml, recipients: [alice] }
  shared:
    files: shared.yaml
    threshold: 2
    groups: [[runner], [alice]]
  cloudy: { files: cloudy.yaml, recipients: [cloud] }
`

const error = new SecretsError('CANNOT_OPEN', 'no identity here opens this file', {
  place: { file: 'production.yaml' },
  details: ['tried: this and that'],
  hint: 'mend what is said above',
})

let read: Promise<Project> | undefined

/** What a job is told about an environment. */
async function told(environment: string | undefined, known: Partial<ClosedToJob>): Promise<SecretsError> {
  read ??= readSecretsrc(Buffer.from(CONFIGURATION), '/nowhere/.secretsrc')
  const { environments } = await read
  return closedToJob({
    error,
    environment: environments.find(({ name }) => name === environment),
    project: await read,
    keys: { known: [], unknown: [] },
    outside: false,
    keyAdvice: 'add a variable',
    ...known,
  })
}

function keyOf(name: string | undefined, recipient: string): RunnerKeys {
  return { known: [{ name, recipient }], unknown: [] }
}

const RUNNER = keyOf('runner', AGE[0] ?? '')

suite('jobs to which an environment stays closed', (test) => {
  test('the runner has a key of another environment', async () => {
    const { code, message, hint, details, place } = await told('production', { keys: RUNNER })
    assert.is(code, 'CANNOT_OPEN')
    assert.is(message, "the runner's key runner opens staging, not production, because production is for alice")
    assert.match(hint ?? '', /secrets grant runner production$/)
    assert.equal([details, place], [error.details, error.place])
  })

  test('one key does not open what takes two', async () => {
    const { message } = await told('shared', { keys: RUNNER })
    assert.is(message, "the runner's key runner opens staging, not shared, because shared is for runner, alice")
  })

  test('keys that the configuration does not name open nothing', async () => {
    const { message, hint } = await told('production', { keys: keyOf(undefined, 'age1other') })
    assert.is(
      message,
      "the runner's key age1other opens no environment of the configuration, so not production, because production is for alice",
    )
    assert.match(hint ?? '', /secrets grant NAME production$/)
  })

  test('a key of the environment, and a file that does not know it yet', async () => {
    const { message, hint } = await told('staging', { keys: RUNNER })
    assert.is(message, "the runner's key runner is for staging, but this file was not encrypted for it yet")
    assert.is(hint, 'somebody who can read it runs: secrets sync staging')
  })

  test('no key: where the system takes one from, or what failed at the key service', async () => {
    const none = await told('staging', {})
    assert.equal([none.message, none.hint], ['the runner holds no key, and staging stays closed', 'add a variable'])
    assert.is((await told('staging', { keyAdvice: undefined })).hint, error.hint)
    const cloud = await told('cloudy', {})
    assert.equal([cloud.message, cloud.hint], ["the runner's own identity does not open cloudy", error.hint])
  })

  test('keys that do not say whose they are', async () => {
    const unknown = [
      { source: 'SECRETS_AGE_KEY', problem: 'line 1 is no age identity' },
      { source: 'SOPS_AGE_KEY_FILE (keys.txt)', problem: undefined },
    ]
    const { message, details, hint } = await told('staging', { keys: { known: [], unknown } })
    assert.is(message, "the runner's key in SECRETS_AGE_KEY and in SOPS_AGE_KEY_FILE (keys.txt) does not open staging")
    assert.equal(details, ['tried: this and that', 'SECRETS_AGE_KEY: line 1 is no age identity'])
    assert.is(hint, error.hint)
  })

  test('a change from outside is the reason only where there is no key', async () => {
    const outside = 'a pull request from the fork mallory/shop'
    const { message, hint } = await told('staging', { outside })
    assert.is(message, `this is ${outside}: such jobs get no key, and staging stays closed`)
    assert.match(hint ?? '', /secrets ci --placeholders staging$/)
    assert.match((await told('production', { outside, keys: RUNNER })).message, /opens staging, not production/)
  })

  test('a file of no environment is called by its name', async () => {
    assert.is(
      (await told(undefined, { keys: RUNNER })).message,
      "the runner's key runner does not open production.yaml",
    )
    assert.is(
      (await told(undefined, { project: undefined })).message,
      'the runner holds no key, and production.yaml stays closed',
    )
  })
})
