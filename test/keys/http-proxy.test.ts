import * as assert from 'uvu/assert'
import { httpClient } from '../../src/keys/http-client.ts'
import { proxyFor } from '../../src/keys/http-proxy.ts'
import { suite } from '../support/suite.ts'
import { connectProxy } from './support/connect-proxy.ts'
import { httpStub } from './support/http-stub.ts'
import { keyContext } from './support/key-context.ts'
import { thrown } from './support/outcome.ts'
import { testCertificate } from './support/test-certificate.ts'

const PROXY = { HTTPS_PROXY: 'http://proxy.example:3128' }

function proxied(address: string, env: Record<string, string> = PROXY): boolean {
  return proxyFor(new URL(address), env) !== undefined
}

suite('proxies', (test) => {
  test('are taken from the environment, with its exceptions', () => {
    assert.ok(proxied('https://kms.eu-west-1.amazonaws.com'))
    assert.ok(proxied('https://x', { https_proxy: 'proxy.example:3128' }))
    assert.not.ok(proxied('http://x'))
    assert.not.ok(proxied('https://localhost:1') || proxied('https://127.0.0.1') || proxied('https://[::1]'))
    for (const exceptions of ['*', 'a, example.com', '.example.com', '*.example.com', 'vault.example.com:443']) {
      assert.not.ok(proxied('https://vault.example.com', { ...PROXY, NO_PROXY: exceptions }), exceptions)
    }
    for (const others of ['', 'ample.com', 'vault.example.com:8200', 'other.example.com']) {
      assert.ok(proxied('https://vault.example.com', { ...PROXY, no_proxy: others }), others)
    }
  })

  test('are told who we are, see the name of the host alone, and may refuse', async (context) => {
    const certificate = testCertificate(['kms.example'], context)
    const stub = await httpStub(context, () => ({ body: { fine: true } }), certificate)
    const proxy = await connectProxy(context, ['kms.example'], Number(new URL(stub.address).port))
    const address = proxy.address.replace('//', '//me:p%40ss@')
    const client = await httpClient(keyContext({ env: { HTTPS_PROXY: address, SSL_CERT_FILE: certificate.file } }))
    const call = { method: 'GET', headers: {}, signal: AbortSignal.timeout(10_000) } as const
    const first = await client({ ...call, url: new URL('https://kms.example/a') })
    await client({ ...call, url: new URL('https://kms.example/b') })
    assert.equal(first.json, { fine: true })
    assert.equal(
      stub.requests.map(({ path }) => path),
      ['/a', '/b'],
    )
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
    assert.equal(proxy.asked, [{ target: 'kms.example:443', authorization }], 'one connection for both')
    const failure = await thrown(() => client({ ...call, url: new URL('https://other.example/') }))
    assert.is(failure.code, 'ERR_PROXY_REFUSED')
  })

  test('a file of authorities that cannot be read is told', async () => {
    const client = await httpClient(keyContext({ env: { SSL_CERT_FILE: '/nowhere' } }))
    const signal = AbortSignal.timeout(10_000)
    const call = async (): Promise<unknown> => client({ method: 'GET', url: new URL('https://x'), headers: {}, signal })
    assert.is((await thrown(call)).code, 'IDENTITY_INVALID')
  })
})
