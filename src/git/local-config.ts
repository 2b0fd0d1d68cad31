/** Our part of git's configuration: of one clone, or of the user. */
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'

/** The name of our filter, diff and merge drivers, as `.gitattributes` calls them. */
export const DRIVER = 'secrets'

/** Names the environments that this clone keeps encrypted although they are checked out decrypted; any number of them. */
export const LOCKED_KEY = 'secretsrc.locked'

/** Which of git's configuration files: `local` is one for all work trees of a clone. */
export type ConfigScope = 'local' | 'global'

/** Where our program is. */
export interface ProgramPaths {
  /** Absolute path of node. */
  readonly node: string
  /** Absolute path of our own start file. */
  readonly script: string
}

/** The hidden commands that git is to call; those that this release does not have are left out. */
export interface DriverCommands {
  readonly textconv: boolean
  readonly merge: boolean
}

/** One setting, with its only value. */
export interface ConfigSetting {
  readonly key: string
  readonly value: string
}

/** All that `install` sets, in order. */
export function driverSettings(paths: ProgramPaths, commands: DriverCommands): readonly ConfigSetting[] {
  const program = [paths.node, paths.script].map(shellQuoted).join(' ')
  // Where git fills in placeholders a percent sign is written twice; elsewhere it is not.
  const template = program.replaceAll('%', '%%')
  const settings: [string, string][] = [
    [`filter.${DRIVER}.process`, `${program} filter-process`],
    // For programs that know the older filters only, JGit among them.
    [`filter.${DRIVER}.clean`, `${template} filter-process clean %f`],
    [`filter.${DRIVER}.smudge`, `${template} filter-process smudge %f`],
    [`filter.${DRIVER}.required`, 'true'],
  ]
  if (commands.textconv) {
    // Git would keep what it shows in clear among its objects, were the user's own configuration to say so.
    settings.push([`diff.${DRIVER}.textconv`, `${program} textconv`], [`diff.${DRIVER}.cachetextconv`, 'false'])
  }
  if (commands.merge) {
    settings.push(
      [`merge.${DRIVER}.name`, 'merge of secret files, entry by entry'],
      [`merge.${DRIVER}.driver`, `${template} merge-driver %O %A %B %L %P %S %X %Y`],
      // A base that is the result of a merge must be a file too, not text with markers in it.
      [`merge.${DRIVER}.recursive`, 'binary'],
      [`mergetool.${DRIVER}.cmd`, `${program} merge "$MERGED"`],
      [`mergetool.${DRIVER}.trustExitCode`, 'true'],
    )
  }
  return settings.map(([key, value]) => ({ key, value }))
}

/** Keys that any release of ours may have set: what `uninstall` takes away. */
export const DRIVER_KEYS: readonly string[] = [
  ...['process', 'clean', 'smudge', 'required'].map((name) => `filter.${DRIVER}.${name}`),
  ...['textconv', 'cachetextconv'].map((name) => `diff.${DRIVER}.${name}`),
  ...['name', 'driver', 'recursive'].map((name) => `merge.${DRIVER}.${name}`),
  ...['cmd', 'trustExitCode'].map((name) => `mergetool.${DRIVER}.${name}`),
]

/** The values of a key, whatever file they come from (or in one scope); empty when there are none. */
export async function configValues(key: string, options: GitOptions, scope?: ConfigScope): Promise<readonly string[]> {
  const where = scope === undefined ? [] : [`--${scope}`]
  const { status, stdout } = await tryGit(['config', ...where, '-z', '--get-all', key], options)
  return status === 0 ? nulSeparated(stdout) : []
}

/** Gives a key these values and no others; with none it is gone. Throws `GIT_FAILED`. */
export async function setConfigValues(
  key: string,
  values: readonly string[],
  { scope, ...options }: GitOptions & { readonly scope: ConfigScope },
): Promise<void> {
  const present = await configValues(key, options, scope)
  if (present.length === values.length && present.every((value, index) => value === values[index])) return
  if (present.length > 0) await runGit(['config', `--${scope}`, '--unset-all', key], options)
  for (const value of values) await runGit(['config', `--${scope}`, '--add', key, value], options)
}

/** A word for the shell that git starts (`sh`, on Windows too, where it takes either slash). */
function shellQuoted(path: string): string {
  const portable = /^(?:[A-Za-z]:|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path
  return `'${portable.replaceAll("'", "'\\''")}'`
}

/** The quoted words of a command that `driverSettings` made, where git fills in no placeholders. */
export function quotedWords(command: string): readonly string[] {
  return [...command.matchAll(/'((?:[^']|'\\'')*)'(?= |$)/g)].map(([, word = '']) => word.replaceAll("'\\''", "'"))
}
