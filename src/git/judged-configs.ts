/** The configuration by which contents of git are judged: as git has it, since that is what others will get. */
import type { Project } from '../project/model.ts'
import {
  type FindConfig,
  type LoadProject,
  type TreeConfigOptions,
  treeConfigs,
  worktreeConfigs,
} from './path-configs.ts'

/** The names of blobs in the index begin with it. */
export const INDEX_TREE = ':0'

/** What finding needs: `treeish` is a commit, or `INDEX_TREE`. */
export interface JudgedConfigOptions extends TreeConfigOptions {
  /** Reads what lies in the work tree: for what git does not have, and for the configuration of sops. */
  readonly load: LoadProject
  /** A configuration that the user named; it alone holds. */
  readonly named: Project | undefined
}

/** Finds the configuration of a path. What reading it throws is thrown for every file below it. */
export function judgedConfigs({ load, named, ...tree }: JudgedConfigOptions): FindConfig {
  if (named !== undefined) return async () => named
  const stored = treeConfigs(tree)
  const present = worktreeConfigs(tree.top, load)
  return async (path) => (await stored(path)) ?? (await present(path))
}
