/** A Vault token: the user's own, or one that a role gives for a secret or for the identity of a pipeline. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fieldOf, textOf } from '../http-client.ts'
import type { KeyContext, TriedIdentity } from '../key-provider.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { callVault, type VaultServer } from './vault-call.ts'

/** A token and where it came from. */
export interface VaultToken {
  readonly token: string
  readonly source: string
  /** Milliseconds since 1970; undefined where it does not expire, or nobody knows. */
  readonly expiresAt: number | undefined
}

/** One place to get a token from: undefined where nothing of it is set. */
type Source = (server: VaultServer, context: KeyContext) => Promise<RemoteAnswer<VaultToken> | undefined>

/** In this order; the first one that is set decides, so that a failed login is told and not covered up. */
const SOURCES: readonly (readonly [string, Source])[] = [
  ['VAULT_TOKEN', fromEnvironment],
  ['VAULT_ROLE_ID', fromAppRole],
  ['VAULT_JWT', fromJwt],
  ['~/.vault-token', fromFile],
]

/** Looks for a token. */
export async function findVaultToken(server: VaultServer, context: KeyContext): Promise<RemoteAnswer<VaultToken>> {
  const tried: TriedIdentity[] = []
  for (const [source, find] of SOURCES) {
    const answer = await find(server, context)
    if (answer !== undefined) return answer
    tried.push({ source, outcome: 'not set' })
  }
  return { failure: { reason: 'no credentials', tried } }
}

async function fromEnvironment(_: VaultServer, { env }: KeyContext): Promise<RemoteAnswer<VaultToken> | undefined> {
  return ownToken(env['VAULT_TOKEN'], 'VAULT_TOKEN')
}

async function fromFile(_: VaultServer, { home }: KeyContext): Promise<RemoteAnswer<VaultToken> | undefined> {
  const text = await readFile(join(home, '.vault-token'), 'utf8').catch(() => undefined)
  return ownToken(text, '~/.vault-token')
}

async function fromAppRole(server: VaultServer, context: KeyContext): Promise<RemoteAnswer<VaultToken> | undefined> {
  const { VAULT_ROLE_ID: role, VAULT_SECRET_ID: secret, VAULT_SECRET_ID_FILE: file } = context.env
  if (!role) return undefined
  const given = secret || (file ? await fileText(file) : undefined)
  // A role may be bound to addresses alone, and then want no secret id.
  const body = { role_id: role, ...(given === undefined ? {} : { secret_id: given }) }
  return login(server, context, { mount: 'approle', source: 'VAULT_ROLE_ID', body })
}

/** `VAULT_ID_TOKEN`, `VAULT_AUTH_ROLE` and `VAULT_AUTH_PATH` are what GitLab calls them. */
async function fromJwt(server: VaultServer, context: KeyContext): Promise<RemoteAnswer<VaultToken> | undefined> {
  const { env } = context
  const role = env['VAULT_AUTH_ROLE'] ?? ''
  const body = (jwt: string): Record<string, string> => (role === '' ? { jwt } : { role, jwt })
  for (const name of ['VAULT_JWT', 'VAULT_ID_TOKEN']) {
    const jwt = env[name]?.trim()
    if (jwt) return login(server, context, { mount: 'jwt', source: name, body: body(jwt) })
  }
  const file = env['VAULT_JWT_FILE']
  if (!file) return undefined
  const jwt = await fileText(file)
  if (jwt !== undefined) return login(server, context, { mount: 'jwt', source: 'VAULT_JWT_FILE', body: body(jwt) })
  const tried = [{ source: 'VAULT_JWT_FILE', outcome: 'cannot be read' }]
  return { failure: { reason: 'no credentials', tried } }
}

interface Login {
  /** Mount of the auth method where `VAULT_AUTH_PATH` names no other. */
  readonly mount: string
  readonly source: string
  readonly body: Readonly<Record<string, string>>
}

async function login(server: VaultServer, context: KeyContext, given: Login): Promise<RemoteAnswer<VaultToken>> {
  const path = (context.env['VAULT_AUTH_PATH'] || given.mount).replace(/^\/|\/$/g, '')
  const source = `${given.source} (auth/${path})`
  const mount = path.split('/').map(encodeURIComponent).join('/')
  const answer = await callVault(server, { path: `auth/${mount}/login`, body: given.body })
  if ('failure' in answer) return { failure: { ...answer.failure, source } }
  const token = textOf(answer.value, 'auth', 'client_token')
  if (token === undefined) return { failure: { reason: 'unexpected answer', source } }
  const seconds = fieldOf(answer.value, 'auth', 'lease_duration')
  const lasts = typeof seconds === 'number' && seconds > 0 ? context.now().getTime() + seconds * 1000 : undefined
  return { value: { token, source, expiresAt: lasts } }
}

function ownToken(text: string | undefined, source: string): RemoteAnswer<VaultToken> | undefined {
  const token = text?.trim()
  if (!token) return undefined
  // A header cannot hold anything else, and Node's error would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) return { failure: { reason: 'bad credentials', source } }
  return { value: { token, source, expiresAt: undefined } }
}

async function fileText(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text?.trim()
}
