/** Wrapping and opening by a transit engine. */
import { httpClient, textOf } from '../http-client.ts'
import type { KeyContext } from '../key-provider.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { renewing } from '../renewing.ts'
import { vaultTls } from './tls-settings.ts'
import { findVaultToken, type VaultToken } from './tokens.ts'
import type { TransitKey } from './transit-reference.ts'
import { callVault, type VaultServer } from './vault-call.ts'

interface Session {
  readonly server: VaultServer
  readonly token: () => Promise<RemoteAnswer<VaultToken>>
}

/** Gives Vault's text for the wrapped key, `vault:v1:…`. */
export async function encryptByTransit(
  key: TransitKey,
  plaintext: Uint8Array,
  context: KeyContext,
): Promise<RemoteAnswer<string>> {
  const body = { plaintext: Buffer.from(plaintext).toString('base64') }
  return transit('encrypt', key, body, context)
}

/** Gives the base64 of what was wrapped. */
export async function decryptByTransit(
  key: TransitKey,
  ciphertext: string,
  context: KeyContext,
): Promise<RemoteAnswer<string>> {
  return transit('decrypt', key, { ciphertext }, context)
}

async function transit(
  action: 'encrypt' | 'decrypt',
  key: TransitKey,
  body: Readonly<Record<string, string>>,
  context: KeyContext,
): Promise<RemoteAnswer<string>> {
  const { server, token } = await sessionWith(key.address, context)
  const found = await token()
  if ('failure' in found) return found
  const { source } = found.value
  const path = `${key.engine}/${action}/${key.name}`
  const answer = await callVault(server, { path, body, token: found.value.token })
  if ('failure' in answer) return { failure: { source, ...answer.failure } }
  const result = textOf(answer.value, 'data', action === 'encrypt' ? 'ciphertext' : 'plaintext')
  return result === undefined ? { failure: { reason: 'unexpected answer', source } } : { value: result }
}

/** One login for each server in a command. */
function sessionWith(address: string, context: KeyContext): Promise<Session> {
  return context.once(`vault session ${address}`, async () => {
    const client = await httpClient(context, vaultTls(context))
    const namespace = context.env['VAULT_NAMESPACE'] || undefined
    const server = { address, client, namespace, signal: context.signal }
    return { server, token: renewing(() => findVaultToken(server, context), expiryOf, context.now) }
  })
}

function expiryOf(answer: RemoteAnswer<VaultToken>): number | undefined {
  return 'value' in answer ? answer.value.expiresAt : undefined
}
