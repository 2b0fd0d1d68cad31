/**
 * Azure Key Vault, Entra ID and a managed identity, as far as wrapping a key needs them. Strict where the service is:
 * tokens, versions, states, algorithm. sops and Azure's own library are held against it too.
 */
import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import type { TestContext } from '../../support/suite.ts'
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from './http-stub.ts'
import { type TestCertificate, testCertificate } from './test-certificate.ts'

interface Version {
  readonly version: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  enabled: boolean
}

export interface AzureStandIn extends HttpStub {
  readonly certificate: TestCertificate
  readonly port: number
  readonly tokens: Set<string>
  readonly faults: StubAnswer[]
  /** Versions of the one key, `k`, the newest last. */
  readonly versions: Version[]
}

const TENANT = '11111111-1111-1111-1111-111111111111'
/** One for all tests of a process: RSA keys take a while. */
const pairs: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[] = []

/** A vault (of any name) with one key `k` that takes `test-token` and every token that it gave out. */
export async function azureStandIn(context: TestContext): Promise<AzureStandIn> {
  const certificate = testCertificate(['localhost', '*.vault.azure.net', 'login.microsoftonline.com'], context)
  const versions = [newVersion(0)]
  const tokens = new Set(['test-token'])
  const faults: StubAnswer[] = []
  const answer = (request: StubRequest): StubAnswer => {
    const login = loginAnswer(request, tokens)
    if (login !== undefined) return login
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !tokens.has(token)) return challenge(request)
    return faults.shift() ?? vaultAnswer(request, versions)
  }
  const stub = await httpStub(context, answer, certificate)
  return { ...stub, certificate, port: Number(new URL(stub.address).port), tokens, faults, versions }
}

/** A further version of the key. */
export function newVersion(number: number): Version {
  const pair = pairs[number] ?? generateKeyPairSync('rsa', { modulusLength: 2048 })
  pairs[number] = pair
  return { ...pair, version: randomBytes(16).toString('hex'), enabled: true }
}

/** An error as Key Vault gives it. */
export function vaultError(status: number, code: string, inner?: string): StubAnswer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } }
  return { status, body: { error: { code, message: 'a text that may quote anything', ...innererror } } }
}

// What tells a client without a token where to get one.
function challenge({ headers }: StubRequest): StubAnswer {
  const host = headers.host ?? ''
  const resource = host.endsWith('.vault.azure.net') ? 'vault.azure.net' : host
  const text = `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://${resource}"`
  return { ...vaultError(401, 'Unauthorized'), headers: { 'www-authenticate': text } }
}

function loginAnswer(request: StubRequest, tokens: Set<string>): StubAnswer | undefined {
  const { pathname } = new URL(request.path, 'https://x')
  const origin = `https://${request.headers.host}`
  if (pathname === '/msi/token') {
    if (request.headers['x-identity-header'] !== 'test-identity') return { status: 401 }
    return { body: { access_token: issued(tokens), expires_on: String(Math.floor(Date.now() / 1000) + 3600) } }
  }
  if (pathname.endsWith('/discovery/instance')) {
    const aliases = { preferred_network: request.headers.host, preferred_cache: request.headers.host }
    const tenant = `${origin}/${TENANT}/v2.0/.well-known/openid-configuration`
    return { body: { tenant_discovery_endpoint: tenant, metadata: [{ ...aliases, aliases: [request.headers.host] }] } }
  }
  if (pathname.endsWith('/openid-configuration')) {
    const base = `${origin}/${pathname.split('/')[1]}`
    const places = {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    }
    return { body: { ...places, issuer: `${base}/v2.0` } }
  }
  if (!pathname.endsWith('/oauth2/v2.0/token')) return undefined
  const form = new URLSearchParams(request.body)
  const proven = form.get('client_secret') === 'test-secret' || (form.get('client_assertion') ?? '') !== ''
  if (!proven || form.get('scope')?.includes('https://vault.azure.net/.default') !== true) {
    return { status: 401, body: { error: 'invalid_client', error_description: 'a text that may quote anything' } }
  }
  return { body: { token_type: 'Bearer', expires_in: 3600, access_token: issued(tokens) } }
}

function issued(tokens: Set<string>): string {
  const token = `eyJ.${randomBytes(8).toString('hex')}.x`
  tokens.add(token)
  return token
}

function vaultAnswer(request: StubRequest, versions: readonly Version[]): StubAnswer {
  const { pathname, searchParams } = new URL(request.path, 'https://x')
  const [, kind, name, ...rest] = pathname.split('/')
  if (searchParams.get('api-version') === null) return vaultError(400, 'BadParameter')
  const action = ['encrypt', 'decrypt'].includes(rest.at(-1) ?? '') ? rest.pop() : undefined
  const wanted = rest[0] ?? ''
  const found = wanted === '' ? versions.at(-1) : versions.find(({ version }) => version === wanted)
  if (kind !== 'keys' || name !== 'k' || found === undefined) return vaultError(404, 'KeyNotFound')
  const kid = `https://${request.headers.host}/keys/k/${found.version}`
  if (action === undefined) {
    const { n, e } = found.publicKey.export({ format: 'jwk' })
    const operations = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']
    return { body: { key: { kid, kty: 'RSA', key_ops: operations, n, e }, attributes: { enabled: found.enabled } } }
  }
  if (!found.enabled) return vaultError(403, 'Forbidden', 'KeyDisabled')
  return transformed(action, found, { kid, body: request.body })
}

function transformed(
  action: string,
  key: Version,
  request: { readonly kid: string; readonly body: string },
): StubAnswer {
  // A request of a client that knows the service.
  const { alg, value } = JSON.parse(request.body) as { readonly alg?: string; readonly value?: string }
  if (alg !== 'RSA-OAEP-256') return vaultError(400, 'BadParameter')
  const input = Buffer.from(value ?? '', 'base64url')
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  try {
    const output =
      action === 'encrypt'
        ? publicEncrypt({ key: key.publicKey, ...padding }, input)
        : privateDecrypt({ key: key.privateKey, ...padding }, input)
    return { body: { kid: request.kid, value: output.toString('base64url') } }
  } catch {
    return vaultError(400, 'BadParameter')
  }
}
