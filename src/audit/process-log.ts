/** The log of a process that opens many files for somebody else (git): one opening of each environment. */
import { isSecretsError } from '../core/errors.ts'
import type { OpenedElsewhere } from '../git/ahead/shared-work.ts'
import type { OpeningKey, OpeningNote, OpeningSubject } from '../keys/opening-log.ts'
import { type AuditLogParts, AuditSinks, type ClosableLog } from './audit-log.ts'
import { environmentOpening, openingRecord, type RecordOrigin } from './opening-records.ts'

interface Begun {
  readonly opening: string
  readonly files: Set<string>
  readonly failed: Map<string, string>
  readonly keys: Map<string, OpeningKey>
}

/**
 * The first file of an environment is written down before it is opened, as the beginning of an opening of which not all files are known;
 * all of them when the process ends.
 */
export class ProcessLog implements ClosableLog {
  readonly #sinks: AuditSinks
  readonly #origin: () => Promise<RecordOrigin>
  readonly #begun = new Map<string, Promise<Begun>>()
  readonly #warn: AuditLogParts['warn']
  readonly #relay: ((opening: OpenedElsewhere) => void) | undefined

  /** `relay` gets what was opened in the place of the sinks: a thread gives it to the one that ends the process. */
  constructor({ origin, ...parts }: AuditLogParts, relay?: (opening: OpenedElsewhere) => void) {
    this.#sinks = new AuditSinks(parts)
    this.#origin = origin
    this.#warn = parts.warn
    this.#relay = relay
  }

  async begin({ file, environment = '' }: OpeningSubject): Promise<OpeningNote> {
    const begun = await this.#beginOnce(environment, file)
    const note = async (keys: readonly OpeningKey[], error: string | undefined): Promise<void> => {
      const opening = { file, environment, keys, error }
      if (this.#relay === undefined) add(begun, opening)
      else this.#relay(opening)
    }
    return { opened: (keys) => note(keys, undefined), failed: (error) => note([], error) }
  }

  /** Adds what another thread opened. */
  async absorb(opening: OpenedElsewhere): Promise<void> {
    add(await this.#beginOnce(opening.environment, opening.file), opening)
  }

  async close(): Promise<void> {
    // Git has got all it asked for by now, and the beginning of each opening is written.
    if (this.#relay === undefined) await this.#writeAll().catch((error: unknown) => this.#warn(messageOf(error)))
    await this.#sinks.close()
  }

  #beginOnce(environment: string, file: string): Promise<Begun> {
    const known = this.#begun.get(environment)
    if (known !== undefined) return known
    const begun = this.#begin(environment, file)
    this.#begun.set(environment, begun)
    begun.catch(() => this.#begun.delete(environment))
    return begun
  }

  async #begin(environment: string, file: string): Promise<Begun> {
    const origin = await this.#origin()
    const identity = environmentOpening(environment, [file], origin)
    const what = { ...identity.what, more: 'unknown' as const }
    await this.#sinks.write(openingRecord('open', { ...identity, what }, origin))
    return { opening: identity.opening, files: new Set(), failed: new Map(), keys: new Map() }
  }

  async #writeAll(): Promise<void> {
    const origin = await this.#origin()
    for (const [environment, begun] of this.#begun) {
      const { opening, files, failed, keys } = await begun
      const identity = environmentOpening(environment, [...files], origin, opening)
      if (files.size > 0)
        await this.#sinks.write(openingRecord('opened', identity, origin, { keys: [...keys.values()] }))
      for (const error of new Set(failed.values())) {
        const those = [...failed].filter(([, reason]) => reason === error).map(([file]) => file)
        const what = environmentOpening(environment, those, origin, opening)
        await this.#sinks.write(openingRecord('failed', what, origin, { error }))
      }
    }
  }
}

function messageOf(error: unknown): string {
  return isSecretsError(error) ? error.message : 'the audit log cannot be written'
}

function add({ files, failed, keys }: Begun, { file, keys: by, error }: OpenedElsewhere): void {
  if (error === undefined) files.add(file)
  else failed.set(file, error)
  for (const key of by) keys.set(JSON.stringify(key), key)
}
