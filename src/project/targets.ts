import { stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { environmentNamed, environmentOf } from './claims.ts'
import { findFiles } from './find-files.ts'
import { hasGlobSigns } from './glob.ts'
import type { Environment, Project } from './model.ts'
import { rootRelative, shownPath } from './paths.ts'
import { findByGlob } from './target-globs.ts'
import { pathInProject } from './target-places.ts'

/** The target that stands for standard input; commands look for it before they resolve targets. */
export const STANDARD_INPUT = '-'

/** A file that a command works on. */
export interface TargetFile {
  /** Absolute. */
  readonly path: string
  /** As the user typed it, or would type it in the current folder. */
  readonly shown: string
  /** Relative to the project's root and `/`-separated; absolute for a file outside, or without a project. */
  readonly relative: string
  readonly environment: Environment | undefined
}

/** What resolving targets needs. */
export interface TargetOptions {
  readonly project: Project | undefined
  /** Absolute path of the current folder. */
  readonly cwd: string
  /** Whether a path may name a file that does not exist yet. */
  readonly mayBeNew?: boolean
}

/**
 * The files that targets stand for, each once, in the order of the targets. A target is the name of an environment (which
 * wins over a file of the same name: `./name` is the file), a path, or a glob. Throws `UNKNOWN_TARGET` with the
 * nearest name there is, `FILE_NOT_FOUND` for an environment without files, `USAGE` for `-` among others, and what
 * `findFiles` throws.
 */
export async function resolveTargets(
  targets: readonly string[],
  options: TargetOptions,
): Promise<readonly TargetFile[]> {
  const files = new Map<string, TargetFile>()
  for (const target of targets) {
    for (const file of await resolveTarget(target, options)) {
      if (!files.has(file.path)) files.set(file.path, file)
    }
  }
  return [...files.values()]
}

/** The existing files of environments (all of them by default), as targets. Throws what `findFiles` throws. */
export async function environmentFiles(
  project: Project,
  cwd: string,
  environments: readonly Environment[] = project.environments,
): Promise<readonly TargetFile[]> {
  const found = await findFiles(project, environments)
  return found.map((file) => ({ ...file, shown: shownPath(cwd, file.path) }))
}

/** No environment has such a name (`names.ts`): a target that ends so, or holds a separator, is a path. */
const PATH_ONLY = /[/\\]|\.(?:ya?ml|json|env|ini)$/

/**
 * Targets that can only be paths and are files that exist, for commands that need no configuration for files; undefined
 * when one of them may mean something else, or is not there.
 */
export async function existingPaths(
  targets: readonly string[],
  cwd: string,
): Promise<readonly TargetFile[] | undefined> {
  if (!targets.every((target) => PATH_ONLY.test(target))) return undefined
  const files: TargetFile[] = []
  for (const target of new Set(targets)) {
    const path = resolve(cwd, target)
    if ((await stat(path).catch(() => undefined))?.isFile() !== true) return undefined
    files.push(await targetFile(path, target, { project: undefined }))
  }
  return files
}

async function resolveTarget(target: string, options: TargetOptions): Promise<readonly TargetFile[]> {
  const { project, cwd } = options
  if (target === STANDARD_INPUT) {
    throw new SecretsError('USAGE', '"-" cannot stand among other targets here', {
      hint: 'name one file, or give - alone where the command takes it',
    })
  }
  const environment = project && environmentNamed(project, target)
  if (project !== undefined && environment !== undefined) return filesOf(environment, project, cwd)
  return filesAt(target, options)
}

async function filesOf(environment: Environment, project: Project, cwd: string): Promise<readonly TargetFile[]> {
  const files = await environmentFiles(project, cwd, [environment])
  if (files.length > 0) return files
  throw new SecretsError('FILE_NOT_FOUND', `environment ${environment.name} has no files yet`, {
    hint: `its files are ${environment.patterns.map((pattern) => pattern.text || 'all others').join(', ')}`,
    place: environment.place,
  })
}

async function filesAt(target: string, options: TargetOptions): Promise<readonly TargetFile[]> {
  const path = resolve(options.cwd, target)
  const found = target === '' ? undefined : await stat(path).catch(() => undefined)
  if (found?.isDirectory()) {
    throw new SecretsError('UNKNOWN_TARGET', `${target} is a folder`, {
      hint: `'${target}/**' names all files below it`,
    })
  }
  if (found !== undefined) return [await targetFile(path, target, options)]
  if (hasGlobSigns(target)) return filesByGlob(target, options)
  if (options.mayBeNew === true && target !== '') return [await newFile(path, target, options)]
  throw await unknown(target, options)
}

async function filesByGlob(target: string, options: TargetOptions): Promise<readonly TargetFile[]> {
  const paths = await findByGlob(target, options.cwd, options.project?.root)
  if (paths.length === 0) throw await unknown(target, options)
  return Promise.all(paths.map((path) => targetFile(path, shownPath(options.cwd, path), options)))
}

/** A new file must belong to an environment, or its name is more likely a slip. */
async function newFile(path: string, target: string, options: TargetOptions): Promise<TargetFile> {
  const file = await targetFile(path, target, options)
  if (file.environment === undefined) throw await unknown(target, options)
  return file
}

/** A path as a target, whether or not it exists: its place in the project and its environment. Throws `CONFIG_INVALID`. */
export async function targetFile(
  path: string,
  shown: string,
  { project }: Pick<TargetOptions, 'project'>,
): Promise<TargetFile> {
  if (project === undefined) return { path, shown, relative: path.split(sep).join('/'), environment: undefined }
  const relative = rootRelative(project.root, await pathInProject(project.root, path))
  return { path, shown, relative, environment: environmentOf(project, relative) }
}

async function unknown(target: string, options: TargetOptions): Promise<SecretsError> {
  const { unknownTarget } = await import('./unknown-target.ts')
  return unknownTarget(target, options)
}
