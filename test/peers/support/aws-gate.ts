/** moto does not judge who may do what: a gate in front of it that does, by the policies of an example. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { textOf } from '../../../src/keys/http-client.ts'
import { httpStub, type StubAnswer, type StubRequest } from '../../keys/support/http-stub.ts'
import { policyAllows } from '../../support/aws-policy.ts'
import type { TestContext } from '../../support/suite.ts'

/** Names of the role and of the alias end with that of the environment, and so do the files of their policies. */
const ENVIRONMENT = /(?:role\/shop-deploy|alias\/shop)-(\w+)$/

/** Starts the gate; gives its address. Tokens count as GitHub's or GitLab's by `issuer` in them. */
export async function awsGate(moto: string, policies: string, context: TestContext): Promise<string> {
  const sessions = new Map<string, string>()
  const { address } = await httpStub(context, async (request) => {
    const form = new URLSearchParams(request.headers['x-amz-target'] === undefined ? request.body : '')
    if (form.get('Action') === 'AssumeRoleWithWebIdentity') return assumeRole(request, form)
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    return mayUseKey(request, sessions.get(key), policies) ? forwarded(moto, request) : DENIED_KEY
  })
  const assumeRole = async (request: StubRequest, form: URLSearchParams): Promise<StubAnswer> => {
    const role = form.get('RoleArn') ?? ''
    if (!mayAssume(role, form.get('WebIdentityToken') ?? '', policies)) return DENIED_ROLE
    const answer = await forwarded(moto, request)
    const key = /<AccessKeyId>(\w+)</.exec(String(answer.body))?.[1] ?? ''
    sessions.set(key, role)
    return answer
  }
  return address
}

const DENIED_KEY: StubAnswer = { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } }
const DENIED_ROLE: StubAnswer = {
  status: 403,
  headers: { 'content-type': 'text/xml' },
  body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>',
}

function mayAssume(role: string, token: string, policies: string): boolean {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const issuer = (textOf(claims, 'iss') ?? '').replace('https://', '')
  return policyAllows(policyOf('trust', role, policies), {
    principal: `arn:aws:iam::123456789012:oidc-provider/${issuer}`,
    action: 'sts:AssumeRoleWithWebIdentity',
    facts: { [`${issuer}:aud`]: textOf(claims, 'aud') ?? '', [`${issuer}:sub`]: textOf(claims, 'sub') ?? '' },
  })
}

function mayUseKey({ headers, body }: StubRequest, role: string | undefined, policies: string): boolean {
  if (role === undefined) return false
  // A request of AWS's own client as JSON.
  const { KeyId, EncryptionContext = {} } = JSON.parse(body) as {
    readonly KeyId: string
    readonly EncryptionContext?: Readonly<Record<string, string>>
  }
  const pairs = Object.entries(EncryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])
  const action = `kms:${String(headers['x-amz-target']).replace('TrentService.', '')}`
  return policyAllows(policyOf('key-policy', KeyId, policies), {
    principal: role,
    action,
    facts: Object.fromEntries(pairs),
  })
}

function policyOf(kind: string, name: string, policies: string): string {
  return readFileSync(join(policies, `${kind}-${ENVIRONMENT.exec(name)?.[1]}.json`), 'utf8')
}

async function forwarded(moto: string, { path, method, headers, body }: StubRequest): Promise<StubAnswer> {
  const kept = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date', 'x-amz-security-token']
  const named = kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]))
  const answer = await fetch(`${moto}${path}`, { method, headers: Object.fromEntries(named), body })
  const type = answer.headers.get('content-type') ?? 'application/json'
  return { status: answer.status, headers: { 'content-type': type }, body: await answer.text() }
}
