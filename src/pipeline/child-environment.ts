/** Variables of a process, by name. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>

/** A variable that a program is given. */
export interface GivenVariable {
  readonly name: string
  /** Secret. */
  readonly text: string
}

/** How the environment of a program is made. */
export interface ChildEnvironmentOptions {
  /** Whether a variable that is there already stays as it is. */
  readonly keepExisting?: boolean
  /** Whether keys that open secret files are left in. */
  readonly keepKeys?: boolean
  /** Whether only what every program needs is inherited. */
  readonly cleanEnv?: boolean
  /** On Windows, names that differ in case alone are one. */
  readonly platform: NodeJS.Platform
}

/** Variables that hold keys of secret files, or say where such keys are: ours, and all of sops's. */
const KEY_NAMES = /^(SECRETS_\w*KEY\w*|SOPS_\w+)$/i

/** How every secret key of age begins; one may stand in a variable of any name that a key command reads. */
const SECRET_KEY = /AGE-SECRET-KEY-|AGE-PLUGIN-/i

/**
 * What a program is given: the variables of this process without those that open secret files, and the values of files. A
 * value of a file takes the place of what was there. Credentials of key services stay: programs need them for
 * themselves.
 */
export function childEnvironment(
  inherited: ProcessVariables,
  variables: readonly GivenVariable[],
  { keepExisting = false, keepKeys = false, cleanEnv = false, platform }: ChildEnvironmentOptions,
): Record<string, string> {
  const keyOf = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name)
  const result = new Map<string, readonly [string, string]>()
  for (const [name, value] of Object.entries(inherited)) {
    if (cleanEnv && !isNeeded(name)) continue
    if (value !== undefined && (keepKeys || !opensFiles(name, value))) result.set(keyOf(name), [name, value])
  }
  for (const { name, text } of variables) {
    if (keepExisting && result.has(keyOf(name))) continue
    result.set(keyOf(name), [name, text])
  }
  // No prototype: `__proto__` is a name like any other.
  const environment: Record<string, string> = Object.create(null)
  for (const [name, value] of result.values()) environment[name] = value
  return environment
}

/** What programs fail without: where they, their home, their temporary files and their language are; on Windows, the system too. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|PWD|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*)$/i

function isNeeded(name: string): boolean {
  return NEEDED.test(name)
}

function opensFiles(name: string, value: string): boolean {
  return KEY_NAMES.test(name) || SECRET_KEY.test(value)
}
