import { createHash, randomUUID } from 'node:crypto'
import type { OpeningKey, OpeningSubject } from '../keys/opening-log.ts'
import {
  type AuditEvent,
  type AuditRecord,
  type AuditWhat,
  type AuditWho,
  type AuditWhy,
  MOST_FILES,
  MOST_NAMES,
} from './audit-record.ts'

/** What is the same in all records of a process. */
export interface RecordOrigin {
  readonly who: AuditWho
  readonly why: AuditWhy
  /** The project and its commit. */
  readonly folder?: string
  readonly commit?: string
  /** Where a file belongs whose command did not ask: one that was given by its path, a version that git has. */
  readonly locate: (file: string) => Promise<LocatedFile>
  /** Whether the paths of values are written down. */
  readonly names: boolean
  readonly now: () => Date
}

/** A file as its project names it. */
export interface LocatedFile {
  readonly file: string
  readonly environment?: string
}

/** One opening: what every record of it says. */
export interface OpeningIdentity {
  readonly opening: string
  readonly what: AuditWhat
}

/** What became of an opening. */
export interface OpeningOutcome {
  readonly keys?: readonly OpeningKey[]
  readonly error?: string
}

/** The opening of one file. */
export async function fileOpening(
  subject: OpeningSubject,
  { folder, commit, names: wanted, locate }: RecordOrigin,
): Promise<OpeningIdentity> {
  const { content } = subject
  const { file, environment } = subject.environment === undefined ? await locate(subject.file) : subject
  const names = subject.names?.() ?? []
  return {
    opening: randomUUID(),
    what: {
      ...(environment === undefined ? {} : { environment }),
      files: [file],
      ...(wanted && names.length > 0 ? { names: names.slice(0, MOST_NAMES) } : {}),
      values: names.length,
      ...(folder === undefined ? {} : { folder }),
      ...(commit === undefined ? {} : { commit }),
      ...(content === undefined ? {} : { blob: blobName(content) }),
    },
  }
}

/** The opening of whatever one process opens of an environment; `files` as far as they are known. */
export function environmentOpening(
  environment: string,
  files: readonly string[],
  { folder, commit }: RecordOrigin,
  opening: string = randomUUID(),
): OpeningIdentity {
  const more = files.length - MOST_FILES
  return {
    opening,
    what: {
      ...(environment === '' ? {} : { environment }),
      files: files.slice(0, MOST_FILES),
      ...(more > 0 ? { more } : {}),
      ...(folder === undefined ? {} : { folder }),
      ...(commit === undefined ? {} : { commit }),
    },
  }
}

/** A record of an opening. */
export function openingRecord(
  event: AuditEvent,
  { opening, what }: OpeningIdentity,
  { who, why, now }: RecordOrigin,
  { keys, error }: OpeningOutcome = {},
): AuditRecord {
  return {
    id: randomUUID(),
    time: now().toISOString(),
    event,
    opening,
    who: keys === undefined ? who : { ...who, keys },
    what,
    why: error === undefined ? why : { ...why, error },
  }
}

/** The name that git gives a content, in a repository of SHA-1 (`git hash-object`). */
export function blobName(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}
