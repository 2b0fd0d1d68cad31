import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { clientConfig, postgresSink } from '../../src/audit/sinks/postgres-sink.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { NEVER, numbered } from './support.ts'

suite('the address of a PostgreSQL', (test) => {
  test('over a network the server has to be the right one, unless the address says otherwise', () => {
    assert.equal(clientConfig('postgres://u@db.example.org/a', undefined).ssl, { rejectUnauthorized: true })
    assert.equal(clientConfig('postgres://u@db.example.org/a?sslmode=require', undefined).ssl, {
      rejectUnauthorized: true,
    })
    assert.is(clientConfig('postgres://u@db.example.org/a?sslmode=disable', undefined).ssl, false)
    for (const local of ['127.0.0.1', 'localhost', '[::1]']) {
      assert.is(clientConfig(`postgres://u@${local}/a`, undefined).ssl, false, local)
    }
  })

  test('its parts are decoded, and a password beside it wins', () => {
    const { host, port, user, password, database } = clientConfig('postgres://u%40x:p%2F@[::2]:6000/a%20b', undefined)
    assert.equal([host, port, user, password, database], ['::2', 6000, 'u@x', 'p/', 'a b'])
    assert.is(clientConfig('postgres://u:one@db/a', 'two').password, 'two')
    assert.is(clientConfig('postgres://u@db/a', undefined).password, undefined)
  })
})

/** A message of PostgreSQL's protocol (its manual, "Message Formats"). */
function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')])
}

const WELCOME = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I')])
const NO_TABLE = Buffer.concat([message('E', 'SERROR\0C42P01\0Mno such table\0\0'), message('Z', 'I')])

/** A server that lets everybody in, and has no table. */
async function serverWithoutTable({ onCleanup }: TestContext): Promise<{ readonly port: number; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(WELCOME)
      socket.on('data', (sent) => {
        // `X` ends a connection, `S` is the end of a statement with parameters.
        if (sent[0] === 0x58) socket.end()
        else if (sent.at(-5) === 0x53) socket.write(NO_TABLE)
      })
    })
  })
  onCleanup(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, sockets }
}

suite('a connection to PostgreSQL', (test) => {
  test('is ended when a statement fails, and none stays behind', async (context) => {
    const { port, sockets } = await serverWithoutTable(context)
    const url = `postgres://u@127.0.0.1:${port}/a`
    const sink = postgresSink(
      { kind: 'postgres', name: 'pg', required: false, url, password: undefined, table: 'secretsrc' },
      {},
    )
    for (const index of [1, 2]) {
      const error = await sink.write([numbered(index)], NEVER).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.match(error instanceof Error ? error.message : '', /the table is missing/)
    }
    assert.is(sockets.length, 2)
    await sink.close()
    for (const socket of sockets) if (!socket.closed) await once(socket, 'close')
  })
})
