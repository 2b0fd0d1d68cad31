/** The log of a process, as its settings want it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { OpenedElsewhere } from '../git/ahead/shared-work.ts'
import type { HttpContext } from '../keys/http-client.ts'
import { stateFolder } from '../project/changes/state-folder.ts'
import { AuditLog, type AuditLogParts, type ClosableLog } from './audit-log.ts'
import { auditOrigin, type OriginParts } from './audit-origin.ts'
import { ProcessLog } from './process-log.ts'
import { type AuditSurroundings, readAuditSettings } from './settings/read-settings.ts'
import type { SinkSettings } from './settings/sink-settings.ts'
import type { AuditSink } from './sinks/audit-sink.ts'
import { fileSink } from './sinks/file-sink.ts'
import { spooledSink } from './sinks/spooled-sink.ts'
import { Spool } from './spool.ts'

/** What opening a log needs. */
export interface OpenAuditOptions extends AuditSurroundings, Omit<OriginParts, 'names'> {
  readonly once: HttpContext['once']
  readonly warn: AuditLogParts['warn']
  /** Whether nobody will close it: then no connection is kept. */
  readonly endless?: boolean
  /** `file`: each file is an opening. `process`: each environment is one. `relay`: the same, and told to somebody else. */
  readonly unit: 'file' | 'process' | { readonly relay: (opening: OpenedElsewhere) => void }
}

/** A log, which the thread that ends the process gives what others opened. */
export interface OpenedAudit extends ClosableLog {
  readonly absorb?: (opening: OpenedElsewhere) => Promise<void>
}

/** Milliseconds that git may wait at the end. */
const GIT_PATIENCE = 500

/** Opens the log; undefined where no settings name a sink. Throws `CONFIG_INVALID` and what reading settings throws. */
export async function openAudit(options: OpenAuditOptions): Promise<OpenedAudit | undefined> {
  const settings = await readAuditSettings(options)
  // A thread writes what has to be there before it opens; the rest is for the one that ends the process.
  const wanted = settings.sinks.filter(({ required }) => required || typeof options.unit === 'string')
  if (settings.sinks.length === 0) return undefined
  const opened = await Promise.all(wanted.map((sink) => openSink(sink, options)))
  const sinks = options.endless === true ? opened.map(closedEachTime) : opened
  let origin: ReturnType<typeof auditOrigin> | undefined
  const parts = {
    sinks,
    warn: options.warn,
    origin: () => (origin ??= auditOrigin({ ...options, names: settings.names })),
  }
  if (options.unit === 'file') return new AuditLog(parts)
  const relay = options.unit === 'process' ? undefined : options.unit.relay
  const log = new ProcessLog({ ...parts, patience: GIT_PATIENCE }, relay)
  return {
    begin: (subject) => log.begin(subject),
    absorb: (opening) => log.absorb(opening),
    close: () => log.close(),
  }
}

async function openSink(settings: SinkSettings, options: OpenAuditOptions): Promise<AuditSink> {
  if (settings.kind === 'file') return fileSink(settings, options.now)
  if (settings.kind === 'syslog') {
    const { syslogSink } = await import('./sinks/syslog-sink.ts')
    return syslogSink(settings, options.env)
  }
  if (settings.kind === 'http') {
    const { httpSink } = await import('./sinks/http-sink.ts')
    return spooled(httpSink(settings, options), settings, options)
  }
  const { postgresSink } = await import('./sinks/postgres-sink.ts')
  return spooled(postgresSink(settings, options.env), settings, options)
}

function closedEachTime(sink: AuditSink): AuditSink {
  return {
    ...sink,
    write: async (records, signal) => {
      try {
        await sink.write(records, signal)
      } finally {
        await sink.close()
      }
    },
  }
}

/** One spool for each address: a record goes where it was meant to. */
function spooled(sink: AuditSink, { kind, url }: SinkSettings & { url: string }, options: OpenAuditOptions): AuditSink {
  const name = createHash('sha256').update(`${kind} ${url}`).digest('hex').slice(0, 24)
  const spool = new Spool(join(stateFolder(options), 'audit', `${name}.jsonl`))
  return spooledSink(sink, spool, options.warn)
}
