import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the project. */
export const projectRoot: string = fileURLToPath(new URL('../..', import.meta.url))

/** One import, export-from or dynamic import. */
export interface ImportEdge {
  /** The importing file, from the root of the project, with forward slashes. */
  readonly from: string
  /** A file from the root of the project, or the name of a package or of a Node module. */
  readonly to: string
  readonly dynamic: boolean
}

const STATIC = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*(?:'([^']+)'|"([^"]+)"|([^)]*))/g

/** Every import in the TypeScript files of `folder`, type imports and `import('…')` types included. */
export function importEdges(folder: string): readonly ImportEdge[] {
  return filesBelow(folder, '.ts').flatMap((from) => edgesOf(from, readProjectFile(from)))
}

/** The edges of one file's text. A dynamic import whose place is computed leads to `(computed)`. */
export function edgesOf(from: string, source: string): readonly ImportEdge[] {
  const text = withoutComments(source)
  const fixed = [...text.matchAll(STATIC)].map((match) => ({ from, to: target(from, match[1]), dynamic: false }))
  const late = [...text.matchAll(DYNAMIC)].map((match) => ({
    from,
    to: target(from, match[1] ?? match[2]),
    dynamic: true,
  }))
  return [...fixed, ...late]
}

/** Paths, from the root of the project and with forward slashes, of the files below `folder` that end in `suffix`. */
export function filesBelow(folder: string, suffix: string): readonly string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Text of a file of the project. */
export function readProjectFile(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}

/** Source with its comments blanked out; strings stay. Line breaks stay, so that lines keep their numbers. */
export function withoutComments(source: string): string {
  const tokens = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g
  return source.replace(tokens, (token) => (token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token))
}

function target(from: string, place: string | undefined): string {
  if (place === undefined) return '(computed)'
  return place.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), place)) : place
}

/** A cycle among the edges, as the files on it, or undefined. */
export function findCycle(edges: readonly ImportEdge[]): readonly string[] | undefined {
  const next = new Map<string, string[]>()
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  for (const start of next.keys()) {
    const cycle = walk(start, [], { next, done })
    if (cycle !== undefined) return cycle
  }
  return undefined
}

interface Graph {
  readonly next: ReadonlyMap<string, readonly string[]>
  /** Files that lead into no cycle. */
  readonly done: Set<string>
}

function walk(file: string, path: readonly string[], graph: Graph): readonly string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
  if (graph.done.has(file)) return undefined
  for (const to of graph.next.get(file) ?? []) {
    const cycle = walk(to, [...path, file], graph)
    if (cycle !== undefined) return cycle
  }
  graph.done.add(file)
  return undefined
}
