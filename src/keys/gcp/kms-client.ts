/** Cloud KMS by its REST interface. */
import { fieldOf, type HttpAnswer, headerOf, httpClient, textOf } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote, statusFailure } from '../remote-call.ts'
import { type FailureReason, type RemoteAnswer, type RemoteFailure, shortCode } from '../remote-failure.ts'
import { renewing } from '../renewing.ts'
import { fromBase64 } from '../wrapped-blob.ts'
import { crc32c } from './crc32c.ts'
import { findGoogleToken } from './credentials.ts'
import { kmsEndpoint } from './endpoint.ts'
import type { GoogleToken } from './google-token.ts'

/** KMS takes up to 64 KiB; its blob for a data key has about 100 bytes. */
const MAX_BLOB = 65_536

/** Wraps a data key; gives the blob, whose checksums were compared on both ends. */
export async function encryptByGoogle(
  resource: string,
  plaintext: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<Uint8Array>> {
  const body = { plaintext: base64(plaintext), plaintextCrc32c: crc32c(plaintext) }
  return callKms({ path: `${resource}:encrypt`, body }, context, (json) =>
    fieldOf(json, 'verifiedPlaintextCrc32c') === false
      ? UNEXPECTED
      : checkedBlob(json, 'ciphertext', 'ciphertextCrc32c'),
  )
}

/** Opens a blob. */
export async function decryptByGoogle(
  resource: string,
  blob: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<Uint8Array>> {
  const body = { ciphertext: base64(blob), ciphertextCrc32c: crc32c(blob) }
  return callKms({ path: `${resource}:decrypt`, body }, context, (json) =>
    checkedBlob(json, 'plaintext', 'plaintextCrc32c'),
  )
}

const UNEXPECTED: RemoteAnswer<never> = { failure: { reason: 'unexpected answer' } }

function checkedBlob(json: unknown, field: string, checksum: string): RemoteAnswer<Uint8Array> {
  const bytes = fromBase64(textOf(json, field), MAX_BLOB)
  const told = fieldOf(json, checksum)
  if (bytes === undefined || (typeof told === 'string' && told !== crc32c(bytes))) return UNEXPECTED
  return { value: bytes }
}

interface KmsRequest {
  readonly path: string
  readonly body: Readonly<Record<string, string>>
}

async function callKms(
  request: KmsRequest,
  context: KeyContext,
  read: (json: unknown) => RemoteAnswer<Uint8Array>,
): Promise<RemoteAnswer<Uint8Array>> {
  const endpoint = kmsEndpoint(context)
  if (endpoint === undefined) {
    return { failure: { reason: 'not allowed', advice: 'set SECRETS_GCP_KMS_ENDPOINT to an address' } }
  }
  const found = await (await tokens(context))()
  if ('failure' in found) return found
  const { token, source } = found.value
  const client = await httpClient(context)
  const url = new URL(`/v1/${request.path}`, endpoint)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const body = JSON.stringify(request.body)
  const answer = await callRemote(
    async (signal) => {
      const got = await client({ method: 'POST', url, headers, body, signal })
      return got.status === 200 ? read(got.json) : { failure: kmsFailure(got) }
    },
    { signal: context.signal },
  )
  return 'failure' in answer ? { failure: { source, ...answer.failure } } : answer
}

/** One look-up for all keys of a command. */
function tokens(context: KeyContext): Promise<() => Promise<RemoteAnswer<GoogleToken>>> {
  return context.once('google token', async () => renewing(() => findGoogleToken(context), expiryOf, context.now))
}

function expiryOf(answer: RemoteAnswer<GoogleToken>): number | undefined {
  return 'value' in answer ? answer.value.expiresAt : undefined
}

/** Google's canonical codes (`google.rpc.Code`), as its REST answers name them. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  INVALID_ARGUMENT: 'wrong key',
  NOT_FOUND: 'unknown key',
  PERMISSION_DENIED: 'denied',
  UNAUTHENTICATED: 'bad credentials',
  FAILED_PRECONDITION: 'disabled key',
  RESOURCE_EXHAUSTED: 'throttled',
  UNAVAILABLE: 'unavailable',
}

function kmsFailure(answer: HttpAnswer): RemoteFailure {
  const failure = statusFailure(answer.status, headerOf(answer, 'retry-after'))
  const code = shortCode(textOf(answer.json, 'error', 'status'))
  const reason = code === undefined ? (answer.status === 400 ? 'wrong key' : undefined) : REASONS[code]
  return { ...failure, ...(reason === undefined ? {} : { reason }), ...(code === undefined ? {} : { code }) }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
