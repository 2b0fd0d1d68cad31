/** Who we are for AWS: keys of the environment, a profile, the default chain, and a role on top of it. */
import { hostname } from 'node:os'
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { agentFor } from '../http-proxy.ts'
import type { KeyContext } from '../key-provider.ts'
import { callRemote } from '../remote-call.ts'
import type { RemoteAnswer, RemoteFailure } from '../remote-failure.ts'
import { renewing } from '../renewing.ts'
import { endpointOf } from './endpoint.ts'
import { awsFailure } from './kms-failures.ts'
import { type KmsKey, regionOf } from './kms-reference.ts'
import { quietSdk } from './quiet-sdk.ts'

/** What AWS signs requests with. */
interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

type Provide = () => Promise<Identity>

/** Credentials of one profile and role: looked up once in a command, and again when they expire. */
export interface AwsCredentials {
  /** Tells credentials apart; no secret. */
  readonly id: string
  /** Where they come from, for messages. */
  readonly source: string
  /** Looks them up, or says why there are none. */
  readonly resolve: () => Promise<RemoteAnswer<Identity>>
  /** The same for the SDK; rejects with what it had thrown. */
  readonly provide: Provide
}

/** Milliseconds for finding credentials: a program of a profile (`credential_process`) may ask a person for a code. */
const LOOK_UP_LIMIT = 120_000

/** Nothing of the SDK goes to the terminal, not even that a profile and keys are both set. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }

/** The credentials for a key: its role, assumed by its profile, or whatever the environment has. */
export function credentialsFor(key: KmsKey, context: KeyContext): Promise<AwsCredentials> {
  const { role, profile } = key
  const region = regionOf(key)
  // A session is asked for in the region of the key, which may be the only one that an account allows.
  const id = JSON.stringify(role === undefined ? [profile] : [profile, role, region])
  return context.once(`aws credentials ${id}`, async () => {
    quietSdk()
    const base = baseCredentials(profile, region, context)
    return role === undefined
      ? lookedUp(id, base, context)
      : lookedUp(id, assumed(role, base, region, context), context)
  })
}

interface Source {
  readonly source: string
  readonly provide: Provide
}

function lookedUp(id: string, { source, provide }: Source, context: KeyContext): AwsCredentials {
  const kept = renewing(
    () => callRemote(() => attempt(provide), { signal: context.signal, limit: LOOK_UP_LIMIT }),
    (answer) => ('value' in answer ? answer.value.expiration?.getTime() : undefined),
    context.now,
  )
  return {
    id,
    source,
    resolve: kept,
    provide: async () => {
      const answer = await kept()
      if ('value' in answer) return answer.value
      throw Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' })
    },
  }
}

async function attempt(provide: Provide): Promise<RemoteAnswer<Identity>> {
  try {
    return { value: await provide() }
  } catch (error) {
    return { failure: credentialFailure(error) }
  }
}

function credentialFailure(error: unknown): RemoteFailure {
  const failure = awsFailure(error)
  return failure.reason === 'unexpected answer' ? { ...failure, reason: 'no credentials' } : failure
}

function baseCredentials(profile: string | undefined, region: string, context: KeyContext): Source {
  const { env } = context
  const chosen = profile ?? (env['AWS_PROFILE'] || undefined)
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env
  if (chosen === undefined && accessKeyId && secretAccessKey) {
    const identity = { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) }
    return { source: 'AWS_ACCESS_KEY_ID', provide: () => Promise.resolve(identity) }
  }
  const files = {
    ...(env['AWS_SHARED_CREDENTIALS_FILE'] ? { filepath: env['AWS_SHARED_CREDENTIALS_FILE'] } : {}),
    ...(env['AWS_CONFIG_FILE'] ? { configFilepath: env['AWS_CONFIG_FILE'] } : {}),
  }
  const selected = chosen === undefined ? {} : { profile: chosen }
  const httpsAgent = agentFor(new URL(`https://sts.${region}.amazonaws.com`), context)
  const provide = fromNodeProviderChain({
    ...files,
    ...selected,
    // Not `region` here: it would win over the one of an SSO session.
    clientConfig: { requestHandler: { httpsAgent } },
    parentClientConfig: { region },
    logger: SILENT,
  })
  return { source: sourceOf(chosen, profile === undefined, env), provide }
}

function sourceOf(profile: string | undefined, fromEnvironment: boolean, env: KeyContext['env']): string {
  if (profile !== undefined) return fromEnvironment ? `AWS_PROFILE (${profile})` : `AWS profile ${profile}`
  if (env['AWS_WEB_IDENTITY_TOKEN_FILE']) return 'AWS_WEB_IDENTITY_TOKEN_FILE'
  if (env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) return 'the role of the container'
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI']) return 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
  return 'default AWS credentials (profile, SSO, container or instance)'
}

function assumed(role: string, base: Source, region: string, context: KeyContext): Source {
  const endpoint = endpointOf('STS', context.env)
  const address = new URL(endpoint ?? `https://sts.${region}.amazonaws.com`)
  const provide = fromTemporaryCredentials({
    masterCredentials: base.provide,
    params: { RoleArn: role, RoleSessionName: sessionName(hostname()) },
    logger: SILENT,
    clientConfig: {
      region,
      maxAttempts: 1,
      requestHandler: { httpsAgent: agentFor(address, context) },
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  })
  return { source: `${role}, assumed by ${base.source}`, provide }
}

/**
 * sops's name of a session, `sops@` and the host's name without what STS refuses, at most 64 characters: trails and
 * policies that look for it go on working. sops's pattern drops `-` too (`@-_` is a range in it).
 */
function sessionName(host: string): string {
  return `sops@${host}`.replaceAll(/[^a-zA-Z0-9=,.@_]/g, '').slice(0, 64)
}

function ignore(): void {
  return undefined
}
