import type { Format } from '../../core/format.ts'
import type { Selection } from '../../core/metadata-model.ts'
import { formatPath } from '../../core/path-syntax.ts'
import { readPlain } from '../../core/sealed-text.ts'
import { selectorOf } from '../../core/selection.ts'
import { pathOf, type VisitedComment, type VisitedValue, walk } from '../../core/walk.ts'
import type { EntryPlace } from '../encryption-state.ts'

/** What another selection changes; lines are those of the plain text. */
export interface SelectionChanges {
  /** Values and comments that stood in clear and are encrypted from now on. */
  readonly encrypted: readonly EntryPlace[]
  /** Values and comments that were encrypted and stand in clear from now on. */
  readonly decrypted: readonly EntryPlace[]
}

/** Compares two selections over one plain text. Throws `SELECTION_INVALID`, `LIMIT_EXCEEDED`. */
export async function selectionChanges(
  format: Format,
  plain: Uint8Array,
  { before, after }: { readonly before: Selection; readonly after: Selection },
): Promise<SelectionChanges> {
  const { parsed } = readPlain(format, plain)
  const [old, wanted] = await Promise.all([selectorOf(format, before), selectorOf(format, after)])
  const were = new Set<string>()
  const changes = { encrypted: [] as EntryPlace[], decrypted: [] as EntryPlace[] }
  const look = (visited: VisitedValue | VisitedComment): void => {
    if (isEmpty(visited) || visited.selected === were.has(keyOf(visited))) return
    const place = { path: formatPath(pathOf(visited.trail)), ...parsed.position(visited.node.span.start) }
    changes[visited.selected ? 'encrypted' : 'decrypted'].push(place)
  }
  const remember = (visited: VisitedValue | VisitedComment): void => {
    if (visited.selected) were.add(keyOf(visited))
  }
  walk(parsed.documents, old, { value: remember, comment: remember })
  walk(parsed.documents, wanted, { value: look, comment: look })
  return changes
}

/** A copy through an alias has a selection of its own, by its own path. */
function keyOf({ node, trail }: VisitedValue | VisitedComment): string {
  return `${node.span.start} ${formatPath(pathOf(trail))}`
}

/** null and empty texts are never encrypted. */
function isEmpty({ node }: VisitedValue | VisitedComment): boolean {
  if ('text' in node) return node.text === ''
  return node.scalar.type === 'null' || node.scalar.canonical.length === 0
}
