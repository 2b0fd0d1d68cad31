import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import type { SyslogSinkSettings } from '../../src/audit/settings/sink-settings.ts'
import { syslogMessage } from '../../src/audit/sinks/syslog-message.ts'
import { syslogSink } from '../../src/audit/sinks/syslog-sink.ts'
import { isSecretsError } from '../../src/core/errors.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { NEVER, numbered, record } from './support.ts'

/** A message, by the grammar of RFC 5424, section 6. */
interface Parsed {
  readonly facility: number
  readonly severity: number
  readonly host: string
  readonly app: string
  readonly pid: string
  readonly id: string
  readonly json: AuditRecord
}

const GRAMMAR = new RegExp(
  '^<(?<pri>\\d{1,3})>1 ' +
    '(?<time>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)) ' +
    '(?<host>[!-~]{1,255}) (?<app>[!-~]{1,48}) (?<pid>[!-~]{1,128}) (?<id>[!-~]{1,32}) (?<data>-|\\[.*\\]) (?<text>[ -~]*)$',
)

function parsed(message: string): Parsed {
  const { pri = '', host = '', app = '', pid = '', id = '', data, text = '' } = GRAMMAR.exec(message)?.groups ?? {}
  assert.is(data, '-', message)
  const json: AuditRecord = JSON.parse(text)
  return { facility: Math.floor(Number(pri) / 8), severity: Number(pri) % 8, host, app, pid, id, json }
}

/** Messages of a stream (RFC 6587, 3.4.1). */
function unframed(content: string): readonly string[] {
  const messages: string[] = []
  for (let rest = content; rest !== ''; ) {
    const [counted = '', length = ''] = /^(\d+) /.exec(rest) ?? []
    assert.ok(length !== '', rest.slice(0, 20))
    messages.push(rest.slice(counted.length, counted.length + Number(length)))
    rest = rest.slice(counted.length + Number(length))
  }
  return messages
}

function sinkTo(to: SyslogSinkSettings['to']): ReturnType<typeof syslogSink> {
  return syslogSink({ kind: 'syslog', name: 'syslog:test', required: true, facility: 10, to }, {})
}

/** A server of streams that collects what it gets. */
async function streamServer(context: TestContext, listen: (server: Server) => void): Promise<() => string> {
  let content = ''
  const server = createServer((socket) => {
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      content += chunk
    })
  })
  listen(server)
  await once(server, 'listening')
  context.onCleanup(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return () => content
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

suite('syslog', (test) => {
  test('a message has the grammar of RFC 5424, and is ASCII', () => {
    const odd = record({ who: { user: 'älice\n', host: 'host with blanks ü', pid: 7 } })
    const message = parsed(syslogMessage(odd, 10, 10_000).text)
    assert.equal(
      [message.facility, message.severity, message.host, message.app, message.pid, message.id],
      [10, 6, 'hostwithblanks', 'secrets', '7', 'opened'],
    )
    assert.equal(message.json, odd)
    const nobody = syslogMessage(record({ event: 'failed', who: { user: 'a', host: '' } }), 16, 10_000)
    assert.equal([parsed(nobody.text).severity, parsed(nobody.text).host, parsed(nobody.text).pid], [4, '-', '-'])
  })

  test('names of values are left out where they would not fit', () => {
    const names = Array.from({ length: 300 }, (_, index) => `some.long.path.to.a.value.${index}`)
    const long = record({ what: { files: ['a.yaml'], names, values: 300 } })
    const { text } = syslogMessage(long, 10, 2048)
    assert.ok(text.length <= 2048)
    assert.equal([parsed(text).json.what.names, parsed(text).json.what.values], [undefined, 300])
  })

  test('over TCP each message has its length before it, and is there when writing returns', async (context) => {
    let port = 0
    const received = await streamServer(context, (server) => {
      server.listen(0, '127.0.0.1', () => {
        port = portOf(server)
      })
    })
    await sinkTo({ transport: 'tcp', host: '127.0.0.1', port }).write([numbered(1), numbered(2)], NEVER)
    assert.equal(
      unframed(received()).map((message) => parsed(message).json),
      [numbered(1), numbered(2)],
    )
  })

  test('over UDP each message is a packet', async (context) => {
    const socket = createSocket('udp4')
    context.onCleanup(() => new Promise<void>((resolve) => socket.close(() => resolve())))
    const packets: string[] = []
    const arrived = new Promise<void>((resolve) => {
      socket.on('message', (packet) => {
        packets.push(packet.toString())
        if (packets.length === 2) resolve()
      })
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await sinkTo({ transport: 'udp', host: '127.0.0.1', port }).write([numbered(1), numbered(2)], NEVER)
    await arrived
    assert.equal(packets.map((packet) => parsed(packet).json.id).sort(), [numbered(1).id, numbered(2).id])
  })

  test('to a local socket of streams', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such sockets')
    const path = join(temporaryFolder(context), 's')
    const received = await streamServer(context, (server) => server.listen(path))
    await sinkTo({ transport: 'unix', path }).write([record()], NEVER)
    assert.equal(
      unframed(received()).map((message) => parsed(message).json),
      [record()],
    )
  })

  test('to a local socket of packets, as /dev/log is one, by logger', async (context) => {
    if (!existsSync('/usr/bin/logger') || spawnSync('python3', ['--version']).status !== 0) {
      context.skip('needs logger of util-linux, and python3 to listen')
    }
    const version = spawnSync('/usr/bin/logger', ['--version'], { encoding: 'utf8' }).stdout
    if (!version.includes('util-linux')) context.skip('logger is not that of util-linux')
    const path = join(temporaryFolder(context), 's')
    const listener = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    context.onCleanup(() => void listener.kill())
    let output = ''
    listener.stdout.setEncoding('utf8')
    listener.stdout.on('data', (chunk: string) => {
      output += chunk
    })
    await once(listener.stdout, 'data')
    const events = [numbered(1, { event: 'open' }), numbered(2), numbered(3, { event: 'failed' })]
    await sinkTo({ transport: 'unix', path }).write(events, NEVER)
    await once(listener, 'close')
    const messages = output.trimEnd().split('\n').slice(1).map(parsed)
    assert.equal(
      messages.map(({ json }) => json),
      events,
    )
    assert.equal(
      messages.map(({ id, severity, pid }) => [id, severity, pid]),
      [
        ['open', 6, '42'],
        ['opened', 6, '42'],
        ['failed', 4, '42'],
      ],
    )
  })

  test('nobody there is a failure that names the log', async (context) => {
    const path = join(temporaryFolder(context), 'missing')
    for (const to of [
      { transport: 'unix', path },
      { transport: 'tcp', host: '127.0.0.1', port: 1 },
      { transport: 'tls', host: '127.0.0.1', port: 1 },
    ] as const) {
      const error = await sinkTo(to)
        .write([record()], NEVER)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
      assert.ok(isSecretsError(error) && error.code === 'AUDIT_FAILED', to.transport)
      assert.match(error.message, /^the audit log syslog:test cannot be written: /)
    }
  })
})

const LISTENER = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(60)
print('ready', flush=True)
for _ in range(3):
    print(s.recv(100000).decode(), flush=True)
`
