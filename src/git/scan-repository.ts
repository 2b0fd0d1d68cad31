/** `secrets scan`: values of secret files in the contents of other files. */
import type { Keyring } from '../keys/keyring.ts'
import { unitsOf } from '../pipeline/redaction/sequence.ts'
import type { Match } from '../pipeline/redaction/text-search.ts'
import type { IsWanted } from '../project/wanted-files.ts'
import type { StoredFile } from './changed-files.ts'
import { type KnownEntry, type KnownValues, knownValues } from './known-values.ts'
import { isAllowed } from './leaked-keys.ts'
import type { RepositoryView } from './repository-view.ts'
import { eachScanned, encryptedFiles, type ScanRange } from './scan-sources.ts'

/** Where a known value stands. */
export interface KnownLeak {
  /** The file that holds it, and the commit where history was looked through. */
  readonly file: StoredFile
  /** From 1; columns are bytes. */
  readonly line: number
  readonly column: number
  /** Whose value it is, and in which form it stands there. */
  readonly known: KnownEntry & { readonly form: string }
}

/** What was found, and what could not be looked for. */
export interface ScanFindings {
  readonly leaks: readonly KnownLeak[]
  /** How many contents were looked into. */
  readonly files: number
  readonly known: KnownValues
}

/** Looks for the values of the wanted secret files in the contents of `range`. Throws what is not about one file. */
export async function scanRepository(
  range: ScanRange,
  isWanted: IsWanted | undefined,
  view: RepositoryView,
  keyring: Keyring,
): Promise<ScanFindings> {
  const known = await knownValues(await encryptedFiles(view, isWanted), keyring)
  const leaks: KnownLeak[] = []
  if (known.values === 0) return { leaks, files: 0, known }
  const files = await eachScanned(range, view, (file, content) => {
    leaks.push(...occurrences(content, known).map((one) => ({ ...one, file })))
  })
  leaks.sort((one, other) => {
    return one.file.path < other.file.path ? -1 : one.file.path > other.file.path ? 1 : one.line - other.line
  })
  return { leaks, files, known }
}

type Occurrence = Omit<KnownLeak, 'file'>

/** One for each line and entry, whatever else of the value is found there. */
function occurrences(content: Uint8Array, { index, owners }: KnownValues): readonly Occurrence[] {
  const hits = index.findWhole(content)
  if (hits.length === 0) return []
  const lines = Buffer.from(content).toString('latin1').split('\n')
  const found = new Map<string, Occurrence>()
  let line = 0
  let lineStart = 0
  for (const hit of hits.toSorted(byPlace)) {
    const { start, sequence } = hit
    while (start >= lineStart + (lines[line]?.length ?? 0) + 1 && line < lines.length) {
      lineStart += (lines[line]?.length ?? 0) + 1
      line += 1
    }
    const owner = owners[sequence.secret]
    if (owner === undefined || isAllowed(lines, line)) continue
    const { file, entry } = owner
    const key = `${line} ${file} ${entry}`
    const known = { file, entry, form: formOf(hit, content) }
    if (!found.has(key)) found.set(key, { line: line + 1, column: start - lineStart + 1, known })
  }
  return [...found.values()]
}

/** In the order of the text, the plainest form first. */
function byPlace(one: Match, other: Match): number {
  return one.start - other.start || Number(other.sequence.form === PLAIN) - Number(one.sequence.form === PLAIN)
}

const PLAIN = 'as it is'

/** A text is found however it is quoted; what says so is that its own characters do not stand there. */
function formOf({ sequence, start, end }: Match, content: Uint8Array): string {
  if (sequence.form !== PLAIN || sequence.kind === 'exact') return sequence.form
  const found = Buffer.from(content.buffer, content.byteOffset + start, end - start).toString('utf8')
  return unitsOf(found).join() === sequence.units.join() ? PLAIN : 'quoted'
}
