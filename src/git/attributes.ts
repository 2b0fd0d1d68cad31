/** Which files git hands to our filter, diff and merge drivers: lines of `.gitattributes` from the environments' patterns. */
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { claims, requires } from '../project/claims.ts'
import type { FileChange } from '../project/file-change.ts'
import { NEVER_SECRET_NAMES } from '../project/file-patterns.ts'
import { findFiles } from '../project/find-files.ts'
import { parseGlob } from '../project/glob.ts'
import { expandBraces } from '../project/glob-braces.ts'
import type { Project } from '../project/model.ts'
import { isInside, rootRelative } from '../project/paths.ts'
import { blockOf, withBlock, withoutBlock } from './attributes-text.ts'
import { DRIVER } from './local-config.ts'

/** Bytes stay as they are: line endings are part of what is encrypted. */
const ATTRIBUTES = `filter=${DRIVER} diff=${DRIVER} merge=${DRIVER} -text`
const NO_ATTRIBUTES = '!filter !diff !merge !text'

/** What `.gitattributes` should say, and whether it does. */
export interface AttributesState {
  /** Absolute path of the `.gitattributes` that holds the lines. */
  readonly file: string
  readonly state: 'current' | 'stale' | 'missing'
  /** Makes it say so; undefined when it does. */
  readonly change: FileChange | undefined
}

/**
 * Compares the `.gitattributes` beside the configuration (at the top of the work tree, for a configuration outside of it)
 * with the environments. Globs become patterns; of what only regular expressions cover, the files that are encrypted
 * are named one by one, and stay named as long as they are covered: one that is decrypted for a while must not be added in
 * clear. Throws what `findFiles` throws.
 */
export async function attributesState(project: Project, top: string): Promise<AttributesState> {
  const file = attributesFile(project, top)
  const text = await readIfThere(file)
  const present = text === undefined ? undefined : blockOf(text)
  const lines = await wantedLines(project, top, present ?? [])
  if (present !== undefined && present.join('\n') === lines.join('\n'))
    return { file, state: 'current', change: undefined }
  const content = Buffer.from(withBlock(text, lines), 'utf8')
  const expects = text === undefined ? 'nothing' : Buffer.from(text, 'utf8')
  return {
    file,
    state: present === undefined ? 'missing' : 'stale',
    change: { path: file, content, expects, protection: 'shared' },
  }
}

/** What takes our lines out of a `.gitattributes`; undefined where there are none. Without a content the file is ours alone and can go. */
export async function attributesRemoval(
  path: string,
): Promise<{ readonly path: string; readonly content: Buffer | undefined; readonly expects: Buffer } | undefined> {
  const text = await readIfThere(path)
  if (text === undefined || blockOf(text) === undefined) return undefined
  const rest = withoutBlock(text)
  const content = rest === undefined ? undefined : Buffer.from(rest, 'utf8')
  return { path, content, expects: Buffer.from(text, 'utf8') }
}

/** The `.gitattributes` that holds the lines of a project: it counts for what lies below it. */
export function attributesFile({ root }: Project, top: string): string {
  return join(isInside(top, root) ? root : top, '.gitattributes')
}

async function wantedLines(project: Project, top: string, present: readonly string[]): Promise<readonly string[]> {
  const patterns = project.environments.flatMap((environment) => environment.patterns)
  const globs = patterns.filter(({ kind }) => kind === 'glob').map(({ text }) => text)
  const inside = isInside(top, project.root)
  const lines = inside ? globs.flatMap(expandBraces).map((glob) => `${quoted(`/${glob}`)} ${ATTRIBUTES}`) : []
  const named = inside && globs.length === patterns.length ? [] : await fileLines(project, top, present)
  return [...new Set([...lines, ...named]), ...exceptions(globs)]
}

async function fileLines(project: Project, top: string, present: readonly string[]): Promise<readonly string[]> {
  const base = isInside(top, project.root) ? project.root : top
  const found = (await findFiles(project)).filter(({ path }) => isInside(base, path))
  const names = found.map(({ path }) => relative(base, path).split(sep).join('/'))
  const isCovered = (name: string): boolean => {
    const path = rootRelative(project.root, join(base, name))
    return project.environments.some((environment) => claims(environment, path) && !requires(environment, path))
  }
  const named = present.flatMap((line) => fileOf(line) ?? []).filter(isCovered)
  return [...new Set([...names, ...named])].sort().map(lineOf)
}

function lineOf(name: string): string {
  return `${quoted(`/${literal(name)}`)} ${ATTRIBUTES}`
}

/** The file that a line of `lineOf` names; undefined for lines with patterns. */
function fileOf(line: string): string | undefined {
  const pattern = line.slice(0, Math.max(0, line.length - ATTRIBUTES.length - 1))
  const path = unquoted(pattern).replace(/^\//, '')
  const name = path.replace(/\[([*?[])\]/g, '$1').replaceAll('\\\\', '\\')
  return lineOf(name) === line ? name : undefined
}

/** Git's own files and the configuration, where a pattern is wide enough to name them: the last line that matches wins. */
function exceptions(globs: readonly string[]): readonly string[] {
  const ends = globs.flatMap(expandBraces).map((glob) => glob.slice(glob.lastIndexOf('/') + 1))
  const matchers = ends.map((end) => parseGlob(end === '**' ? '*' : end))
  const reached = [...NEVER_SECRET_NAMES].filter((name) => matchers.some(({ matches }) => matches(name)))
  return reached.map((name) => `${name} ${NO_ATTRIBUTES}`)
}

/** A path whose signs stand for themselves. */
function literal(path: string): string {
  return path.replace(/[*?[\\]/g, (sign) => (sign === '\\' ? '\\\\' : `[${sign}]`))
}

/** As C writes strings, where a pattern would else end at a blank. */
function quoted(pattern: string): string {
  if (!/[\s"\\]/.test(pattern)) return pattern
  const escaped = pattern
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
  return `"${escaped}"`
}

/** What `quoted` was given. */
function unquoted(pattern: string): string {
  const inside = /^"(.*)"$/s.exec(pattern)?.[1]
  if (inside === undefined) return pattern
  return inside.replace(/\\(.)/gs, (_, sign: string) => (sign === 't' ? '\t' : sign === 'n' ? '\n' : sign))
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}
