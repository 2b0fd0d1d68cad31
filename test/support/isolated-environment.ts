import { delimiter, join } from 'node:path'

/** Variables that name keys, configuration or programs of the person who runs the tests. */
const PRIVATE =
  /^(SECRETS_|SOPS_|AGE_|AWS_|AZURE_|GOOGLE_|VAULT_|GIT_|XDG_|HOME$|USERPROFILE$|APPDATA$|LOCALAPPDATA$|EDITOR$|VISUAL$|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|GNUPGHOME$|SSH_|CI$|NO_COLOR$|FORCE_COLOR$|CLICOLOR|TERM$)/i

/**
 * The environment of this process without anything personal, with `home` as the home folder and a git that reads no
 * configuration of the machine.
 */
export function isolatedEnvironment(
  home: string,
  extra: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !PRIVATE.test(name))
  const chosen: Record<string, string | undefined> = {
    ...Object.fromEntries(inherited),
    ...homeVariables(home),
    ...GIT,
    // Not the null device: git replaces the file that it writes by another, and root may do so with devices.
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    TERM: 'dumb',
    ...extra,
  }
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** `folders` in front of the PATH of this process. */
export function pathWith(...folders: readonly string[]): string {
  return [...folders, process.env['PATH'] ?? ''].join(delimiter)
}

function homeVariables(home: string): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
  }
}

const GIT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z',
  GIT_TERMINAL_PROMPT: '0',
  // Nothing may run on in the background while the folder is removed.
  GIT_CONFIG_COUNT: '4',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_CONFIG_KEY_1: 'gc.auto',
  GIT_CONFIG_VALUE_1: '0',
  GIT_CONFIG_KEY_2: 'init.defaultBranch',
  GIT_CONFIG_VALUE_2: 'main',
  GIT_CONFIG_KEY_3: 'core.autocrlf',
  GIT_CONFIG_VALUE_3: 'false',
}
