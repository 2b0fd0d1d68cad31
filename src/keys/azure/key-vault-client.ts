/** Azure Key Vault by its REST interface. */
import { fieldOf, type HttpAnswer, type HttpRequest, headerOf, httpClient, textOf } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote, statusFailure } from '../remote-call.ts'
import { type RemoteAnswer, type RemoteFailure, shortCode } from '../remote-failure.ts'
import { renewing } from '../renewing.ts'
import { fromBase64Url } from '../wrapped-blob.ts'
import type { AzureToken } from './access-token.ts'
import { findAzureToken } from './credentials.ts'
import { keyUrl, parseKeyUrl, type VaultKey } from './key-reference.ts'
import { resourceOf } from './vault-address.ts'

/** In every Azure cloud since 2023. */
const API_VERSION = '7.4'
/** What sops uses. */
const ALGORITHM = 'RSA-OAEP-256'
/** Bytes of an RSA key of 4,096 bits, and of what it opens. */
const MAX_BLOB = 512

/** A wrapped key and the key with the version that it was made by. */
export interface WrappedByVault {
  readonly blob: Uint8Array
  readonly key: VaultKey
}

/** Wraps a data key; where no version is named, the newest one is looked up, once in a command. */
export async function encryptByVault(
  key: VaultKey,
  plaintext: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<WrappedByVault>> {
  const found = key.version === '' ? await newestVersion(key, context) : { value: key }
  if ('failure' in found) return found
  const answer = await transform('encrypt', found.value, plaintext, context)
  return 'failure' in answer ? answer : { value: { blob: answer.value, key: found.value } }
}

/** Opens a blob by the version that made it. */
export function decryptByVault(
  key: VaultKey,
  blob: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<Uint8Array>> {
  return transform('decrypt', key, blob, context)
}

function newestVersion(key: VaultKey, context: KeyContext): Promise<RemoteAnswer<VaultKey>> {
  return context.once(`azure key version ${keyUrl(key)}`, () =>
    callVault(key, context, { method: 'GET', path: keyUrl(key) }, (json) => {
      const version = parseKeyUrl(textOf(json, 'key', 'kid') ?? '')?.version ?? ''
      return version === '' ? { failure: { reason: 'unexpected answer' } } : { value: { ...key, version } }
    }),
  )
}

function transform(
  action: 'encrypt' | 'decrypt',
  key: VaultKey,
  bytes: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<Uint8Array>> {
  const body = JSON.stringify({ alg: ALGORITHM, value: Buffer.from(bytes).toString('base64url') })
  return callVault(key, context, { method: 'POST', path: `${keyUrl(key)}/${action}`, body }, (json) => {
    const value = fromBase64Url(textOf(json, 'value'), MAX_BLOB)
    return value === undefined ? { failure: { reason: 'unexpected answer' } } : { value }
  })
}

type VaultRequest = Pick<HttpRequest, 'method' | 'body'> & { readonly path: string }

async function callVault<Value>(
  key: VaultKey,
  context: KeyContext,
  { method, path, body }: VaultRequest,
  read: (json: unknown) => RemoteAnswer<Value>,
): Promise<RemoteAnswer<Value>> {
  const resource = resourceOf(key.vault, context)
  if (resource === undefined) return { failure: { reason: 'not allowed' } }
  const found = await (await tokensFor(resource, context))()
  if ('failure' in found) return found
  const { token, source } = found.value
  const client = await httpClient(context)
  const url = new URL(`${path}?api-version=${API_VERSION}`)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const sent = body === undefined ? {} : { body }
  const answer = await callRemote(
    async (signal) => {
      const got = await client({ method, url, headers, ...sent, signal })
      return got.status === 200 ? read(got.json) : { failure: vaultFailure(got) }
    },
    { signal: context.signal },
  )
  return 'failure' in answer ? { failure: { source, ...answer.failure } } : answer
}

/** One look-up for all keys of a cloud in a command. */
function tokensFor(resource: string, context: KeyContext): Promise<() => Promise<RemoteAnswer<AzureToken>>> {
  return context.once(`azure token ${resource}`, async () =>
    renewing(() => findAzureToken(resource, context), expiryOf, context.now),
  )
}

function expiryOf(answer: RemoteAnswer<AzureToken>): number | undefined {
  return 'value' in answer ? answer.value.expiresAt : undefined
}

/** Key Vault names errors by `error.code`, and the finer ones of 403 by `innererror.code` (its REST reference). */
function vaultFailure(answer: HttpAnswer): RemoteFailure {
  const failure = statusFailure(answer.status, headerOf(answer, 'retry-after'))
  const error = fieldOf(answer.json, 'error')
  const code = shortCode(textOf(error, 'innererror', 'code')) ?? shortCode(textOf(error, 'code'))
  const named = code === undefined ? {} : { code }
  if (answer.status === 400) return { ...failure, reason: 'wrong key', ...named }
  if (code === 'KeyDisabled' || code === 'KeyNotYetValid' || code === 'KeyExpired') {
    return { ...failure, reason: 'disabled key', ...named }
  }
  if (code === 'KeyOperationForbidden') return { ...failure, reason: 'unusable key', ...named }
  return { ...failure, ...named }
}
