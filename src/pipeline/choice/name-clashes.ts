import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { Path } from '../../core/tree.ts'
import type { ChosenEntry, Naming } from './choice.ts'

/** How names are told apart. */
export interface ClashOptions {
  readonly naming: Naming
  /** Whether names of variables differ by more than case. */
  readonly caseSensitive: boolean
}

/** Throws `NAME_CLASH` for two entries of one name; in a tree also where one would stand inside the other, or a list is a map. */
export function refuseClashes(entries: readonly ChosenEntry[], { naming, caseSensitive }: ClashOptions): void {
  if (naming === 'tree') return refuseTreeClashes(entries)
  const folded = naming === 'variables' && !caseSensitive
  const seen = new Map<string, ChosenEntry>()
  for (const entry of entries) {
    const key = folded ? entry.name.toUpperCase() : entry.name
    const other = seen.get(key)
    if (other !== undefined) {
      throw clash(naming === 'variables' ? `be the variable ${entry.name}` : `be called ${entry.name}`, other, entry)
    }
    seen.set(key, entry)
  }
}

/** What stands at a place of the tree: a value, or a map or list, with one of the entries in it. */
interface Standing {
  readonly kind: 'value' | 'map' | 'list'
  readonly entry: ChosenEntry
}

function refuseTreeClashes(entries: readonly ChosenEntry[]): void {
  const standing = new Map<string, Standing>()
  for (const entry of entries) {
    for (let length = 0; length <= entry.path.length; length += 1) {
      const start = entry.path.slice(0, length)
      const kind = kindAt(entry.path, length)
      const key = JSON.stringify(start)
      const other = standing.get(key)
      if (other !== undefined && (kind === 'value' || other.kind !== kind)) {
        throw clash(`stand at ${formatPath(start)}`, other.entry, entry)
      }
      standing.set(key, { kind, entry })
    }
  }
}

function kindAt(path: Path, length: number): Standing['kind'] {
  if (length === path.length) return 'value'
  return typeof path[length] === 'number' ? 'list' : 'map'
}

function clash(what: string, first: ChosenEntry, second: ChosenEntry): SecretsError {
  return new SecretsError('NAME_CLASH', `two entries would ${what}`, {
    details: [placeOf(first), placeOf(second)],
    hint: 'choose the entries that you need with --only, name fewer files, or give one another name with --map',
  })
}

function placeOf({ file, path, document, bytes }: ChosenEntry): string {
  if (bytes !== undefined) return file
  return `${file}${document === 0 ? '' : ` (document ${document + 1})`}: ${formatPath(path)}`
}
