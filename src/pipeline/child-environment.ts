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
  /** Whether keys and credentials that open secret files are left in. */
  readonly keepKeys?: boolean
  /** Names of variables that are left in whatever they are; a `*` at the end stands for any rest. */
  readonly keep?: readonly string[]
  /** Whether only what every program needs is inherited. */
  readonly cleanEnv?: boolean
  /** Names of variables with credentials of key services that open secret files. */
  readonly credentials?: RegExp | undefined
  /** On Windows, names that differ in case alone are one. */
  readonly platform: NodeJS.Platform
}

/** The environment of a program. */
export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>
  /** Names of what was taken out because it opens secret files. */
  readonly takenOut: readonly string[]
  /** Names of given variables that were set already and were left so. */
  readonly leftAsSet: readonly string[]
}

/** Variables that hold keys of secret files, or say where such keys are: ours, and all of sops's. */
const KEY_NAMES = /^(SECRETS_\w*(?:KEY|TOKEN|PASS)\w*|SOPS_\w+)$/i

/** How every secret key of age begins; one may stand in a variable of any name that a key command reads. */
const SECRET_KEY = /AGE-SECRET-KEY-|AGE-PLUGIN-/i

/**
 * What a program is given: the variables of this process without those that open secret files, and the values of files. A
 * value of a file takes the place of what was there.
 */
export function childEnvironment(
  inherited: ProcessVariables,
  variables: readonly GivenVariable[],
  options: ChildEnvironmentOptions,
): ChildEnvironment {
  const { keepExisting = false, platform } = options
  const keyOf = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name)
  const result = new Map<string, readonly [string, string]>()
  const takenOut = new Set<string>()
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined) continue
    const fate = fateOf(name, value, options)
    if (fate === 'kept') result.set(keyOf(name), [name, value])
    if (fate === 'taken out') takenOut.add(name)
  }
  const leftAsSet = variables.filter(({ name }) => keepExisting && result.has(keyOf(name)))
  for (const variable of variables) {
    if (!leftAsSet.includes(variable)) result.set(keyOf(variable.name), [variable.name, variable.text])
  }
  // No prototype: `__proto__` is a name like any other.
  const env: Record<string, string> = Object.create(null)
  for (const [name, value] of result.values()) env[name] = value
  return { env, takenOut: [...takenOut].sort(), leftAsSet: leftAsSet.map(({ name }) => name) }
}

/** What programs fail without: where they, their home, their temporary files and their language are; on Windows, the system too. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|PWD|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*)$/i

type Fate = 'kept' | 'taken out' | 'left behind'

function fateOf(name: string, value: string, options: ChildEnvironmentOptions): Fate {
  const { keepKeys = false, keep = [], cleanEnv = false } = options
  if (keep.some((wanted) => isMeant(name, wanted, options.platform))) return 'kept'
  if (!keepKeys && opensFiles(name, value, options)) return 'taken out'
  return cleanEnv && !NEEDED.test(name) ? 'left behind' : 'kept'
}

function isMeant(name: string, wanted: string, platform: NodeJS.Platform): boolean {
  const [own, text] = platform === 'win32' ? [name.toUpperCase(), wanted.toUpperCase()] : [name, wanted]
  return text.endsWith('*') ? own.startsWith(text.slice(0, -1)) : own === text
}

function opensFiles(name: string, value: string, { credentials }: ChildEnvironmentOptions): boolean {
  return KEY_NAMES.test(name) || SECRET_KEY.test(value) || credentials?.test(name) === true
}
