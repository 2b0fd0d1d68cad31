import type { AccessOptions } from '../../project/access/plan-access.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'

/** Makes a plan with all that a command has for it, and shows how far it is. Throws what `plan` throws. */
export async function withProgress<Plan>(
  context: CommandContext,
  plan: (options: AccessOptions) => Promise<Plan>,
): Promise<Plan> {
  const { project, keyring, now, cwd, terminal } = context
  let progress: ReturnType<typeof terminal.progress> | undefined
  try {
    return await plan({
      project: await project(),
      keyring: await keyring(),
      now,
      cwd,
      stored: findStored(context),
      onStart: (files) => {
        progress = terminal.progress('preparing', files)
      },
      onDone: () => progress?.advance(),
    })
  } finally {
    progress?.end()
  }
}
