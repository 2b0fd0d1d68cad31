import type { Format } from '../core/format.ts'
import type { Selection } from '../core/metadata-model.ts'
import { readPlain } from '../core/sealed-text.ts'
import { selectorOf } from '../core/selection.ts'
import type { Path } from '../core/tree.ts'
import { pathOf, walk } from '../core/walk.ts'

/** A part of a file, in plain text. */
export interface PlainPart {
  readonly format: Format
  readonly content: Uint8Array
  readonly selection: Selection
  readonly path: Path
  /** Index of the document, from 0; all of them by default. */
  readonly document?: number
}

/**
 * Paths of the values at or below a path that the selection leaves in clear; null and empty texts, which are never
 * encrypted, do not count. Throws what `readPlain` throws, `SELECTION_INVALID`.
 */
export async function clearPaths(part: PlainPart): Promise<readonly Path[]> {
  const { format, content, selection, path, document } = part
  const selector = await selectorOf(format, selection)
  const found: Path[] = []
  walk(readPlain(format, content).parsed.documents, selector, {
    value: (visited) => {
      const { scalar } = visited.node
      if (visited.selected || (document !== undefined && visited.document !== document)) return
      if (scalar.type === 'null' || scalar.canonical.length === 0) return
      const here = pathOf(visited.trail)
      if (path.every((step, position) => here[position] === step)) found.push(here)
    },
  })
  return found
}
