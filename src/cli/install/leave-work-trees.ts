import { dirname, join } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { filesInClear } from '../../git/clear-files.ts'
import { type GitOptions, nulSeparated, runGit } from '../../git/run-git.ts'
import { lockFiles } from '../../git/switch-checkout.ts'
import { checkOutAgain } from '../../git/tracked-files.ts'
import { findProjectIfAny, SECRETSRC_NAME } from '../../project/find-project.ts'
import type { Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'

/** A work tree of a clone. */
export interface WorkTree {
  readonly git: GitOptions
  /** Every configuration in it. */
  readonly projects: readonly Project[]
}

/**
 * Puts the encrypted form of every secret file into all these work trees: without the filter git would store in clear what lies
 * there in clear. Gives what stays so because git does not have it. Throws `FILE_CHANGED` for changes that git does not have, in
 * whatever work tree; nothing is changed then. Paths are given as they are shown in `cwd`.
 */
export async function leaveWorkTrees(trees: readonly WorkTree[], cwd: string): Promise<readonly string[]> {
  for (const { git } of trees) await refuseUnsaved(git, cwd)
  const kept: string[] = []
  for (const { git, projects } of trees) {
    for (const project of projects) {
      const paths = await lockDecrypted(project, git)
      kept.push(...paths.map((path) => shownPath(cwd, join(project.root, path))))
    }
    // What was added in clear to an environment that is checked out encrypted, and what no configuration knows any more.
    await checkOutAgain((await filesInClear(git)).same, git)
  }
  return kept
}

/** The configurations that lie in a work tree, and `found`, which may lie above it. `cwd` is its top. Throws as `findProject`. */
export async function projectsIn(git: GitOptions, found: Project | undefined): Promise<readonly Project[]> {
  const projects = found === undefined ? [] : [found]
  for (const file of await filesNamed(SECRETSRC_NAME, git)) {
    const folder = dirname(file)
    if (projects.some(({ root }) => root === folder)) continue
    const project = await findProjectIfAny({ cwd: folder, env: {} })
    if (project?.root === folder) projects.push(project)
  }
  return projects
}

/** The absolute paths of the files of this name in a work tree, but for those that git ignores. */
export async function filesNamed(name: string, git: GitOptions): Promise<readonly string[]> {
  const pattern = `:(glob)**/${name}`
  const listed = await runGit(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', pattern], git)
  return [...new Set(nulSeparated(listed))].map((path) => join(git.cwd, path))
}

async function refuseUnsaved(git: GitOptions, cwd: string): Promise<void> {
  const { modified } = await filesInClear(git)
  if (modified.length === 0) return
  throw new SecretsError('FILE_CHANGED', 'there are changes that git does not have yet; nothing was done', {
    details: modified.map(({ path }) => shownPath(cwd, join(git.cwd, path))),
    hint: 'commit or stash them ("git stash"), then run "secrets uninstall" again',
  })
}

async function lockDecrypted(project: Project, git: GitOptions): Promise<readonly string[]> {
  const environments = project.environments.filter(({ checkout }) => checkout === 'decrypted')
  if (environments.length === 0) return []
  return (await lockFiles({ ...git, project, environments })).kept
}
