import { createHash } from 'node:crypto'
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { isTemporaryName } from '../temporary-files.ts'

/**
 * What a file holds, so that it is known again. Of a content in clear nothing is noted that its values could be guessed by: its
 * size, and when it was written.
 */
export type ContentMark = { readonly sha256: string } | ClearMark

/** The mark of a content in clear. */
export interface ClearMark {
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly written: number
}

/** One file of a change. */
export interface JournalFile {
  /** Absolute. */
  readonly path: string
  /** Undefined when there was no file. */
  readonly before: ContentMark | undefined
  readonly after: ContentMark
  /** Absolute path of the new content, until it is in its place. */
  readonly staged: string
}

/** A change of several files that is on its way: all their new contents are on the disk. */
export interface Journal {
  readonly files: readonly JournalFile[]
}

/** Where a journal stands, which its paths are relative to. */
export interface JournalPlace {
  /** The folder of this one change. */
  readonly folder: string
  readonly base: string | undefined
}

/** Far more than anybody changes together. */
const MAX_FILES = 100_000

const VERSION = 1

/** End of the names of new contents in clear. */
export const NEW_END = '.new'

/** End of the names of contents in clear that are on their way from the folder of a change into their places. */
export const CLEAR_END = '.clear'

/** The mark of a content that is no secret: encrypted, or a configuration. */
export function sealedMark(content: Uint8Array): ContentMark {
  return { sha256: createHash('sha256').update(content).digest('hex') }
}

/** Whether a mark is that of a content in clear. */
export function isClear(mark: ContentMark | undefined): mark is ClearMark {
  return mark !== undefined && 'size' in mark
}

/** Path of the old content of the file with this number. */
export function oldPath({ folder }: Pick<JournalPlace, 'folder'>, index: number): string {
  return join(folder, `${index}.old`)
}

/** Path of the new content of the file with this number, where it stands beside the journal. */
export function newPath({ folder }: Pick<JournalPlace, 'folder'>, index: number): string {
  return join(folder, `${index}${NEW_END}`)
}

/** The text of a journal. */
export function writeJournal({ files }: Journal, { folder, base }: JournalPlace): string {
  const noted = files.map(({ path, before, after, staged }) => ({
    path: base === undefined ? path : relative(base, path).split(sep).join('/'),
    before: before ?? null,
    after,
    staged: dirname(staged) === folder ? null : basename(staged),
  }))
  return `${JSON.stringify({ version: VERSION, files: noted })}\n`
}

/**
 * Reads a journal. Whoever can write into the folder of git could have written it: only files below the base are taken, by
 * their plain names, nothing of git's own, and new contents only under names that are ours. Throws `METADATA_INVALID`.
 */
export function readJournal(text: string, place: JournalPlace): Journal {
  const json = parse(text)
  const { version, files } = isRecord(json) ? json : {}
  if (version !== VERSION || !Array.isArray(files) || files.length > MAX_FILES) throw unreadable()
  return { files: files.map((file: unknown, index) => readFile(file, index, place)) }
}

function readFile(file: unknown, index: number, place: JournalPlace): JournalFile {
  if (!isRecord(file)) throw unreadable()
  const path = readPath(file['path'], place.base)
  const { before, after, staged } = file
  const beside = typeof staged === 'string' && isTemporaryName(staged) && basename(staged) === staged
  if (!beside && staged !== null) throw unreadable()
  return {
    path,
    before: before === null ? undefined : readMark(before),
    after: readMark(after),
    staged: beside ? join(dirname(path), staged) : newPath(place, index),
  }
}

function readPath(path: unknown, base: string | undefined): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw unreadable()
  if (base === undefined) {
    if (!isAbsolute(path) || normalize(path) !== path) throw unreadable()
    return path
  }
  const steps = path.split('/')
  // Windows takes more than one sign for a separator, drops dots and blanks at the end, and has streams behind a colon.
  const odd = steps.some(
    (step) => /^(?:\.{0,2}|\.git[. ]*|git~\d+)$/i.test(step) || (sep === '\\' && /[\\:]/.test(step)),
  )
  if (odd) throw unreadable()
  return join(base, ...steps)
}

function readMark(mark: unknown): ContentMark {
  if (!isRecord(mark)) throw unreadable()
  const { sha256, size, written } = mark
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return { sha256 }
  if (typeof size === 'number' && typeof written === 'number') return { size, written }
  throw unreadable()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable()
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(): SecretsError {
  return new SecretsError('METADATA_INVALID', 'the journal of an unfinished change makes no sense')
}
