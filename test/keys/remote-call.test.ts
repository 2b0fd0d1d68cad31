import * as assert from 'uvu/assert'
import { callRemote, networkFailure, retryAfterOf, statusFailure } from '../../src/keys/remote-call.ts'
import type { RemoteAnswer } from '../../src/keys/remote-failure.ts'
import { renewing } from '../../src/keys/renewing.ts'
import { suite } from '../support/suite.ts'
import { thrown } from './support/outcome.ts'

const PASSING = { failure: { reason: 'throttled', retry: true } } as const

function failed(code: string): Error {
  return Object.assign(new Error('any text'), { code })
}

function hanging(): Promise<RemoteAnswer<never>> {
  return new Promise(() => undefined)
}

async function throttled(): Promise<RemoteAnswer<never>> {
  return { failure: { reason: 'throttled', retry: true, retryAfter: 10_000 } }
}

suite('calls of key services', (test) => {
  test('are repeated while that may help, and not further', async () => {
    let count = 0
    const third = async (): Promise<RemoteAnswer<number>> => {
      count += 1
      return count < 3 ? PASSING : { value: count }
    }
    assert.equal(await callRemote(third, { pause: 1 }), { value: 3 })
    count = -10
    assert.equal(await callRemote(third, { pause: 1, attempts: 2 }), PASSING)
    assert.is(count, -8)
  })

  test('are not repeated after what will not pass', async () => {
    let count = 0
    await callRemote(async () => {
      count += 1
      return { failure: { reason: 'denied' } }
    })
    assert.is(count, 1)
  })

  test('wait as long as the service asks, and not for one that asks for minutes', async () => {
    const started = performance.now()
    let count = 0
    await callRemote(
      async () => {
        count += 1
        return count === 1 ? { failure: { reason: 'throttled', retry: true, retryAfter: 150 } } : { value: 1 }
      },
      { pause: 1 },
    )
    assert.ok(performance.now() - started >= 145)
    const patient = async (): Promise<RemoteAnswer<never>> => {
      count += 1
      return { failure: { reason: 'throttled', retry: true, retryAfter: 60_000 } }
    }
    count = 0
    await callRemote(patient, { pause: 1 })
    assert.is(count, 1)
  })

  test('that are never answered end at the limit, and are made twice at most', async () => {
    let count = 0
    const answer = await callRemote(
      async () => {
        count += 1
        return new Promise<RemoteAnswer<never>>(() => undefined)
      },
      { limit: 20, pause: 1 },
    )
    assert.equal(answer, { failure: { reason: 'timed out', retry: true } })
    assert.is(count, 2)
  })

  test('end with INTERRUPTED before, during and between attempts', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    assert.is((await thrown(() => callRemote(hanging, { signal: stop.signal }))).code, 'INTERRUPTED')
    assert.is((await thrown(() => callRemote(hanging, { signal: stop.signal }))).code, 'INTERRUPTED')
    const later = new AbortController()
    setTimeout(() => later.abort(), 20)
    assert.is((await thrown(() => callRemote(throttled, { signal: later.signal }))).code, 'INTERRUPTED')
  })

  test('errors are told apart by their codes, also inside of others', () => {
    assert.is(networkFailure(failed('ECONNREFUSED')).reason, 'no network')
    assert.is(networkFailure(failed('ECONNRESET')).retry, true)
    assert.is(networkFailure(new Error('x', { cause: failed('ENOTFOUND') })).reason, 'no network')
    assert.is(networkFailure(failed('SELF_SIGNED_CERT_IN_CHAIN')).reason, 'untrusted server')
    assert.is(networkFailure(failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).reason, 'untrusted server')
    assert.is(networkFailure(new Error('x')).reason, 'unexpected answer')
  })

  test('statuses and Retry-After are read as HTTP means them', () => {
    assert.equal(statusFailure(429, '2'), { reason: 'throttled', code: 'HTTP 429', retry: true, retryAfter: 2000 })
    assert.equal(statusFailure(503), { reason: 'unavailable', code: 'HTTP 503', retry: true })
    assert.equal(statusFailure(403), { reason: 'denied', code: 'HTTP 403' })
    const soon = retryAfterOf(new Date(Date.now() + 5000).toUTCString()) ?? 0
    assert.ok(soon > 3000 && soon <= 5000)
    assert.is(retryAfterOf('nonsense'), undefined)
  })

  test('what expires is made anew shortly before, once for all who ask', async () => {
    let made = 0
    let now = 0
    const get = renewing(
      async () => {
        made += 1
        return { until: now + 600_000 }
      },
      ({ until }) => until,
      () => new Date(now),
    )
    await Promise.all([get(), get(), get()])
    assert.is(made, 1)
    now = 400_000
    await get()
    assert.is(made, 1)
    now = 500_000
    await Promise.all([get(), get()])
    assert.is(made, 2)
  })
})
