/** Google's credential files: a login of gcloud, a service account, workload identity, impersonation. */
import { createPrivateKey, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fieldOf, textOf } from '../http-client.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { fetchJson, fetchToken, formRequest, type GoogleToken, KMS_SCOPE, type TokenTools } from './google-token.ts'
import { subjectToken } from './subject-token.ts'

/** Where logins of people and service accounts are exchanged, unless a file names another place (RFC 7523). */
const TOKEN_ADDRESS = 'https://oauth2.googleapis.com/token'
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Seconds that a signed assertion is valid; Google refuses more than an hour. */
const ASSERTION_SECONDS = 3_600
/** What a token needs that stands for somebody who may impersonate. */
const IMPERSONATION_SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/** A token for the credentials of a file that was read as JSON. */
export async function tokenFromFile(file: unknown, tools: TokenTools): Promise<RemoteAnswer<GoogleToken>> {
  if (file === undefined) return unusable(tools, 'name a file that can be read and is JSON')
  const type = textOf(file, 'type')
  if (type === 'authorized_user') return fromLogin(file, tools)
  if (type === 'service_account') return fromServiceAccount(file, tools)
  if (type === 'external_account') return fromWorkloadIdentity(file, tools)
  if (type === 'impersonated_service_account') return fromImpersonation(file, tools)
  return unusable(
    tools,
    'use a service account, workload identity federation, or `gcloud auth application-default login`',
  )
}

function fromLogin(file: unknown, tools: TokenTools): Promise<RemoteAnswer<GoogleToken>> {
  const [id, secret, refresh] = ['client_id', 'client_secret', 'refresh_token'].map((name) => textOf(file, name))
  const url = tokenAddress(file)
  if (!id || !secret || !refresh || url === undefined) return unusable(tools)
  const form = { grant_type: 'refresh_token', client_id: id, client_secret: secret, refresh_token: refresh }
  return fetchToken(formRequest(url, form), tools)
}

function fromServiceAccount(file: unknown, tools: TokenTools): Promise<RemoteAnswer<GoogleToken>> {
  const [email, key, keyId = ''] = ['client_email', 'private_key', 'private_key_id'].map((name) => textOf(file, name))
  const url = tokenAddress(file)
  if (!email || !key || url === undefined) return unusable(tools)
  const issued = Math.floor(tools.context.now().getTime() / 1000)
  const claims = { iss: email, scope: KMS_SCOPE, aud: url.href, iat: issued, exp: issued + ASSERTION_SECONDS }
  const assertion = signed({ alg: 'RS256', typ: 'JWT', kid: keyId }, claims, key)
  if (assertion === undefined) return unusable(tools, 'make a new key for the service account')
  return fetchToken(formRequest(url, { grant_type: JWT_GRANT, assertion }), tools)
}

/** A JSON Web Token (RFC 7519); undefined when the key is none. */
function signed(header: object, claims: object, key: string): string | undefined {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  try {
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(key)).toString('base64url')}`
  } catch {
    return undefined
  }
}

/** Token exchange (RFC 8693): what GitHub's, GitLab's and other clouds' identities are turned into. */
async function fromWorkloadIdentity(file: unknown, tools: TokenTools): Promise<RemoteAnswer<GoogleToken>> {
  const [audience, kind, address] = ['audience', 'subject_token_type', 'token_url'].map((name) => textOf(file, name))
  if (!audience || !kind || !address || !URL.canParse(address)) return unusable(tools)
  const subject = await subjectToken(fieldOf(file, 'credential_source'), tools)
  if ('failure' in subject) return subject
  const impersonation = textOf(file, 'service_account_impersonation_url')
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience,
    scope: impersonation === undefined ? KMS_SCOPE : IMPERSONATION_SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: kind,
    subject_token: subject.value,
  }
  const exchanged = await fetchToken(formRequest(new URL(address), form), tools)
  return impersonation === undefined || 'failure' in exchanged
    ? exchanged
    : impersonate(impersonation, exchanged.value, [], tools)
}

async function fromImpersonation(file: unknown, tools: TokenTools): Promise<RemoteAnswer<GoogleToken>> {
  const address = textOf(file, 'service_account_impersonation_url')
  const source = fieldOf(file, 'source_credentials')
  const delegates = fieldOf(file, 'delegates')
  if (address === undefined || textOf(source, 'type') === 'impersonated_service_account') return unusable(tools)
  const base = await tokenFromFile(source, tools)
  if ('failure' in base) return base
  const names = Array.isArray(delegates) ? delegates.filter((name) => typeof name === 'string') : []
  return impersonate(address, base.value, names, tools)
}

async function impersonate(
  address: string,
  { token }: GoogleToken,
  delegates: readonly string[],
  tools: TokenTools,
): Promise<RemoteAnswer<GoogleToken>> {
  if (!URL.canParse(address)) return unusable(tools)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const body = JSON.stringify({ scope: [KMS_SCOPE], delegates })
  return fetchJson({ method: 'POST', url: new URL(address), headers, body }, tools, ({ json }) => {
    const made = textOf(json, 'accessToken')
    const expiry = Date.parse(textOf(json, 'expireTime') ?? '')
    if (made === undefined) return { failure: { reason: 'unexpected answer', source: tools.source } }
    return { value: { token: made, source: tools.source, expiresAt: Number.isNaN(expiry) ? undefined : expiry } }
  })
}

function tokenAddress(file: unknown): URL | undefined {
  const address = textOf(file, 'token_uri') ?? TOKEN_ADDRESS
  return URL.canParse(address) ? new URL(address) : undefined
}

async function unusable(tools: TokenTools, advice?: string): Promise<RemoteAnswer<never>> {
  const failure = { reason: 'bad credentials', source: tools.source } as const
  return { failure: advice === undefined ? failure : { ...failure, advice } }
}

/** A file as JSON; undefined when it is not there or is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'))
    return json
  } catch {
    return undefined
  }
}
