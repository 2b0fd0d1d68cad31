import { join } from 'node:path'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { environmentOf, requires } from './claims.ts'
import { inParallel } from './in-parallel.ts'
import type { Environment, Project } from './model.ts'
import { readFileContent } from './read-file.ts'
import { walkFiles } from './walk-files.ts'

/** A file of an environment. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the root, `/`-separated. */
  readonly relative: string
  readonly environment: Environment
}

const PARALLEL = 16

/**
 * The files that exist of the given environments, sorted by path: all that a glob names, and of those that only a regular
 * expression covers the ones that are encrypted already. Throws `CONFIG_INVALID` for a file that two environments
 * claim, `UNSAFE_PATH` for a link out of the root, `READ_FAILED`.
 */
export async function findFiles(
  project: Project,
  environments: readonly Environment[] = project.environments,
): Promise<readonly FoundFile[]> {
  const wanted = (path: string): boolean => {
    const environment = environmentOf(project, path)
    return environment !== undefined && environments.includes(environment)
  }
  const paths: string[] = []
  for (const folder of startFolders(environments)) {
    paths.push(...(await walkFiles({ root: project.root, boundary: project.root, folder, wanted })))
  }
  const files = [...new Set(paths)].sort().flatMap((relative): FoundFile[] => {
    const environment = environmentOf(project, relative)
    return environment === undefined ? [] : [{ path: join(project.root, relative), relative, environment }]
  })
  const kept = await inParallel(files, PARALLEL, (file) => isListed(file, project))
  return files.filter((_, index) => kept[index])
}

/** The folders of the patterns without those that lie in others. */
function startFolders(environments: readonly Environment[]): readonly string[] {
  const folders = new Set(environments.flatMap(({ patterns }) => patterns.map((pattern) => pattern.folder)))
  return [...folders].filter((folder) => {
    return ![...folders].some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`)))
  })
}

async function isListed({ path, relative, environment }: FoundFile, project: Project): Promise<boolean> {
  if (requires(environment, relative)) return true
  const { bytes } = await readFileContent(path, { root: project.root })
  return encryptedAs(bytes, 'binary') !== undefined
}
