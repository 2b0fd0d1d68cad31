/** Who we are for Google: what sops looks for, in its order, then Application Default Credentials. */
import { join } from 'node:path'
import { type HttpClient, httpClient } from '../http-client.ts'
import type { KeyContext, TriedIdentity } from '../key-provider.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import { readJson, tokenFromFile } from './credential-file.ts'
import { fetchToken, type GoogleToken } from './google-token.ts'

interface Tools {
  readonly client: HttpClient
  readonly context: KeyContext
}

type Source = (tools: Tools) => Promise<RemoteAnswer<GoogleToken> | undefined>

const SOURCES: readonly (readonly [string, Source])[] = [
  ['GOOGLE_CREDENTIALS', fromVariable],
  ['GOOGLE_OAUTH_ACCESS_TOKEN', fromAccessToken],
  ['GOOGLE_APPLICATION_CREDENTIALS', fromNamedFile],
  ['gcloud auth application-default login', fromWellKnownFile],
  ['the metadata server', fromMetadataServer],
]

/** Looks for a token; the first source that is set decides. */
export async function findGoogleToken(context: KeyContext): Promise<RemoteAnswer<GoogleToken>> {
  const tools = { context, client: await httpClient(context) }
  const tried: TriedIdentity[] = []
  for (const [source, find] of SOURCES) {
    const answer = await find(tools)
    if (answer !== undefined) return answer
    tried.push({ source, outcome: 'not set' })
  }
  return { failure: { reason: 'no credentials', tried } }
}

/** A path or the JSON itself, as sops reads it. */
async function fromVariable({ client, context }: Tools): Promise<RemoteAnswer<GoogleToken> | undefined> {
  const text = context.env['GOOGLE_CREDENTIALS']
  if (!text) return undefined
  const source = 'GOOGLE_CREDENTIALS'
  const file = text.trimStart().startsWith('{') ? parsed(text) : await readJson(text)
  return tokenFromFile(file, { client, context, source })
}

async function fromAccessToken({ context }: Tools): Promise<RemoteAnswer<GoogleToken> | undefined> {
  const source = 'GOOGLE_OAUTH_ACCESS_TOKEN'
  const token = context.env[source]?.trim()
  if (!token) return undefined
  if (!/^[\x21-\x7e]+$/.test(token)) return { failure: { reason: 'bad credentials', source } }
  return { value: { token, source, expiresAt: undefined } }
}

async function fromNamedFile({ client, context }: Tools): Promise<RemoteAnswer<GoogleToken> | undefined> {
  const path = context.env['GOOGLE_APPLICATION_CREDENTIALS']
  if (!path) return undefined
  return tokenFromFile(await readJson(path), { client, context, source: `GOOGLE_APPLICATION_CREDENTIALS (${path})` })
}

async function fromWellKnownFile({ client, context }: Tools): Promise<RemoteAnswer<GoogleToken> | undefined> {
  const path = join(configFolder(context), 'application_default_credentials.json')
  const file = await readJson(path)
  return file === undefined ? undefined : tokenFromFile(file, { client, context, source: path })
}

/** Where gcloud keeps what it knows (`gcloud topic configurations`). */
function configFolder({ env, home, platform }: KeyContext): string {
  if (env['CLOUDSDK_CONFIG']) return env['CLOUDSDK_CONFIG']
  if (platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], 'gcloud')
  return join(home, '.config', 'gcloud')
}

/**
 * The identity of a machine, a pod or a function. It is asked once and briefly: elsewhere there is nobody to answer.
 * `GCE_METADATA_HOST` names another place, `NO_GCE_CHECK=true` none (Google's libraries).
 */
async function fromMetadataServer({ client, context }: Tools): Promise<RemoteAnswer<GoogleToken> | undefined> {
  const { GCE_METADATA_HOST: named, NO_GCE_CHECK: none } = context.env
  if (none === 'true') return undefined
  const base = `http://${named || METADATA_HOST}`
  if (!URL.canParse(base)) return undefined
  const url = new URL('/computeMetadata/v1/instance/service-accounts/default/token', base)
  const headers = { 'metadata-flavor': 'Google' }
  const brief = brieflyAsking(client, named ? 5_000 : 1_000)
  const tools = { client: brief, context, source: 'the metadata server' }
  const answer = await fetchToken({ method: 'GET', url, headers }, tools)
  const reason = 'failure' in answer ? answer.failure.reason : undefined
  const absent = reason === 'timed out' || reason === 'no network'
  return absent && !named ? undefined : answer
}

/** An address, not a name: some networks answer to names that do not exist. */
const METADATA_HOST = '169.254.169.254'

/** A client that gives up after some milliseconds, for good. */
function brieflyAsking(client: HttpClient, limit: number): HttpClient {
  return async (request) => {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limit)])
    try {
      return await client({ ...request, signal })
    } catch {
      throw Object.assign(new Error('nobody answers'), { code: 'EHOSTUNREACH' })
    }
  }
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return json
  } catch {
    return undefined
  }
}
