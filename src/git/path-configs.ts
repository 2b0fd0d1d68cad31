/** Which configuration holds for a file of a repository: the nearest one above it, of the work tree or of a commit. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project } from '../project/model.ts'
import type { GitObjects } from './git-objects.ts'

/** Names that a configuration has; the first one wins. */
const CONFIG_NAMES = ['.secretsrc', '.sops.yaml']

/** Finds the configuration of a path that is relative to the top of the work tree and `/`-separated. */
export type FindConfig = (path: string) => Promise<Project | undefined>

/** Reads the configuration that holds in an absolute folder. */
export type LoadProject = (folder: string) => Promise<Project | undefined>

/** Reads a `.secretsrc` from its content; `file` is the absolute path where it would lie. */
export type ParseConfig = (content: Uint8Array, file: string) => Promise<Project>

/** Configurations as they lie in the work tree, each read once. What `load` throws is thrown for every file below. */
export function worktreeConfigs(top: string, load: LoadProject): FindConfig {
  return nearestAbove(async (folder) => {
    const here = join(top, folder)
    // Above the top there may be one of sops, or a variable may name one.
    if (folder === '') return { project: await load(here) }
    const found = await Promise.all(CONFIG_NAMES.map((name) => isFile(join(here, name))))
    return found.includes(true) ? { project: await load(here) } : undefined
  })
}

/** What reading the configurations of a commit needs. */
export interface TreeConfigOptions {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  /** The commit or tree. */
  readonly treeish: string
  readonly objects: Pick<GitObjects, 'readFirst'>
  readonly parse: ParseConfig
}

/**
 * Configurations as a commit has them: while it is checked out the work tree does not hold them yet. Only `.secretsrc`, since
 * nothing in one of sops concerns checking out.
 */
export function treeConfigs({ top, treeish, objects, parse }: TreeConfigOptions): FindConfig {
  return nearestAbove(async (folder) => {
    const path = folder === '' ? '.secretsrc' : `${folder}/.secretsrc`
    const content = await objects.readFirst([`${treeish}:${path}`])
    return content === undefined ? undefined : { project: await parse(content, join(top, path)) }
  })
}

/** A folder's own configuration; `undefined` sends the search upward. */
type OwnConfig = (folder: string) => Promise<{ readonly project: Project | undefined } | undefined>

function nearestAbove(own: OwnConfig): FindConfig {
  const known = new Map<string, Promise<Project | undefined>>()
  const find = async (folder: string): Promise<Project | undefined> => {
    const found = await own(folder)
    if (found !== undefined) return found.project
    return folder === '' ? undefined : remembered(parentOf(folder))
  }
  const remembered = (folder: string): Promise<Project | undefined> => {
    const project = known.get(folder) ?? find(folder)
    known.set(folder, project)
    return project
  }
  return (path) => remembered(parentOf(path))
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
