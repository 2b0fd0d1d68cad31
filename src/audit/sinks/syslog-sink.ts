/** Messages to a syslog, over each of the ways that one listens. */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createConnection, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { trustedCertificates } from '../../keys/trusted-certificates.ts'
import { systemCode, systemReason } from '../../project/system-errors.ts'
import { auditFailure } from '../audit-failure.ts'
import type { SyslogSinkSettings } from '../settings/sink-settings.ts'
import type { AuditSink } from './audit-sink.ts'
import { framed, type SyslogMessage, syslogMessage } from './syslog-message.ts'

/** Bytes that every receiver should take by UDP (RFC 5424, 6.1), and what fits the ways that are no packets of a network. */
const UDP_LIMIT = 2048
const LIMIT = 60_000

/** Milliseconds to connect, to hand over, and to wait for the other side to have read all. */
const PATIENCE = 5_000

type Variables = Readonly<Record<string, string | undefined>>

/** A syslog of RFC 5424. */
export function syslogSink({ name, required, to, facility }: SyslogSinkSettings, env: Variables): AuditSink {
  return {
    name,
    required,
    write: async (records, signal) => {
      const limit = to.transport === 'udp' ? UDP_LIMIT : LIMIT
      const messages = records.map((record) => syslogMessage(record, facility, limit))
      const end = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
      try {
        await send(messages, to, { env, signal: end })
      } catch (error) {
        throw auditFailure(name, end.aborted ? 'no answer in time' : reasonOf(error), error)
      }
    },
    close: async () => undefined,
  }
}

interface Sending {
  readonly env: Variables
  readonly signal: AbortSignal
}

function send(messages: readonly SyslogMessage[], to: SyslogSinkSettings['to'], sending: Sending): Promise<void> {
  if (to.transport === 'unix') return sendLocally(messages, to.path, sending)
  if (to.transport === 'udp') return sendPackets(messages, to)
  const content = framed(messages)
  if (to.transport === 'tcp') {
    return sendStream(createConnection({ host: to.host, port: to.port }), content, sending)
  }
  const ca = trustedCertificates(sending)
  const socket = connectTls({ host: to.host, port: to.port, servername: to.host, ...(ca && { ca: [...ca] }) })
  return sendStream(socket, content, sending, 'secureConnect')
}

/** A local syslog listens for packets mostly, which Node cannot send; `logger` of util-linux can. */
async function sendLocally(messages: readonly SyslogMessage[], path: string, sending: Sending): Promise<void> {
  try {
    await sendStream(createConnection({ path }), framed(messages), sending)
  } catch (error) {
    if (systemCode(error) !== 'EPROTOTYPE') throw error
    await sendByLogger(messages, path, sending)
  }
}

/** By its place and not by `PATH`; messages go through its standard input. The options are util-linux's. */
async function sendByLogger(messages: readonly SyslogMessage[], path: string, { signal }: Sending): Promise<void> {
  const [first, ...others] = messages
  if (first === undefined) return
  // It gives all that it reads one identifier.
  const different = others.findIndex(({ event }) => event !== first.event)
  const group = different === -1 ? messages : messages.slice(0, different + 1)
  const args = ['--socket', path, '--size', String(LIMIT), '--socket-errors=on', '--prio-prefix', '--rfc5424=notq']
  const identity = [
    '--tag',
    'secrets',
    '--msgid',
    first.event,
    ...(first.pid === undefined ? [] : [`--id=${first.pid}`]),
  ]
  const child = spawn('/usr/bin/logger', [...args, ...identity], {
    stdio: ['pipe', 'ignore', 'ignore'],
    signal,
    env: {},
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(group.map(({ priority, body }) => `<${priority}>${body}\n`).join(''))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error('logger failed')
  await sendByLogger(messages.slice(group.length), path, { signal, env: {} })
}

async function sendPackets(
  messages: readonly SyslogMessage[],
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  try {
    for (const { text } of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(text, port, host, (error) => (error ? reject(error) : resolve()))
      })
    }
  } finally {
    socket.close()
  }
}

/** Hands all over, says that it is the end, and waits until the other side has seen that: it has read all by then. */
async function sendStream(
  socket: Socket,
  content: string,
  { signal }: Sending,
  connected: 'connect' | 'secureConnect' = 'connect',
): Promise<void> {
  try {
    await once(socket, connected, { signal })
    const closed = once(socket, 'close', { signal })
    socket.resume()
    socket.end(content)
    await closed
  } finally {
    socket.destroy()
  }
}

function reasonOf(error: unknown): string {
  return systemCode(error) === 'ECONNREFUSED' ? 'nobody listens there' : systemReason(error)
}
