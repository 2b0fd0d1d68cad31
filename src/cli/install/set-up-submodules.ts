import { checkedOutSubmodules, withoutPlace } from '../../git/submodules.ts'
import { findProjectIfAny } from '../../project/find-project.ts'
import type { CommandContext } from '../context.ts'
import { type Clone, type SetUp, setUpClone } from './set-up-git.ts'

/** A submodule that was set up. */
export interface SetUpSubmodule {
  readonly clone: Clone
  readonly setUp: SetUp
}

/** The submodules below a clone that are checked out and have a configuration of their own. Throws `CONFIG_INVALID`, `GIT_FAILED`. */
export async function submodulesWithSecrets(top: string, { env }: CommandContext): Promise<readonly Clone[]> {
  const clones: Clone[] = []
  for (const folder of await checkedOutSubmodules({ cwd: top, env })) {
    const project = await findProjectIfAny({ cwd: folder, env: {} })
    // A `.sops.yaml` is searched for upward, beyond the submodule.
    if (project?.root === folder) clones.push({ top: folder, project })
  }
  return clones
}

/** Sets them up as the clone around them. */
export async function setUpSubmodules(
  clones: readonly Clone[],
  options: { readonly noHooks: boolean },
  { env }: CommandContext,
): Promise<readonly SetUpSubmodule[]> {
  const done: SetUpSubmodule[] = []
  for (const clone of clones) {
    done.push({ clone, setUp: await setUpClone(clone, options, { env: withoutPlace(env) }) })
  }
  return done
}
