import type { Place } from '../core/errors.ts'
import type { ParsedText } from '../core/format.ts'
import type { Selection } from '../core/metadata-model.ts'
import { formatPath } from '../core/path-syntax.ts'
import type { SealedText } from '../core/sealed-text.ts'
import { compileSelection, effectiveSelection } from '../core/selection.ts'
import { looksEncrypted } from '../core/value-cipher.ts'
import { pathOf, type VisitedComment, type VisitedValue, walk } from '../core/walk.ts'

/** Where an entry stands: its path as people write it ('' for a comment at the root), line and column. */
export type EntryPlace = Required<Pick<Place, 'path' | 'line' | 'column'>>

/** What can be said of an encrypted file's values without any key. */
export interface EncryptionState {
  /** How many values are encrypted. */
  readonly encrypted: number
  /** Values in clear that the file's own selection wants encrypted. */
  readonly plainValues: readonly EntryPlace[]
  /** The same for comments. */
  readonly plainComments: readonly EntryPlace[]
  /** Values shaped like ciphertext where the selection leaves everything in clear: nothing ever decrypts those. */
  readonly strayCiphertext: readonly EntryPlace[]
}

/** Looks at every value of an encrypted file by its own selection. Throws `SELECTION_INVALID`, `LIMIT_EXCEEDED`. */
export async function encryptionState({ format, metadata, parsed }: SealedText): Promise<EncryptionState> {
  return encryptionStateBy(parsed, effectiveSelection(format, metadata.selection))
}

/** The same for any text, by a selection; plain files have nothing but values in clear. Throws the same. */
export async function encryptionStateBy(parsed: ParsedText, selection: Selection): Promise<EncryptionState> {
  const plainValues: EntryPlace[] = []
  const plainComments: EntryPlace[] = []
  const strayCiphertext: EntryPlace[] = []
  const selector = await compileSelection(selection)
  const placeOf = ({ node, trail }: VisitedValue | VisitedComment): EntryPlace => {
    return { path: formatPath(pathOf(trail)), ...parsed.position(node.span.start) }
  }
  let encrypted = 0
  walk(parsed.documents, selector, {
    value: (visited) => {
      const state = valueState(visited)
      if (state === 'encrypted') encrypted += 1
      else if (state === 'plain') plainValues.push(placeOf(visited))
      else if (state === 'stray') strayCiphertext.push(placeOf(visited))
    },
    comment: (visited) => {
      const { selected, node } = visited
      if (selected && node.text !== '' && !looksEncrypted(node.text)) plainComments.push(placeOf(visited))
    },
  })
  return { encrypted, plainValues, plainComments, strayCiphertext }
}

/** null and empty values are never encrypted; a copy through an alias is judged where its target stands. */
function valueState({ node, selected, alias }: VisitedValue): 'encrypted' | 'plain' | 'stray' | 'clear' {
  const { type, canonical } = node.scalar
  if (alias !== undefined || type === 'null' || canonical.length === 0) return 'clear'
  const token = type === 'str' && typeof canonical === 'string' && looksEncrypted(canonical)
  if (selected) return token ? 'encrypted' : 'plain'
  return token ? 'stray' : 'clear'
}
