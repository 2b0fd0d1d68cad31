import type { Place } from '../core/errors.ts'
import { parsePath } from '../core/path-syntax.ts'
import { type ConfigEntry, type ConfigNode, valueOf } from './config-node.ts'
import { readItems, readMap, readText, refuseUnknownKeys, shortened } from './config-values.ts'
import type { Problems } from './problems.ts'

/** A path of secret files as a declaration names it. */
export interface DeclaredPath {
  /** As written. */
  readonly text: string
  readonly place: Place
}

/** One entry under a name of its own. */
export interface MappedEntry extends DeclaredPath {
  readonly name: string
  /** Whether it is handed on as a private file, whose path the name then has. */
  readonly asFile: boolean
}

/** Entries of one declaration: more would be no declaration any more. */
const MAX_DECLARED = 10_000

/** Reads a list of paths, or one of them. Notes what is wrong in `problems`. */
export function readDeclaredPaths(node: ConfigNode, what: string, problems: Problems): readonly DeclaredPath[] {
  const items = readItems(node, what, problems)
  refuseTooMany(items.length, node.place, what, problems)
  return items.flatMap((item) => declaredPath(item, `each of ${what}`, problems) ?? [])
}

/** Reads a mapping from names to paths, or to `{ file: PATH }` for what is handed on as a file. Notes what is wrong in `problems`. */
export function readEntryMap(node: ConfigNode, what: string, problems: Problems): readonly MappedEntry[] {
  const entries = readMap(node, what, problems)?.entries ?? []
  refuseTooMany(entries.length, node.place, what, problems)
  return entries.flatMap((entry) => mappedEntry(entry, what, problems) ?? [])
}

function refuseTooMany(count: number, place: Place, what: string, problems: Problems): void {
  if (count > MAX_DECLARED) problems.add(`${what} has more than ${MAX_DECLARED} entries`, place)
}

function mappedEntry(entry: ConfigEntry, what: string, problems: Problems): MappedEntry | undefined {
  const { key: name, value, place } = entry
  const own = `"${shortened(name)}" of ${what}`
  if (name === '') problems.add(`a name of ${what} is empty`, place)
  if (value.kind !== 'map') {
    const path = declaredPath(value, own, problems)
    return path === undefined ? undefined : { ...path, name, asFile: false, place }
  }
  refuseUnknownKeys(value, own, ['file'], problems)
  const file = valueOf(value, 'file')
  if (file === undefined)
    problems.add(`${own} says no file`, value.place, 'write the path of an entry, or { file: PATH }')
  const path = file === undefined ? undefined : declaredPath(file, own, problems)
  return path === undefined ? undefined : { ...path, name, asFile: true, place }
}

function declaredPath(node: ConfigNode, what: string, problems: Problems): DeclaredPath | undefined {
  const text = readText(node, what, problems)?.text
  if (text === undefined) return undefined
  try {
    if (parsePath(text).length > 0) return { text, place: node.place }
  } catch {
    // Said below, with its place.
  }
  problems.add(`"${shortened(text)}" is no path`, node.place, 'paths look like database.hosts[0].password')
  return undefined
}
