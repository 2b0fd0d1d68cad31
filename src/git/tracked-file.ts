/** A path of the repository as the file of a project. */
import { join } from 'node:path'
import { environmentOf } from '../project/claims.ts'
import type { Project } from '../project/model.ts'
import { rootRelative } from '../project/paths.ts'
import type { TargetFile } from '../project/targets.ts'

/** `path` is relative to `top` (absolute) and `/`-separated. Throws `CONFIG_INVALID` for a file that two environments claim. */
export function trackedFile(top: string, path: string, project: Project | undefined): TargetFile {
  const absolute = join(top, path)
  if (project === undefined) return { path: absolute, shown: path, relative: path, environment: undefined }
  const relative = rootRelative(project.root, absolute)
  return { path: absolute, shown: path, relative, environment: environmentOf(project, relative) }
}
