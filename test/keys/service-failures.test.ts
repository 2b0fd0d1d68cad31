import * as assert from 'uvu/assert'
import { shortened } from '../../src/keys/cannot-open.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { suite } from '../support/suite.ts'
import { errorOf, metadata } from './support/keyring-parts.ts'
import { refused, thrown } from './support/outcome.ts'
import { SERVICES, type Situation } from './support/service-cases.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

const WORDS = {
  denied: /access was denied/,
  'unknown key': /there is no such key/,
  'disabled key': /disabled/,
  throttled: /too many calls, even after waiting/,
  'bad credentials': /the credentials are expired or not valid/,
} as const

const LASTING = ['denied', 'unknown key', 'disabled key', 'bad credentials'] as const

/** Nothing that a service says, and nothing of the credentials. */
function assertDiscreet(text: string): void {
  assert.not.match(text, /very-secret|test-identity|may quote anything/)
}

suite('key services that fail', (test) => {
  for (const { name, advice, start } of SERVICES) {
    for (const situation of LASTING) {
      test(`${name}, ${situation}: says which key, whose credentials, and what to do`, async (context) => {
        const service = await start(context, situation)
        const text = refused(await service.provider.unwrap(service.entry, service.here()))
        assert.match(text, WORDS[situation])
        assert.match(text, advice[situation])
        assert.ok(text.includes(service.key), text)
        assert.ok(text.includes(`${service.source}: `), text)
        assertDiscreet(text)
        // A token that has just been made may not be known everywhere yet; nothing else is tried again.
        assert.ok(service.calls() <= (situation === 'bad credentials' ? 2 : 1), `${service.calls()} calls`)
      })
    }

    test(`${name}, throttled: tries four times, longer apart each time, then says so`, async (context) => {
      const service = await start(context, 'throttled')
      const started = performance.now()
      const text = refused(await service.provider.unwrap(service.entry, service.here()))
      assert.match(text, WORDS.throttled)
      assert.match(text, advice.throttled)
      assert.ok(text.includes(service.key))
      assert.is(service.calls(), 4)
      // At least half of 300, 600 and 1200 ms.
      assert.ok(performance.now() - started > 1000)
    })

    test(`${name}, an outage: tries again, then says so`, async (context) => {
      const service = await start(context, 'outage')
      const text = refused(await service.provider.unwrap(service.entry, service.here()))
      assert.match(text, /the service is not available \(.*\).*; .*try again/)
      assert.is(service.calls(), 4)
    })

    test(`${name}, an answer that makes no sense`, async (context) => {
      const service = await start(context, 'malformed answer')
      const text = refused(await service.provider.unwrap(service.entry, service.here()))
      assert.match(text, /the answer makes no sense/)
      assert.ok(text.includes(service.key))
      assert.ok(text.includes(service.source))
    })

    test(`${name}, no credentials: says where it looked, and sends nothing`, async (context) => {
      const service = await start(context, 'denied')
      const text = refused(await service.provider.unwrap(service.entry, service.nobody()))
      assert.match(text, /no credentials were found/)
      assert.match(text, /; .*(?:aws sso login|gcloud auth|az login|VAULT_TOKEN|vault login)/)
      assert.ok(text.includes(service.key))
      assert.is(service.calls(), 0)
    })

    test(`${name}, no network`, async (context) => {
      const service = await start(context, 'denied')
      const { context: here, entry } = service.offline()
      const text = refused(await service.provider.unwrap(entry, here))
      assert.match(text, /the service cannot be reached \(ECONNREFUSED\).*; check .*network/)
    })

    test(`${name}, wrapping: the same as an error, with the credentials below`, async (context) => {
      const service = await start(context, 'denied')
      const reference = service.provider.referenceOf(service.entry) ?? ''
      const { code, text } = await thrown(() => service.provider.wrap(reference, DATA_KEY, service.here()))
      assert.is(code, 'PROVIDER_FAILED')
      assert.match(text, /access was denied/)
      assert.ok(text.includes(service.key))
      assert.ok(text.includes(`credentials: ${service.source}`), text)
      assertDiscreet(text)
    })

    test(`${name}: the error of a file names the recipient as .secretsrc does`, async (context) => {
      const service = await start(context, 'denied')
      const names = async (): Promise<ReadonlyMap<string, string>> => new Map([[service.key, 'kms-production']])
      const keyring = createKeyring(service.here(), { names })
      const error = await errorOf(keyring.open(metadata([[service.entry]])))
      assert.is(error.code, 'CANNOT_OPEN')
      assert.ok(
        error.details.some((line) => line.includes('kms-production')),
        error.details.join('\n'),
      )
      assert.ok(error.details.some((line) => line.includes(service.source)))
      const wrapping = await errorOf(keyring.wrap(DATA_KEY, [[service.key]], 0))
      assert.is(wrapping.code, 'PROVIDER_FAILED')
      assert.is(wrapping.details[0], `recipient kms-production (${shortened(service.key)})`)
    })
  }

  test('a service that never answers is asked twice, for ten seconds each, and told of', async (context) => {
    await Promise.all(
      SERVICES.map(async ({ start, name }) => {
        const silent: Situation = 'no answer'
        const service = await start(context, silent)
        const text = refused(await service.provider.unwrap(service.entry, service.here()))
        assert.match(text, /there was no answer in time.*try again/, name)
        assert.ok(text.includes(service.key), name)
        assert.is(service.calls(), 2, name)
      }),
    )
  }, 90)
})
