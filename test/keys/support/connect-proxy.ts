import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { TestContext } from '../../support/suite.ts'

/** A proxy that leads chosen host names to a port of this machine and refuses all others. */
export interface ConnectProxy {
  readonly address: string
  /** `HOST:PORT` of every tunnel that was asked for, and who asked. */
  readonly asked: readonly { readonly target: string; readonly authorization: string | undefined }[]
}

/** Starts a proxy; names that begin with a dot stand for all names that end so. */
export async function connectProxy(
  context: Pick<TestContext, 'onCleanup'>,
  names: readonly string[],
  port: number,
): Promise<ConnectProxy> {
  const asked: { target: string; authorization: string | undefined }[] = []
  const server = createServer((_, response) => response.writeHead(403).end())
  server.on('connect', (request, socket) => {
    const target = request.url ?? ''
    asked.push({ target, authorization: request.headers['proxy-authorization'] })
    const host = target.replace(/:\d+$/, '')
    if (!names.some((name) => (name.startsWith('.') ? host.endsWith(name) : host === name))) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const one of [upstream, socket]) {
      one.on('error', () => {
        upstream.destroy()
        socket.destroy()
      })
    }
    context.onCleanup(() => {
      upstream.destroy()
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  context.onCleanup(() => {
    server.close()
  })
  const place = server.address()
  if (place === null || typeof place === 'string') throw new Error('no port')
  return { address: `http://127.0.0.1:${place.port}`, asked }
}
