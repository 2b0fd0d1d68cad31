/** HTTP for the key services whose interface is small: by Node's own client, kept connections, proxy, time limit. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { type Agent, request as httpsRequest } from 'node:https'
import { keepingAgent, proxyFor } from './http-proxy.ts'
import type { KeyContext } from './key-provider.ts'
import { trustedCertificates } from './trusted-certificates.ts'

/** Bytes of an answer. A wrapped key takes a few hundred, a token a few thousand. */
const MAX_ANSWER = 1_048_576

/** What a server's certificate is checked with, and what we show for ourselves. */
export interface TlsSettings {
  readonly ca?: readonly string[]
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** One call. Redirects are never followed: credentials go where they were sent to, and nowhere else. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
}

/** What is ambient for HTTP. */
export type HttpContext = Pick<KeyContext, 'env' | 'once'>

/** A client that keeps its connections. Rejects with Node's error when there is no answer. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>

/** The client of one command for these settings; `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` and `HTTPS_PROXY` hold for all. */
export async function httpClient(context: HttpContext, tls: TlsSettings = {}): Promise<HttpClient> {
  return context.once(`http client ${JSON.stringify(tls)}`, async () => createClient(context, tls))
}

/** A field of a JSON object; undefined where there is none or the value is no object. */
export function fieldOf(json: unknown, ...path: readonly string[]): unknown {
  let value = json
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

/** A field that is a text, or undefined. */
export function textOf(json: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldOf(json, ...path)
  return typeof value === 'string' ? value : undefined
}

/** The first value of a header. */
export function headerOf(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function createClient(context: HttpContext, tls: TlsSettings): HttpClient {
  const plain = new HttpAgent({ keepAlive: true })
  const agents = new Map<string, Agent>()
  const agentFor = (url: URL): Agent => {
    const proxy = proxyFor(url, context.env)
    const known = agents.get(proxy?.href ?? '')
    if (known !== undefined) return known
    const { ca = trustedCertificates(context), ...rest } = tls
    const made = keepingAgent(proxy, { ...rest, ...(ca === undefined ? {} : { ca: [...ca] }) })
    agents.set(proxy?.href ?? '', made)
    return made
  }
  return (request) => (request.url.protocol === 'https:' ? send(request, agentFor(request.url)) : send(request, plain))
}

function send(request: HttpRequest, agent: Agent | HttpAgent): Promise<HttpAnswer> {
  const { method, url, headers, body, signal } = request
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const options = { method, headers: { accept: 'application/json', ...headers, ...length }, signal, agent }
  return new Promise((resolve, reject) => {
    const call: ClientRequest = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    call.once('error', reject)
    call.once('response', (response) => {
      readAll(response).then(resolve, reject)
    })
    call.end(body)
  })
}

async function readAll(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > MAX_ANSWER) throw new Error('an answer without end')
    chunks.push(bytes)
  }
  return { status: response.statusCode ?? 0, headers: response.headers, json: parsed(Buffer.concat(chunks)) }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
