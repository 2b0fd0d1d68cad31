/** Secret files that git has in clear: added before the filter was there, or past it. */
import { encryptedAs } from '../formats/encrypted-as.ts'
import { requires } from '../project/claims.ts'
import type { Project } from '../project/model.ts'
import { GitObjects } from './git-objects.ts'
import type { GitOptions } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'
import { indexedFiles } from './tracked-files.ts'

/**
 * Paths (relative to the top, `/`-separated) of files in the index that a glob of an environment names and that are not
 * encrypted there. Files that only a regular expression covers need not be. `cwd` is the top of the work tree.
 */
export async function plainBlobs(project: Project, git: GitOptions): Promise<readonly string[]> {
  const files = (await indexedFiles(project, project.environments, git)).filter(({ path, environment }) =>
    requires(environment, trackedFile(git.cwd, path, project).relative),
  )
  const objects = new GitObjects(git)
  const found: string[] = []
  try {
    for (const { path, oid } of files) {
      const blob = await objects.readFirst([oid])
      if (blob !== undefined && blob.length > 0 && encryptedAs(blob, '') === undefined) found.push(path)
    }
  } finally {
    objects.close()
  }
  return found
}
