import type { Project } from '../../project/model.ts'
import type { CommandContext } from '../context.ts'
import { workTreeOf } from '../install/keep-attributes.ts'
import { type SetUp, setUpClone } from '../install/set-up-git.ts'

/** What became of the offer to set git up. `no repository`: there was nothing to offer. */
export type OfferedSetUp =
  | { readonly kind: 'done'; readonly setUp: SetUp }
  | { readonly kind: 'declined' | 'no repository' }

/** What the command line says about it. */
export interface InstallWishes {
  readonly yes: boolean
  readonly install: boolean
  readonly noInstall: boolean
}

/** What offering needs of a command. */
export interface InstallContext extends Pick<CommandContext, 'cwd' | 'env'> {
  readonly terminal: Pick<CommandContext['terminal'], 'interactive'>
  readonly questions: Pick<CommandContext['questions'], 'confirm'>
}

/** Sets git up in the clone of a new configuration, if its user agrees. Throws `GIT_FAILED` and what `setUpClone` throws. */
export async function offerInstall(
  project: Project,
  wishes: InstallWishes,
  context: InstallContext,
): Promise<OfferedSetUp> {
  const top = await workTreeOf(project, context.env)
  if (top === undefined) return { kind: 'no repository' }
  if (!(await isWanted(wishes, context))) return { kind: 'declined' }
  return { kind: 'done', setUp: await setUpClone({ top, project }, { noHooks: false }, context) }
}

/** A script that says nothing about it, and takes nothing either, gets the configuration alone. */
async function isWanted({ yes, install, noInstall }: InstallWishes, context: InstallContext): Promise<boolean> {
  if (install || noInstall || yes) return !noInstall
  if (!context.terminal.interactive) return false
  return context.questions.confirm({
    message: 'Set git up in this clone, so that it encrypts secret files when they are added, and checks commits?',
    suggestion: true,
    instead: 'use --install or --no-install',
  })
}
