/** The log of one process: what is opened is written down before, and what became of it before anybody has the data key. */
import { isSecretsError, SecretsError } from '../core/errors.ts'
import type { OpeningKey, OpeningLog, OpeningNote, OpeningSubject } from '../keys/opening-log.ts'
import type { AuditRecord } from './audit-record.ts'
import { blobName, fileOpening, type OpeningOutcome, openingRecord, type RecordOrigin } from './opening-records.ts'
import { OpeningWriter } from './opening-writer.ts'
import type { AuditSink } from './sinks/audit-sink.ts'

/** What keeping a log needs. */
export interface AuditLogParts {
  readonly sinks: readonly AuditSink[]
  /** Asked for by the first opening. */
  readonly origin: () => Promise<RecordOrigin>
  /** Told once of each sink that is not required and does not work. */
  readonly warn: (message: string, hint?: string) => void
  /** Milliseconds that the end of a process may wait for sinks that are not required. */
  readonly patience?: number
}

/** As long as people wait for the end of a command. */
const PATIENCE = 2_000

/** A log that can be closed. */
export interface ClosableLog extends OpeningLog {
  /** Writes what is still to be written, as far as time allows. Throws `AUDIT_FAILED` where a required sink did not take it. */
  close(): Promise<void>
}

/** Where the records of a process go. */
export class AuditSinks {
  readonly #writers: readonly OpeningWriter[]
  readonly #giveUp = new AbortController()
  readonly #warn: AuditLogParts['warn']
  readonly #patience: number
  readonly #warned = new Set<string>()

  constructor({ sinks, warn, patience = PATIENCE }: Omit<AuditLogParts, 'origin'>) {
    this.#writers = sinks.map((sink) => new OpeningWriter(sink, this.#giveUp.signal))
    this.#warn = warn
    this.#patience = patience
  }

  /** Resolves when every required sink has the record. Throws `AUDIT_FAILED` when one does not take it. */
  async write(record: AuditRecord): Promise<void> {
    const required = this.#writers.flatMap((writer) => {
      const written = writer.write(record)
      if (writer.sink.required) return [written]
      written.catch((error: unknown) => this.#tell(writer.sink, error))
      return []
    })
    for (const outcome of await Promise.allSettled(required)) {
      if (outcome.status === 'rejected') throw refusal(outcome.reason)
    }
  }

  /** Waits for what is on its way, gives up what takes too long, and ends connections. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#giveUp.abort(), this.#patience)
    await Promise.all(this.#writers.map((writer) => writer.drained()))
    clearTimeout(timer)
    await Promise.all(this.#writers.map(({ sink }) => sink.close()))
  }

  #tell({ name }: AuditSink, error: unknown): void {
    if (this.#warned.has(name)) return
    this.#warned.add(name)
    this.#warn(isSecretsError(error) ? error.message : `the audit log ${name} cannot be written`)
  }
}

/** The log of a command: two records of each version of a file. */
export class AuditLog implements ClosableLog {
  readonly #sinks: AuditSinks
  readonly #origin: () => Promise<RecordOrigin>
  readonly #notes = new Map<string, Promise<OpeningNote>>()

  constructor({ origin, ...parts }: AuditLogParts) {
    this.#sinks = new AuditSinks(parts)
    this.#origin = origin
  }

  begin(subject: OpeningSubject): Promise<OpeningNote> {
    const version = subject.content === undefined ? '' : blobName(subject.content)
    const key = JSON.stringify([subject.file, version])
    const known = this.#notes.get(key)
    if (known !== undefined) return known
    const note = this.#begin(subject)
    this.#notes.set(key, note)
    note.catch(() => this.#notes.delete(key))
    return note
  }

  close(): Promise<void> {
    return this.#sinks.close()
  }

  async #begin(subject: OpeningSubject): Promise<OpeningNote> {
    const origin = await this.#origin()
    const identity = await fileOpening(subject, origin)
    await this.#sinks.write(openingRecord('open', identity, origin))
    const outcomes = new Map<string, Promise<void>>()
    // A file that a command reads twice was opened once.
    const once = (event: 'opened' | 'failed', outcome: OpeningOutcome): Promise<void> => {
      const written = outcomes.get(event) ?? this.#sinks.write(openingRecord(event, identity, origin, outcome))
      outcomes.set(event, written)
      return written
    }
    return {
      opened: (keys: readonly OpeningKey[]) => once('opened', { keys }),
      failed: (error) => once('failed', { error }),
    }
  }
}

/** What the user is told: nothing was opened. */
function refusal(error: unknown): SecretsError {
  const hint = 'nothing is opened without it, as the configuration of the log requires: docs/audit.md'
  if (!isSecretsError(error)) return new SecretsError('AUDIT_FAILED', 'the audit log cannot be written', { hint })
  return new SecretsError(error.code, error.message, { hint: error.hint ?? hint, place: error.place })
}
