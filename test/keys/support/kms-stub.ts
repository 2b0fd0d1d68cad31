import type { TestContext } from '../../support/suite.ts'
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from './http-stub.ts'

export interface KmsStub {
  readonly env: Readonly<Record<string, string>>
  /** What was asked since the last time, in order: `Encrypt`, `Decrypt`, `AssumeRole`. */
  readonly calls: () => readonly string[]
  /** The regions that calls since the last time were signed for, in order. */
  readonly regions: () => readonly string[]
  /** How many calls ran side by side at most. */
  readonly most: () => number
}

const MARK = 'wrapped by the stub: '

/** AWS KMS and STS for counting calls: every key opens what any key wrapped, after `delay` milliseconds. */
export async function kmsStub(context: Pick<TestContext, 'onCleanup'>, delay = 0): Promise<KmsStub> {
  let [running, most, seen] = [0, 0, 0]
  const stub: HttpStub = await httpStub(context, async (request) => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => {
      setTimeout(resolve, delay)
    })
    running -= 1
    return actionOf(request) === 'AssumeRole' ? session() : keyAnswer(request)
  })
  const fresh = (): readonly StubRequest[] => {
    const requests = stub.requests.slice(seen)
    seen = stub.requests.length
    return requests
  }
  return {
    env: { AWS_ENDPOINT_URL: stub.address, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' },
    calls: () => fresh().map(actionOf),
    regions: () => fresh().map(regionOf),
    most: () => most,
  }
}

function actionOf({ headers, body }: StubRequest): string {
  const target = headers['x-amz-target']
  return target === undefined ? (new URLSearchParams(body).get('Action') ?? '') : String(target).replace(/^.*\./, '')
}

/** From the scope of the signature: key, day, region, service. */
function regionOf({ headers }: StubRequest): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? ''
}

function keyAnswer(request: StubRequest): StubAnswer {
  // A request of AWS's own client as JSON.
  const { KeyId, Plaintext = '', CiphertextBlob = '' } = JSON.parse(request.body) as Record<string, string>
  if (actionOf(request) === 'Encrypt') {
    return { body: { KeyId, CiphertextBlob: Buffer.from(`${MARK}${Plaintext}`).toString('base64') } }
  }
  return { body: { KeyId, Plaintext: Buffer.from(CiphertextBlob, 'base64').toString().replace(MARK, '') } }
}

function session(): StubAnswer {
  const expiration = new Date(Date.now() + 3_600_000).toISOString()
  const fields = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: expiration }
  const xml = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${xml.join('')}</Credentials></AssumeRoleResult></AssumeRoleResponse>`
  return { body, headers: { 'content-type': 'text/xml' } }
}
