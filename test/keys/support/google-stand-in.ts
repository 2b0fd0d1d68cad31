/**
 * Google Cloud KMS and the places that give out tokens, as far as wrapping a key needs them, over plain HTTP. Strict where the
 * service is: tokens, checksums, states of versions, blobs of other keys. sops is held against it too.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { crc32c } from '../../../src/keys/gcp/crc32c.ts'
import type { TestContext } from '../../support/suite.ts'
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from './http-stub.ts'

export const GOOGLE_KEY = 'projects/p/locations/global/keyRings/r/cryptoKeys/k'

export interface GoogleStandIn extends HttpStub {
  /** Tokens that are taken. */
  readonly tokens: Set<string>
  /** Keys by resource id, their versions in order, the last one primary; undefined where one is disabled. */
  readonly keys: Map<string, (Uint8Array | undefined)[]>
  /** Answers given before anything else is looked at. */
  readonly faults: StubAnswer[]
}

/** A service with one key, `GOOGLE_KEY`, that takes `test-token`. */
export async function googleStandIn(context: Pick<TestContext, 'onCleanup'>): Promise<GoogleStandIn> {
  const tokens = new Set(['test-token'])
  const keys = new Map<string, (Uint8Array | undefined)[]>([[GOOGLE_KEY, [randomBytes(32)]]])
  const faults: StubAnswer[] = []
  const stub = await httpStub(context, (request) => tokenAnswer(request, tokens) ?? kmsAnswer(request))
  const kmsAnswer = (request: StubRequest): StubAnswer => {
    const fault = faults.shift()
    if (fault !== undefined) return fault
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !tokens.has(token)) return googleError(401, 'UNAUTHENTICATED')
    const [, resource = '', action] = /^\/v1\/(.+):(encrypt|decrypt)(?:\?.*)?$/.exec(request.path) ?? []
    const versions = keys.get(resource)
    if (versions === undefined) return googleError(404, 'NOT_FOUND')
    // A request of ours as JSON.
    const body = JSON.parse(request.body) as Record<string, string>
    return action === 'encrypt' ? encrypted(versions, body) : decrypted(versions, body)
  }
  return { ...stub, tokens, keys, faults }
}

/** An error as Google's REST interfaces give it. */
export function googleError(code: number, status: string): StubAnswer {
  return { status: code, body: { error: { code, status, message: 'a text that may quote anything' } } }
}

function tokenAnswer(request: StubRequest, tokens: Set<string>): StubAnswer | undefined {
  const { headers, method } = request
  const path = request.path.replace(/\?.*/, '')
  const token = `ya29.${randomBytes(8).toString('hex')}`
  const given = { access_token: token, expires_in: 3599, token_type: 'Bearer' }
  if (path.startsWith('/computeMetadata/') && headers['metadata-flavor'] !== 'Google') return { status: 403 }
  if (path.endsWith('/token') && (method === 'POST' || path.startsWith('/computeMetadata/'))) {
    tokens.add(token)
    return { body: given, headers: { 'metadata-flavor': 'Google' } }
  }
  if (!path.endsWith(':generateAccessToken')) return undefined
  if (!tokens.has((headers.authorization ?? '').replace('Bearer ', ''))) return googleError(401, 'UNAUTHENTICATED')
  tokens.add(token)
  return { body: { accessToken: token, expireTime: new Date(Date.now() + 3_600_000).toISOString() } }
}

function encrypted(versions: readonly (Uint8Array | undefined)[], body: Record<string, string>): StubAnswer {
  const key = versions.at(-1)
  if (key === undefined) return googleError(400, 'FAILED_PRECONDITION')
  const plaintext = Buffer.from(body['plaintext'] ?? '', 'base64')
  const told = body['plaintextCrc32c']
  if (told !== undefined && told !== crc32c(plaintext)) return googleError(400, 'INVALID_ARGUMENT')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  const blob = Buffer.concat([Buffer.from([0x0a, 0x24, 0x00, versions.length]), iv, sealed])
  return {
    body: {
      ciphertext: blob.toString('base64'),
      ciphertextCrc32c: crc32c(blob),
      verifiedPlaintextCrc32c: told !== undefined,
    },
  }
}

function decrypted(versions: readonly (Uint8Array | undefined)[], body: Record<string, string>): StubAnswer {
  const blob = Buffer.from(body['ciphertext'] ?? '', 'base64')
  const told = body['ciphertextCrc32c']
  if (told !== undefined && told !== crc32c(blob)) return googleError(400, 'INVALID_ARGUMENT')
  const number = blob[3] ?? 0
  if (number < 1 || number > versions.length || blob.length < 32) return googleError(400, 'INVALID_ARGUMENT')
  const key = versions[number - 1]
  if (key === undefined) return googleError(400, 'FAILED_PRECONDITION')
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, blob.subarray(4, 16)).setAuthTag(blob.subarray(-16))
    const plaintext = Buffer.concat([cipher.update(blob.subarray(16, -16)), cipher.final()])
    return { body: { plaintext: plaintext.toString('base64'), plaintextCrc32c: crc32c(plaintext) } }
  } catch {
    return googleError(400, 'INVALID_ARGUMENT')
  }
}
