import { isSecretsError, type Place } from '../core/errors.ts'
import { type ConfigMap, type ConfigNode, type ConfigText, valueOf } from './config-node.ts'
import { readItems, readText, refuseUnknownKeys, shortened } from './config-values.ts'
import { globPattern, regexPattern } from './file-patterns.ts'
import { GlobProblem } from './glob-problem.ts'
import type { FilePattern } from './model.ts'
import type { Problems } from './problems.ts'

/** Patterns of one environment. */
const MAX_PATTERNS = 1_000

/** Which environment is being read, where it begins, and where problems go. */
export interface FilesContext {
  readonly what: string
  readonly place: Place
  readonly problems: Problems
}

/** Reads `files`: one pattern or a list; a pattern is a glob, or `regex:` with an expression of RE2. */
export async function readFiles(node: ConfigNode | undefined, context: FilesContext): Promise<readonly FilePattern[]> {
  const { what, place, problems } = context
  if (node === undefined) {
    problems.add(`${what} says no files`, place, 'add, for instance, "files: secrets/production.*"')
    return []
  }
  const items = readItems(node, `files of ${what}`, problems)
  if (node.kind === 'list' && items.length === 0) problems.add(`${what} has an empty list of files`, node.place)
  if (items.length > MAX_PATTERNS) problems.add(`${what} has more than ${MAX_PATTERNS} patterns`, node.place)
  const patterns = await Promise.all(items.slice(0, MAX_PATTERNS).map((item) => readPattern(item, context)))
  return patterns.filter((pattern) => pattern !== undefined)
}

async function readPattern(node: ConfigNode, { what, problems }: FilesContext): Promise<FilePattern | undefined> {
  if (node.kind === 'map') return readRegex(node, what, problems)
  const text = readText(node, `a pattern of ${what}`, problems)
  return text === undefined ? undefined : readGlob(text, problems)
}

function readGlob({ text, place }: ConfigText, problems: Problems): FilePattern | undefined {
  try {
    return globPattern(text, place)
  } catch (error) {
    if (!(error instanceof GlobProblem)) throw error
    problems.add(`"${shortened(text)}": ${error.message}`, place, error.hint)
    return undefined
  }
}

async function readRegex(node: ConfigMap, what: string, problems: Problems): Promise<FilePattern | undefined> {
  refuseUnknownKeys(node, `a pattern of ${what}`, ['regex'], problems)
  const value = valueOf(node, 'regex')
  const text = value === undefined ? undefined : readText(value, 'regex', problems)
  return text === undefined ? undefined : compilePattern(text, problems)
}

/** A pattern from a regular expression; one that is not valid is noted in `problems`. */
export async function compilePattern(
  { text, place }: Pick<ConfigText, 'text' | 'place'>,
  problems: Problems,
): Promise<FilePattern | undefined> {
  const search = await compileSearch(text, place, problems)
  return search === undefined ? undefined : regexPattern(text, place, search)
}

/** A compiled regular expression of RE2; undefined, and noted in `problems`, when it is not valid. */
export async function compileSearch(
  expression: string,
  place: Place,
  problems: Problems,
): Promise<((text: string) => boolean) | undefined> {
  // The library is large, and most configurations hold no expression.
  const { compileRegex } = await import('../core/regex.ts')
  try {
    return compileRegex(expression)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    problems.add(`"${shortened(expression)}" is no valid regular expression`, place, error.hint)
    return undefined
  }
}
