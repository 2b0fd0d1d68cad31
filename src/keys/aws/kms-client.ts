/** KMS by AWS's SDK. Loaded when a KMS key is used, not before. */
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { agentFor } from '../http-proxy.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote } from '../remote-call.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { type AwsCredentials, credentialsFor } from './credentials.ts'
import { endpointOf } from './endpoint.ts'
import { awsFailure } from './kms-failures.ts'
import { type KmsKey, regionOf } from './kms-reference.ts'
import { quietSdk } from './quiet-sdk.ts'

/** Wraps a data key; gives the blob. */
export function encryptByKms(
  key: KmsKey,
  plaintext: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<Uint8Array>> {
  return call(key, context, async (client, abortSignal) => {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: key.arn, Plaintext: plaintext, EncryptionContext: { ...key.context } }),
      { abortSignal },
    )
    return CiphertextBlob
  })
}

/** Opens a blob. The key is named, so that a blob of another key that the caller may use is refused. */
export function decryptByKms(key: KmsKey, blob: Uint8Array, context: KeyContext): Promise<RemoteAnswer<Uint8Array>> {
  return call(key, context, async (client, abortSignal) => {
    const { Plaintext } = await client.send(
      new DecryptCommand({ KeyId: key.arn, CiphertextBlob: blob, EncryptionContext: { ...key.context } }),
      { abortSignal },
    )
    return Plaintext
  })
}

type Action = (client: KMSClient, signal: AbortSignal) => Promise<Uint8Array | undefined>

async function call(key: KmsKey, context: KeyContext, action: Action): Promise<RemoteAnswer<Uint8Array>> {
  const credentials = await credentialsFor(key, context)
  const { source } = credentials
  const first = await credentials.resolve()
  if ('failure' in first) return { failure: { source, ...first.failure } }
  const client = await clientFor(key, credentials, context)
  const answer = await callRemote(async (signal) => attempt(client, action, signal), { signal: context.signal })
  return 'failure' in answer ? { failure: { source, ...answer.failure } } : answer
}

async function attempt(client: KMSClient, action: Action, signal: AbortSignal): Promise<RemoteAnswer<Uint8Array>> {
  try {
    const value = await action(client, signal)
    return value === undefined ? { failure: { reason: 'unexpected answer' } } : { value }
  } catch (error) {
    return { failure: awsFailure(error) }
  }
}

/** One client, and so one pool of connections, for each region and identity. */
function clientFor(key: KmsKey, credentials: AwsCredentials, context: KeyContext): Promise<KMSClient> {
  const region = regionOf(key)
  return context.once(`aws kms client ${region} ${credentials.id}`, async () => {
    quietSdk()
    const endpoint = endpointOf('KMS', context.env)
    const address = new URL(endpoint ?? `https://kms.${region}.amazonaws.com`)
    return new KMSClient({
      region,
      credentials: credentials.provide,
      maxAttempts: 1,
      requestHandler: { httpsAgent: agentFor(address, context) },
      ...(endpoint === undefined ? {} : { endpoint }),
    })
  })
}
