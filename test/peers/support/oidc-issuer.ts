import { generateKeyPairSync, sign } from 'node:crypto'
import { httpStub, type StubAnswer, type StubRequest } from '../../keys/support/http-stub.ts'
import type { TestContext } from '../../support/suite.ts'

type Claims = Readonly<Record<string, string>>

/** What issues the tokens of a CI system's jobs. */
export interface OidcIssuer {
  readonly address: string
  /** A token for an audience. */
  readonly token: (audience: string, claims: Claims) => string
  /** GitHub's two variables of a job that may ask for tokens with these claims. */
  readonly githubVariables: (claims: Claims) => Readonly<Record<string, string>>
}

/** An issuer with discovery and keys, as GitHub's and GitLab's have them (OpenID Connect Discovery 1.0, RFC 7517). */
export async function oidcIssuer(context: Pick<TestContext, 'onCleanup'>): Promise<OidcIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jobs = new Map<string, Claims>()
  const stub = await httpStub(context, (request) => answer(request))
  const token = (audience: string, claims: Claims): string => {
    const now = Math.floor(Date.now() / 1000)
    const body = { iss: stub.address, aud: audience, iat: now - 5, nbf: now - 5, exp: now + 300, ...claims }
    const parts = [{ alg: 'RS256', typ: 'JWT', kid: 'one' }, body]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
  }
  const answer = ({ path, headers }: StubRequest): StubAnswer => {
    const { pathname, searchParams } = new URL(path, stub.address)
    if (pathname === '/.well-known/openid-configuration') {
      const signed = { id_token_signing_alg_values_supported: ['RS256'], response_types_supported: ['id_token'] }
      return { body: { issuer: stub.address, jwks_uri: `${stub.address}/jwks`, ...signed } }
    }
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
    if (pathname === '/jwks') return { body: { keys: [key] } }
    const claims = jobs.get(headers.authorization ?? '')
    if (claims === undefined) return { status: 401 }
    return { body: { value: token(searchParams.get('audience') ?? '', claims) } }
  }
  return {
    address: stub.address,
    token,
    githubVariables: (claims) => {
      const request = `request-${jobs.size}`
      jobs.set(`bearer ${request}`, claims)
      const url = `${stub.address}/token?api-version=2.0`
      return { ACTIONS_ID_TOKEN_REQUEST_TOKEN: request, ACTIONS_ID_TOKEN_REQUEST_URL: url }
    },
  }
}
