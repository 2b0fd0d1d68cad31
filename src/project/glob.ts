import { expandBraces } from './glob-braces.ts'
import { matchesName, type NamePart, parseName } from './glob-name.ts'
import { GlobProblem } from './glob-problem.ts'

/**
 * File patterns with the meaning that git gives them in `.gitattributes`, so that both can be told the same:
 * `*` and `?` match within one name, a leading dot included; `**` as a whole name matches any number of folders;
 * `[a-z]` and `[!a-z]` one character. Braces (`{a,b}`) stand for several patterns. Upper and lower case differ on every
 * platform, as they do in git. Matching never backtracks by more than the product of the lengths.
 */

/** A pattern, ready to match. */
export interface Glob {
  /** The folder outside of which nothing can match, `/`-separated; '' when any. */
  readonly folder: string
  readonly matches: (path: string) => boolean
}

type Segment = readonly NamePart[] | 'any folders'

/**
 * Parses a pattern that must stay below the folder it is relative to. Throws `GlobProblem` for what is absolute,
 * leaves that folder, uses backslashes or is malformed.
 */
export function parseGlob(pattern: string): Glob {
  refuseUnsafe(pattern)
  const alternatives = expandBraces(pattern).map(parseAlternative)
  return {
    folder: commonFolder(alternatives.map((alternative) => alternative.folder)),
    matches: (path) => {
      const names = path.split('/')
      return alternatives.some((alternative) => matchesPath(alternative.segments, names))
    },
  }
}

/** Whether a text has anything in it that a glob would treat as more than itself. */
export function hasGlobSigns(text: string): boolean {
  return /[*?[{]/.test(text)
}

function refuseUnsafe(pattern: string): void {
  if (pattern === '') throw new GlobProblem('an empty pattern')
  if (/\p{Cc}/u.test(pattern)) throw new GlobProblem('a control character in a pattern')
  if (pattern.includes('\\'))
    throw new GlobProblem('a backslash in a pattern', 'separate folders by "/"; [*] stands for a real "*"')
}

interface Alternative {
  readonly segments: readonly Segment[]
  readonly folder: string
}

function parseAlternative(pattern: string): Alternative {
  if (pattern.startsWith('/')) throw new GlobProblem('an absolute pattern', 'write it relative to the configuration')
  if (/^[A-Za-z]:/.test(pattern)) throw new GlobProblem('a drive letter in a pattern')
  if (pattern.endsWith('/')) throw new GlobProblem('a pattern that ends in "/"', `${pattern}** matches all files below`)
  const names = pattern.split('/')
  for (const name of names) refuseName(name)
  const literal = names.slice(0, -1).findIndex((name) => hasGlobSigns(name))
  const folder = names.slice(0, literal === -1 ? names.length - 1 : literal).join('/')
  return { segments: parseSegments(names), folder }
}

function refuseName(name: string): void {
  if (name === '..') throw new GlobProblem('a pattern that leaves the folder of the configuration ("..")')
  if (name === '.' || name === '') throw new GlobProblem('a pattern with an empty or "." folder name')
}

function parseSegments(names: readonly string[]): Segment[] {
  const segments = names.map((name): Segment => (name === '**' ? 'any folders' : parseName(name)))
  // What ends in "**" matches all files below, not the folder's own name.
  return segments.at(-1) === 'any folders' ? [...segments, parseName('*')] : segments
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split('/'))
  let length = first.length
  for (const other of others) {
    while (length > 0 && first.slice(0, length).join('/') !== other.slice(0, length).join('/')) length -= 1
  }
  return first.slice(0, length).join('/')
}

/** Greedy, going back to the last `**` only: what stood before it need not be tried again. */
function matchesPath(segments: readonly Segment[], names: readonly string[]): boolean {
  let segment = 0
  let name = 0
  let retry: { readonly segment: number; readonly name: number } | undefined
  while (name < names.length) {
    const current = segments[segment]
    if (current === 'any folders') {
      segment += 1
      retry = { segment, name }
    } else if (current !== undefined && matchesName(current, names[name] ?? '')) {
      segment += 1
      name += 1
    } else if (retry === undefined) {
      return false
    } else {
      retry = { segment: retry.segment, name: retry.name + 1 }
      segment = retry.segment
      name = retry.name
    }
  }
  return segment === segments.length
}
