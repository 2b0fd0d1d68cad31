/** The address of a sink, as a setting or `SECRETS_AUDIT` writes it. */
import { isAbsolute, join } from 'node:path'
import type { PostgresTable, SyslogSinkSettings } from './sink-settings.ts'

/** What an address says by itself. */
export type SinkAddress =
  | { readonly kind: 'file'; readonly name: string; readonly path: string }
  | { readonly kind: 'syslog'; readonly name: string; readonly to: SyslogSinkSettings['to'] }
  | { readonly kind: 'http'; readonly name: string; readonly url: string }
  | {
      readonly kind: 'postgres'
      readonly name: string
      readonly url: string
      readonly table: PostgresTable | undefined
    }

/** Where an address is not understood: the end of a sentence that begins with it. */
export interface AddressProblem {
  readonly problem: string
  readonly hint?: string
}

/** Where `/dev/log` is (`syslog.h` of each system). */
const LOCAL_SOCKETS: Partial<Readonly<Record<NodeJS.Platform, string>>> = { darwin: '/var/run/syslog' }

/** RFC 5426 (UDP), RFC 6587 (TCP has no port of its own), RFC 5425 (TLS). */
const SYSLOG_PORTS = { udp: 514, tcp: 514, tls: 6514 } as const

const FORMS =
  'file:/PATH, syslog:, syslog+udp://HOST, syslog+tcp://HOST, syslog+tls://HOST, https://HOST/PATH or postgres://USER@HOST/DATABASE'

/** Reads an address. `~/` is the home folder. Never quotes what may be a password. */
export function parseAddress(
  text: string,
  { home, platform }: { readonly home: string; readonly platform: NodeJS.Platform },
): SinkAddress | AddressProblem {
  if (text.startsWith('file:') || isAbsolute(text)) return fileAddress(text.replace(/^file:(?:\/\/(?=\/))?/, ''), home)
  const scheme = /^([a-z+]+):/.exec(text)?.[1]
  if (scheme === 'syslog') return localSyslog(text.slice('syslog:'.length), platform)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === '') return { problem: 'is no address of a log', hint: `write ${FORMS}` }
  if (scheme === 'https' || scheme === 'http') return httpAddress(url)
  if (scheme === 'postgres' || scheme === 'postgresql') return postgresAddress(url)
  const transport = scheme?.startsWith('syslog+') === true ? scheme.slice('syslog+'.length) : ''
  if (transport === 'udp' || transport === 'tcp' || transport === 'tls') return remoteSyslog(url, transport)
  return { problem: 'is no address of a log', hint: `write ${FORMS}` }
}

function fileAddress(text: string, home: string): SinkAddress | AddressProblem {
  const path = /^~[/\\]/.test(text) ? join(home, text.slice(2)) : text
  if (!isAbsolute(path)) return { problem: 'names no absolute path', hint: 'write file:/PATH or file:~/PATH' }
  return { kind: 'file', name: path, path }
}

function localSyslog(path: string, platform: NodeJS.Platform): SinkAddress | AddressProblem {
  if (platform === 'win32') return { problem: 'is no log that Windows has', hint: 'use syslog+tls:// or a file' }
  const socket = path === '' ? (LOCAL_SOCKETS[platform] ?? '/dev/log') : path
  if (!isAbsolute(socket)) return { problem: 'names no absolute path', hint: 'write syslog: or syslog:/PATH' }
  return { kind: 'syslog', name: `syslog:${socket}`, to: { transport: 'unix', path: socket } }
}

function remoteSyslog(url: URL, transport: 'udp' | 'tcp' | 'tls'): SinkAddress {
  const port = url.port === '' ? SYSLOG_PORTS[transport] : Number(url.port)
  const host = withoutBrackets(url.hostname)
  return { kind: 'syslog', name: `syslog+${transport}://${url.hostname}:${port}`, to: { transport, host, port } }
}

function httpAddress(url: URL): SinkAddress | AddressProblem {
  if (url.username !== '' || url.password !== '') {
    return { problem: 'holds a user or a password', hint: 'give a token in its place: a variable or a file' }
  }
  if (url.protocol === 'http:' && !isLocalHost(url.hostname)) {
    return { problem: 'is not protected on its way', hint: 'use https://' }
  }
  return { kind: 'http', name: `${url.origin}${url.pathname}`, url: url.href }
}

function postgresAddress(url: URL): SinkAddress | AddressProblem {
  const table = url.searchParams.get('table') ?? undefined
  if (table !== undefined && table !== 'secretsrc' && table !== 'sops' && table !== 'both') {
    return { problem: 'names a table that is not known', hint: 'tables are secretsrc, sops and both' }
  }
  url.searchParams.delete('table')
  const name = `postgres://${url.host}${url.pathname}`
  return { kind: 'postgres', name, url: url.href, table }
}

/** Whether a host is this machine: what is sent to it passes no network. */
export function isLocalHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(host)
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
