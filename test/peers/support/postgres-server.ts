import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { needPeer } from '../../support/peer.ts'
import type { TestContext } from '../../support/suite.ts'
import { freePort } from './server-process.ts'

/** A server of its own, on a socket and on the loopback, with a database `audit`. */
export interface PostgresServer {
  readonly port: number
  /** Runs SQL as the administrator and gives the rows. */
  readonly sql: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Stops it, and starts it again on the same port. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

/** As the server refuses to run as root, it then runs as this user (`nobody` of most systems). */
const NOBODY = 65_534

/** Starts PostgreSQL with nothing in it. The administrator is trusted on the socket; others have passwords. */
export async function postgresServer(context: TestContext): Promise<PostgresServer> {
  const initdb = realpathSync(needPeer('initdb', context))
  const program = realpathSync(needPeer('postgres', context))
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  // A socket's path has at most 107 bytes; and another user may not get through to where root's temporary files are.
  const isInTheWay = 'uid' in identity || tmpdir().length > 40
  const folder = mkdtempSync(join(isInTheWay ? '/tmp' : tmpdir(), 'secretsrc-pg-'))
  context.onCleanup(() => rmSync(folder, { recursive: true, force: true }))
  if ('uid' in identity) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const options = { cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, ...identity }
  const make = [
    '-D',
    data,
    '-U',
    'admin',
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '-E',
    'UTF8',
    '--no-locale',
  ]
  execFileSync(initdb, [...make, '--no-sync'], { ...options, stdio: 'pipe' })
  const port = await freePort()
  const settings = ['fsync=off', 'shared_buffers=16MB', 'max_connections=20', 'log_min_messages=fatal']
  const args = [
    '-D',
    data,
    '-k',
    folder,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    ...settings.flatMap((one) => ['-c', one]),
  ]
  let end: (() => Promise<void>) | undefined
  const stop = async (): Promise<void> => end?.()
  context.onCleanup(stop)
  const start = async (): Promise<void> => {
    const server = spawn(program, args, { ...options, stdio: 'ignore' })
    const ended = once(server, 'exit')
    end = async () => {
      server.kill('SIGINT')
      await ended
    }
    await untilReady(
      () => connected(folder, port, 'postgres'),
      () => server.exitCode !== null,
    )
  }
  await start()
  const sql = async (text: string, database = 'audit'): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const client = await connected(folder, port, database)
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }
  await sql('CREATE DATABASE audit', 'postgres')
  return { port, sql, start, stop }
}

async function connected(host: string, port: number, database: string): Promise<Client> {
  const client = new Client({ host, port, user: 'admin', database })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function untilReady(connect: () => Promise<Client>, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (hasEnded()) throw new Error('PostgreSQL ended')
    const client = await connect().catch(() => undefined)
    if (client !== undefined) return client.end()
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  throw new Error('PostgreSQL does not start')
}
