/** Credentials of an application (service principal): a secret, a certificate, or the token of a workload. */
import { createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { RemoteAnswer } from '../remote-failure.ts'
import { type AzureToken, fetchToken, type TokenTools } from './access-token.ts'

/** Entra ID of Azure's public cloud. Others are named by `AZURE_AUTHORITY_HOST`, never by a file. */
const AUTHORITY = 'https://login.microsoftonline.com'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds that a signed assertion is valid: Entra ID wants minutes. */
const ASSERTION_SECONDS = 600

/** `AZURE_TENANT_ID` and `AZURE_CLIENT_ID` with a secret or a certificate; undefined where they are not set. */
export async function fromEnvironment(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const { AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_CERTIFICATE_PATH: path } = tools.context.env
  const application = applicationOf(tools)
  if (application === undefined || (!secret && !path)) return undefined
  if (secret) return login(application, { client_secret: secret }, { ...tools, source: 'AZURE_CLIENT_SECRET' })
  const source = 'AZURE_CLIENT_CERTIFICATE_PATH'
  const pem = await readFile(path ?? '', 'utf8').catch(() => '')
  const assertion = certificateAssertion(pem, application, tools.context.now())
  if (assertion === undefined) {
    const advice = 'name a PEM file that holds the certificate and its private key'
    return { failure: { reason: 'bad credentials', source, advice } }
  }
  return login(
    application,
    { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
    { ...tools, source },
  )
}

/** The token that Kubernetes or a pipeline left in `AZURE_FEDERATED_TOKEN_FILE`; undefined where it is not set. */
export async function fromWorkload(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const path = tools.context.env['AZURE_FEDERATED_TOKEN_FILE']
  const application = applicationOf(tools)
  if (application === undefined || !path) return undefined
  const source = 'AZURE_FEDERATED_TOKEN_FILE'
  const assertion = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (assertion === '') {
    return { failure: { reason: 'no credentials', source, advice: 'see that the token file of the workload is there' } }
  }
  return login(
    application,
    { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
    { ...tools, source },
  )
}

interface Application {
  readonly client: string
  readonly endpoint: URL
}

function applicationOf({ context }: TokenTools): Application | undefined {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_AUTHORITY_HOST: named } = context.env
  if (!tenant || !client || !/^[A-Za-z0-9.-]+$/.test(tenant)) return undefined
  const authority = (named || AUTHORITY).replace(/\/+$/, '')
  const address = `${/^https?:\/\//i.test(authority) ? authority : `https://${authority}`}/${tenant}/oauth2/v2.0/token`
  return URL.canParse(address) ? { client, endpoint: new URL(address) } : undefined
}

function login(
  { client, endpoint }: Application,
  proof: Readonly<Record<string, string>>,
  tools: TokenTools,
): Promise<RemoteAnswer<AzureToken>> {
  const scope = `${tools.resource}/.default`
  const form = new URLSearchParams({ client_id: client, scope, grant_type: 'client_credentials', ...proof })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return fetchToken({ method: 'POST', url: endpoint, headers, body: form.toString() }, tools)
}

/** Entra ID's assertion format for certificates; undefined when the file does not hold both parts. */
function certificateAssertion(pem: string, { client, endpoint }: Application, now: Date): string | undefined {
  try {
    const digest = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
    const seconds = Math.floor(now.getTime() / 1000)
    const times = { nbf: seconds, iat: seconds, exp: seconds + ASSERTION_SECONDS }
    const claims = { aud: endpoint.href, iss: client, sub: client, jti: randomUUID(), ...times }
    const parts = [{ alg: 'RS256', typ: 'JWT', 'x5t#S256': digest }, claims]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(pem)).toString('base64url')}`
  } catch {
    return undefined
  }
}
