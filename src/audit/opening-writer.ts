/** Hands records to one sink: those that come while it is busy go together, as the next batch. */
import type { AuditRecord } from './audit-record.ts'
import type { AuditSink } from './sinks/audit-sink.ts'

/** What is waiting for a sink. */
export class OpeningWriter {
  readonly sink: AuditSink
  readonly #signal: AbortSignal
  #waiting: AuditRecord[] = []
  #next: Promise<void> | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(sink: AuditSink, signal: AbortSignal) {
    this.sink = sink
    this.#signal = signal
  }

  /** Resolves when the sink has taken the record. Rejects with what it throws. */
  write(record: AuditRecord): Promise<void> {
    this.#waiting.push(record)
    this.#next ??= this.#afterRunning()
    return this.#next
  }

  /** Resolves when nothing is waiting, whatever became of it. */
  async drained(): Promise<void> {
    await (this.#next ?? this.#running).catch(() => undefined)
  }

  #afterRunning(): Promise<void> {
    const batch = this.#running
      .catch(() => undefined)
      .then(() => {
        const records = this.#waiting
        this.#waiting = []
        this.#next = undefined
        return this.sink.write(records, this.#signal)
      })
    this.#running = batch
    return batch
  }
}
