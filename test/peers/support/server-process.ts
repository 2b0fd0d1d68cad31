import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** How a server is started and how one sees that it answers. */
export interface ServerRecipe {
  readonly program: string
  readonly args: (port: number) => readonly string[]
  /** Path that answers with a status below 500 as soon as the server works. */
  readonly ready: string
  readonly scheme?: 'https'
  /** How that path is asked, where it takes more than a plain question. */
  readonly statusOf?: (address: string) => Promise<number>
}

/** Starts a server on a free port of the loopback, waits until it answers, ends it with the test. Gives its address. */
export async function startServer(recipe: ServerRecipe, context: Pick<TestContext, 'onCleanup'>): Promise<string> {
  const port = await freePort()
  const cwd = temporaryFolder(context)
  const child = spawn(recipe.program, recipe.args(port), {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString()}`.slice(-4000)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  context.onCleanup(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const address = `${recipe.scheme ?? 'http'}://127.0.0.1:${port}`
  const statusOf = recipe.statusOf ?? (async (url) => (await fetch(url)).status)
  await untilReady(
    async () => statusOf(address + recipe.ready).catch(() => 599),
    () => child.exitCode !== null,
    () => `${address}: ${complaints}`,
  )
  return address
}

/** A port of the loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilReady(
  status: () => Promise<number>,
  hasEnded: () => boolean,
  complaints: () => string,
): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt += 1) {
    if (hasEnded()) throw new Error(`the server ended: ${complaints()}`)
    if ((await status()) < 500) return
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  throw new Error(`no server at ${complaints()}`)
}
