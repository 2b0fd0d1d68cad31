/** The login of a developer: `az` or `azd`, asked for a token. */
import { execFile } from 'node:child_process'
import { fieldOf, textOf } from '../http-client.ts'
import type { RemoteAnswer } from '../remote-failure.ts'
import type { AzureToken, TokenTools } from './access-token.ts'

/** Milliseconds. `az` is a Python program and takes a second or two when cold. */
const LIMIT = 15_000

/** `az login`; undefined where `az` is missing or nobody has logged in. */
export function fromAzureCli(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const args = ['account', 'get-access-token', '--output', 'json', '--resource', tools.resource]
  return ask('az', args, { token: 'accessToken', expiry: 'expires_on' }, tools)
}

/** `azd auth login`; undefined where `azd` is missing or nobody has logged in. */
export function fromDeveloperCli(tools: TokenTools): Promise<RemoteAnswer<AzureToken> | undefined> {
  const args = ['auth', 'token', '--output', 'json', '--scope', `${tools.resource}/.default`]
  return ask('azd', args, { token: 'token', expiry: 'expiresOn' }, tools)
}

async function ask(
  program: string,
  args: readonly string[],
  fields: { readonly token: string; readonly expiry: string },
  tools: TokenTools,
): Promise<RemoteAnswer<AzureToken> | undefined> {
  const text = await output(program, args, tools)
  const json = text === undefined ? undefined : parsed(text)
  const token = textOf(json, fields.token)
  if (token === undefined) return undefined
  return { value: { token, source: `${program} login`, expiresAt: timeOf(fieldOf(json, fields.expiry)) } }
}

/** `az` says it in seconds, `azd` as RFC 3339. */
function timeOf(expiry: unknown): number | undefined {
  if (typeof expiry === 'number') return expiry * 1000
  const time = typeof expiry === 'string' ? Date.parse(expiry) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/**
 * On Windows both are scripts, which only the command interpreter starts. It must not find one of that name in the
 * folder that we work in, which is somebody's repository. No argument comes from a file.
 */
function output(program: string, args: readonly string[], { context }: TokenTools): Promise<string | undefined> {
  const { signal, env, platform } = context
  const windows = platform === 'win32'
  const [file, all] = windows ? ['cmd.exe', ['/d', '/c', program, ...args]] : [program, args]
  const options = {
    env: { ...env, ...(windows ? { NoDefaultCurrentDirectoryInExePath: '1' } : {}) },
    timeout: LIMIT,
    windowsHide: true,
    ...(windows && env['SystemRoot'] ? { cwd: env['SystemRoot'] } : {}),
    ...(signal === undefined ? {} : { signal }),
  }
  return new Promise((resolve) => {
    execFile(file, [...all], options, (error, stdout) => resolve(error === null ? stdout : undefined))
  })
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return json
  } catch {
    return undefined
  }
}
