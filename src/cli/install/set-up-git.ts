import { type HookOutcome, installHooks } from '../../git/hooks.ts'
import { installAttributes, installSettings } from '../../git/install.ts'
import { type ConfigScope, type ConfigSetting, driverSettings } from '../../git/local-config.ts'
import { overriddenFiles } from '../../git/overridden-files.ts'
import { plainBlobs } from '../../git/plain-blobs.ts'
import type { Project } from '../../project/model.ts'
import { commands } from '../commands/registry.ts'
import type { CommandContext } from '../context.ts'
import { programPaths } from '../program-paths.ts'

/** One clone that is to be set up. */
export interface Clone {
  /** Absolute path of the top of its work tree. */
  readonly top: string
  readonly project: Project
}

/** What setting up changed, and what it found. */
export interface SetUp {
  /** Keys of git's configuration. */
  readonly settings: readonly string[]
  /** The `.gitattributes` that was written. */
  readonly attributes: string | undefined
  readonly hooks: readonly HookOutcome[]
  /** Secret files that git has in clear. */
  readonly plain: readonly string[]
  /** Secret files that other lines of git's attributes take away from our filter. */
  readonly overridden: readonly string[]
}

/** Sets git up in one clone. Running it again changes nothing. Throws `GIT_FAILED` and what writing files throws. */
export async function setUpClone(
  { top, project }: Clone,
  { noHooks }: { readonly noHooks: boolean },
  { env }: Pick<CommandContext, 'env'>,
): Promise<SetUp> {
  const git = { cwd: top, env }
  const settings = await setUpDrivers('local', git)
  const attributes = await installAttributes(project, top)
  const plain = await plainBlobs(project, git)
  const overridden = await overriddenFiles(project, git)
  return {
    settings,
    attributes,
    plain,
    overridden,
    hooks: noHooks ? [] : await installHooks({ top, git }, programPaths()),
  }
}

/** Sets filter, diff and merge drivers, with the paths of the programs that run now; gives the keys that changed. Throws `GIT_FAILED`. */
export async function setUpDrivers(
  scope: ConfigScope,
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
): Promise<readonly string[]> {
  return installSettings(wantedSettings(), { cwd, env, scope })
}

function wantedSettings(): readonly ConfigSetting[] {
  return driverSettings(programPaths(), { textconv: isCommand('textconv'), merge: isCommand('merge-driver') })
}

function isCommand(name: string): boolean {
  return commands.some((entry) => entry.name === name)
}
