/** Secret files that other lines of git's attributes take away from our filter. */
import { relative, sep } from 'node:path'
import { requires } from '../project/claims.ts'
import { findFiles } from '../project/find-files.ts'
import type { Project } from '../project/model.ts'
import { isInside } from '../project/paths.ts'
import { DRIVER } from './local-config.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'

/**
 * Paths (relative to the top, `/`-separated) of files that a glob of an environment names, and that git does not hand to our filter
 * although our lines are there: the last line that matches wins, that of a `.gitattributes` further down or of
 * `info/attributes`. `cwd` is the top of the work tree. Throws `GIT_FAILED`.
 */
export async function overriddenFiles(project: Project, git: GitOptions): Promise<readonly string[]> {
  const files = (await findFiles(project)).filter(({ path }) => isInside(git.cwd, path))
  const paths = files
    .map(({ path }) => relative(git.cwd, path).split(sep).join('/'))
    .filter((path) => {
      const target = trackedFile(git.cwd, path, project)
      return target.environment !== undefined && requires(target.environment, target.relative)
    })
  const input = paths.map((path) => `${path}\0`).join('')
  const answers = nulSeparated(await runGit(['check-attr', '-z', '--stdin', 'filter'], { ...git, input }))
  return paths.filter((_, index) => answers[index * 3 + 2] !== DRIVER)
}
