/** The proxy that the environment names for an address, and an agent that goes through it. */
import { request } from 'node:http'
import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import type { KeyContext } from './key-provider.ts'
import { trustedCertificates } from './trusted-certificates.ts'

/** Milliseconds that an idle connection is kept for the next call. */
const KEEP_ALIVE = 15_000

/** The proxy for an `https:` address: `HTTPS_PROXY`, unless `NO_PROXY` names the host (as Go and curl read them). */
export function proxyFor(address: URL, env: KeyContext['env']): URL | undefined {
  const proxy = env['HTTPS_PROXY'] || env['https_proxy']
  if (proxy === undefined || proxy === '' || address.protocol !== 'https:') return undefined
  if (isLoopback(address.hostname)) return undefined
  const excepted = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((name) => name.trim().toLowerCase())
  if (excepted.some((name) => isExcepted(address, name))) return undefined
  const text = /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  return URL.canParse(text) ? new URL(text) : undefined
}

/** An agent whose connections are kept for further calls; idle ones do not keep the process alive. */
export function keepingAgent(proxy: URL | undefined, options: AgentOptions): Agent {
  const settings = { keepAlive: true, timeout: KEEP_ALIVE, ...options }
  return proxy === undefined ? new Agent(settings) : new ProxyAgent(proxy, settings)
}

/** The agent for all calls to one address: proxy and authorities of the environment. */
export function agentFor(address: URL, context: Pick<KeyContext, 'env'>): Agent {
  const ca = trustedCertificates(context)
  return keepingAgent(proxyFor(address, context.env), ca === undefined ? {} : { ca: [...ca] })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function isExcepted({ hostname, port }: URL, name: string): boolean {
  if (name === '') return false
  if (name === '*') return true
  const bare = name.replace(/^\*?\./, '')
  const host = hostname.toLowerCase()
  return host === bare || host.endsWith(`.${bare}`) || `${host}:${port === '' ? '443' : port}` === bare
}

type Connected = (error: Error | null, socket: Duplex) => void

/** Opens connections by CONNECT (RFC 9110, section 9.3.6): the proxy sees the name of the host, nothing else. */
class ProxyAgent extends Agent {
  readonly #proxy: URL

  constructor(proxy: URL, options: AgentOptions) {
    super(options)
    this.#proxy = proxy
  }

  override createConnection(options: RequestOptions, connected?: Connected): undefined {
    const target = `${options.host}:${options.port}`
    const tunnel = request({
      host: this.#proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.#proxy.port || '80',
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization(this.#proxy) },
      agent: false,
      timeout: KEEP_ALIVE,
    })
    tunnel.once('timeout', () => tunnel.destroy())
    tunnel.once('error', (error) => connected?.(error, new Socket()))
    tunnel.once('connect', (response, socket) => {
      if (response.statusCode === 200) connected?.(null, connect(overTunnel(options, socket)))
      else connected?.(refusal(), socket.destroy())
    })
    tunnel.end()
  }
}

/** Settings of the connection to the server inside of the tunnel. */
function overTunnel(options: RequestOptions, socket: Socket | Duplex): ConnectionOptions {
  const { host: _, port: __, path: ___, timeout: ____, ...settings } = options
  return { ...settings, socket }
}

function refusal(): Error {
  return Object.assign(new Error('the proxy refused'), { code: 'ERR_PROXY_REFUSED' })
}

function authorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
