import { type FindUnexpected, unexpectedInMerge } from '../git/expected-in-merge.ts'
import { GitObjects } from '../git/git-objects.ts'
import { worktreeConfigs } from '../git/path-configs.ts'
import { requireRepository } from '../git/repository.ts'
import type { CommandContext } from './context.ts'

/** Judges the recipients of a merged file by the configurations of both sides; `path` is relative to the top. Throws `GIT_FAILED`. */
export async function findUnexpected(
  path: string,
  theirLabel: string | undefined,
  context: CommandContext,
): Promise<FindUnexpected> {
  const { env, configFile } = context
  const repository = await requireRepository(context)
  const git = { cwd: repository.top ?? repository.commonFolder, env }
  const objects = new GitObjects(git)
  context.onExit(() => objects.close())
  const config = worktreeConfigs(git.cwd, async (folder) => {
    const { findProjectIfAny } = await import('../project/find-project.ts')
    return findProjectIfAny({ cwd: folder, env, config: configFile })
  })
  return unexpectedInMerge(path, { git, objects, config, keyring: await context.keyring(), theirLabel })
}
