/** An edit that was begun from one content of a file, and goes on with another one. */
import { isSecretsError } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { withMarkers } from '../core/merge/conflict-markers.ts'
import { mergeContents } from '../core/merge/merge-contents.ts'
import { mergeTexts } from '../core/merge/merge-texts.ts'

/** Plain contents. */
export interface EditVersions {
  /** What the edit was begun from. */
  readonly base: Uint8Array
  readonly edit: Uint8Array
  /** What the file holds now. */
  readonly current: Uint8Array
}

/** What to go on with. */
export interface MergedEdit {
  readonly text: Uint8Array
  /** Whether markers stand around what both changed. */
  readonly hasConflicts: boolean
}

const MARKERS = { ours: 'your edit', theirs: 'the file' }
const MARK = '\ufeff'

/**
 * Merges what became of a file since an edit was begun into the edit: by entries, and by lines where the edit cannot be understood yet.
 * Throws `LIMIT_EXCEEDED`.
 */
export function mergeEdit(format: Format, versions: EditVersions): MergedEdit {
  const { ours, theirs } = byEntries(format, versions) ?? byLines(versions)
  if (Buffer.compare(ours, theirs) === 0) return { text: ours, hasConflicts: false }
  const [edit, current] = [ours, theirs].map((bytes) => Buffer.from(bytes).toString('utf8'))
  return { text: Buffer.from(withMarkers(edit ?? '', current ?? '', MARKERS), 'utf8'), hasConflicts: true }
}

type Variants = { readonly ours: Uint8Array; readonly theirs: Uint8Array }

function byLines({ base, edit, current }: EditVersions): Variants {
  return mergeContents({ base, ours: edit, theirs: current })
}

/** Undefined for a text that is none of the format, and for a format without entries. */
function byEntries(format: Format, { base, edit, current }: EditVersions): Variants | undefined {
  if (format.plainContent !== undefined) return undefined
  const mark = Buffer.from(current).toString('utf8').startsWith(MARK) && !format.keepsByteOrderMark ? MARK : ''
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8').replace(mark, '')
  try {
    const merged = mergeTexts(format, { base: text(base), ours: text(edit), theirs: text(current) })
    return { ours: Buffer.from(mark + merged.ours, 'utf8'), theirs: Buffer.from(mark + merged.theirs, 'utf8') }
  } catch (error) {
    if (isSecretsError(error) && error.code === 'FORMAT_INVALID') return undefined
    throw error
  }
}
