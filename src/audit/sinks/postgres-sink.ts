import { readFileSync } from 'node:fs'
import { Client, type ClientConfig } from 'pg'
import { systemCode } from '../../project/system-errors.ts'
import { auditFailure } from '../audit-failure.ts'
import type { AuditRecord } from '../audit-record.ts'
import { isLocalHost } from '../settings/parse-address.ts'
import type { PostgresSinkSettings } from '../settings/sink-settings.ts'
import type { AuditSink } from './audit-sink.ts'
import { insertsOf } from './postgres-inserts.ts'
import { secretOf } from './secret-of.ts'

/** Milliseconds to connect, and for a statement. */
const PATIENCE = 5_000

type Variables = Readonly<Record<string, string | undefined>>

/** A table of PostgreSQL, to which the user of the connection needs no right but INSERT. */
export function postgresSink(settings: PostgresSinkSettings, env: Variables): AuditSink {
  const { name, required } = settings
  let connected: Promise<Client> | undefined
  // A connection that is only forgotten would stay open, and keep the process from ending.
  const drop = async (connection: Promise<Client>): Promise<void> => {
    if (connected === connection) connected = undefined
    await connection.then((client) => client.end()).catch(() => undefined)
  }
  return {
    name,
    required,
    write: async (records, signal) => {
      const connection: Promise<Client> = connected ?? connect(settings, env, () => void drop(connection))
      connected = connection
      try {
        const client = await withSignal(connection, signal)
        await withSignal(insert(client, records, settings), signal)
      } catch (error) {
        void drop(connection)
        throw auditFailure(name, reasonOf(error), error)
      }
    },
    close: async () => {
      if (connected !== undefined) await drop(connected)
    },
  }
}

async function connect(settings: PostgresSinkSettings, env: Variables, whenLost: () => void): Promise<Client> {
  const password = await secretOf(settings.password, settings.name, env)
  const client = new Client(clientConfig(settings.url, password))
  // A connection that the server ends while nobody asks for anything.
  client.on('error', whenLost)
  await client.connect()
  return client
}

/** As libpq reads it, but that a connection over a network is encrypted and its server known unless `sslmode=disable` says otherwise. */
export function clientConfig(address: string, password: string | undefined): ClientConfig {
  const url = new URL(address)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  const own = password ?? decodeURIComponent(url.password)
  return {
    host,
    port: Number(url.searchParams.get('port') ?? (url.port === '' ? 5432 : url.port)),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(own === '' ? {} : { password: own }),
    ssl: tlsOf(url, host),
    application_name: 'secretsrc',
    connectionTimeoutMillis: PATIENCE,
    statement_timeout: PATIENCE,
    query_timeout: PATIENCE,
  }
}

function tlsOf(url: URL, host: string): ClientConfig['ssl'] {
  const mode = url.searchParams.get('sslmode')
  if (mode === 'disable') return false
  if (mode === null && (host.startsWith('/') || isLocalHost(host))) return false
  const authority = url.searchParams.get('sslrootcert')
  return { rejectUnauthorized: true, ...(authority === null ? {} : { ca: readFileSync(authority, 'utf8') }) }
}

async function insert(client: Client, records: readonly AuditRecord[], { table }: PostgresSinkSettings): Promise<void> {
  const statements = insertsOf(records, table)
  const [only, ...others] = statements
  if (only === undefined) return
  if (others.length === 0) {
    await client.query(only)
    return
  }
  await client.query('BEGIN')
  try {
    for (const statement of statements) await client.query(statement)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function withSignal<Result>(running: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted()
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([running, aborted])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
    running.catch(() => undefined)
  }
}

/** Codes of PostgreSQL (appendix A of its manual). No message of the server is shown: it may quote what was sent. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['28P01', 'the password is wrong'],
  ['28000', 'the server does not let this user in'],
  ['3D000', 'there is no such database'],
  ['42P01', 'the table is missing: docs/audit.md has its definition'],
  ['42501', 'this user may not add rows to the table'],
  ['42703', 'the table lacks a column: docs/audit.md has its definition'],
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOENT', 'nobody listens there'],
  ['ENOTFOUND', 'there is no such host'],
])

function reasonOf(error: unknown): string {
  const code = systemCode(error)
  return REASONS.get(code) ?? (code === '' ? 'no answer in time, or the connection failed' : `error ${code}`)
}
