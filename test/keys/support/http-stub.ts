import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TestContext } from '../../support/suite.ts'

/** A request as the stub got it. */
export interface StubRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the stub answers: JSON unless it is a text; nothing where the connection is to break. */
export interface StubAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Milliseconds before the answer. */
  readonly delay?: number
  readonly breaks?: boolean
}

export interface HttpStub {
  readonly address: string
  /** All that was asked, in order. */
  readonly requests: readonly StubRequest[]
}

/** An HTTP server of one test, for what no real server can be made to do; with a certificate one for https. */
export async function httpStub(
  context: Pick<TestContext, 'onCleanup'>,
  answer: (request: StubRequest, count: number) => StubAnswer | Promise<StubAnswer>,
  tls?: { readonly cert: string; readonly key: string },
): Promise<HttpStub> {
  const requests: StubRequest[] = []
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const got = await received(request)
    requests.push(got)
    const { status = 200, headers = {}, body = {}, delay = 0, breaks = false } = await answer(got, requests.length)
    await new Promise((resolve) => {
      // An answer that nobody waits for any more keeps no process alive.
      setTimeout(resolve, delay).unref()
    })
    if (breaks) request.socket.destroy()
    else response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    respond(request, response).catch(() => request.socket.destroy())
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  context.onCleanup(async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  })
  const place = server.address()
  if (place === null || typeof place === 'string') throw new Error('no port')
  return { address: tls === undefined ? `http://127.0.0.1:${place.port}` : `https://localhost:${place.port}`, requests }
}

async function received(request: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const { method = '', url: path = '', headers } = request
  return { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
}
