import { GlobProblem } from './glob-problem.ts'

/** Patterns that the braces of one may stand for. */
const MAX_ALTERNATIVES = 1_000

/** Levels of braces inside each other. */
const MAX_BRACE_DEPTH = 16

interface Scan {
  readonly pattern: string
  position: number
}

/**
 * All patterns that one with braces stands for: `a{b,c{d,e}}` is `ab`, `acd`, `ace`. Brackets protect what is in them.
 * Throws `GlobProblem` for braces that are not closed, that hold no comma, or that stand for too much.
 */
export function expandBraces(pattern: string): readonly string[] {
  const scan = { pattern, position: 0 }
  const expanded = sequence(scan, 0)
  return [...new Set(expanded)]
}

function sequence(scan: Scan, depth: number): readonly string[] {
  let results: readonly string[] = ['']
  while (scan.position < scan.pattern.length) {
    const sign = scan.pattern[scan.position] ?? ''
    if (depth > 0 && (sign === ',' || sign === '}')) return results
    if (sign === '}') throw new GlobProblem('a "}" without its "{"', 'write [}] for a real one')
    results = sign === '{' ? combine(results, braces(scan, depth + 1)) : combine(results, [literal(scan)])
  }
  if (depth > 0) throw new GlobProblem('a "{" without its "}"', 'write [{] for a real one')
  return results
}

function braces(scan: Scan, depth: number): readonly string[] {
  if (depth > MAX_BRACE_DEPTH) throw new GlobProblem('braces nested too deeply')
  const alternatives: string[] = []
  let parts = 0
  do {
    scan.position += 1
    alternatives.push(...sequence(scan, depth))
    parts += 1
  } while (scan.pattern[scan.position] === ',')
  scan.position += 1
  if (parts < 2) throw new GlobProblem('braces without a comma', 'write {a,b} for two names, [{] for a real brace')
  return alternatives
}

/** The text up to the next brace or comma, a bracket as a whole. */
function literal(scan: Scan): string {
  const start = scan.position
  if (scan.pattern[start] === '[') {
    const end = bracketEnd(scan.pattern, start)
    scan.position = end === -1 ? start + 1 : end + 1
    return scan.pattern.slice(start, scan.position)
  }
  scan.position += 1
  while (scan.position < scan.pattern.length && !'{},['.includes(scan.pattern[scan.position] ?? '')) scan.position += 1
  return scan.pattern.slice(start, scan.position)
}

/** Where the bracket that opens at `start` closes; a `]` at its very beginning belongs to it. -1 when nowhere. */
export function bracketEnd(pattern: string, start: number): number {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^'
  return pattern.indexOf(']', start + (negated ? 3 : 2))
}

function combine(heads: readonly string[], tails: readonly string[]): readonly string[] {
  if (heads.length * tails.length > MAX_ALTERNATIVES) {
    throw new GlobProblem(`braces that stand for more than ${MAX_ALTERNATIVES} patterns`)
  }
  return heads.flatMap((head) => tails.map((tail) => head + tail))
}
